//! From an input to its findings: read once for each dialect, all rules run, merged, suppressed.

use std::path::Path;

use anyhow::Result;

use super::other;
use super::products;
use super::site::{Around, gather};
use crate::diagnostic::Finding;
use crate::diagnostic::Severity;
use crate::formats::Format;
use crate::formats::ReadOptions;
use crate::formats::smtproutes;
use crate::formats::smtproutes::CredentialRule;
use crate::formats::smtproutes::Dialect;
use crate::formats::smtproutes::Lines;
use crate::formats::smtproutes::Siblings;
use crate::formats::smtproutes::read_routes;
use crate::lint::Asking;
use crate::lint::Chosen;
use crate::lint::Directives;
use crate::lint::Facts;
use crate::lint::Notation;
use crate::lint::Portable;
use crate::lint::Reading;
use crate::lint::lint_dns;
use crate::lint::lint_table;
use crate::lint::merge;
use crate::lint::rules;
use crate::lookup::Store;
use crate::source::Input;
use crate::source::State;
use crate::store::MemoryStore;

/// What is linted: the files, and which of them is the table.
pub(super) struct Subject {
    /// The files.
    pub input: Input,
    /// Number of the table in them.
    pub table: usize,
    /// What is known of the files, for a directory, whose rules then run too.
    pub site: Option<Facts>,
    /// What it is.
    pub format: &'static Format,
}

/// The number of the table that `dialect` reads: its own in a directory that has it, else the subject's.
fn table_of(input: &Input, site: Option<&Facts>, table: usize, dialect: &Dialect) -> usize {
    let own = site.and_then(|facts| facts.file(dialect.file));
    let there = own.filter(|facts| {
        let file = input.files().get(facts.index);
        file.is_some_and(|file| file.state != State::Missing)
    });
    there.map_or(table, |facts| facts.index)
}

impl Subject {
    /// A table of `format`, whose first file it is, or whose files.
    pub fn of(format: &'static Format, input: Input) -> Self {
        Subject {
            input,
            table: 0,
            site: None,
            format,
        }
    }

    /// A table of its own, called `path` in messages.
    ///
    /// # Errors
    /// 4 GiB.
    pub fn table(path: &str, bytes: Vec<u8>) -> Result<Self> {
        Ok(Subject {
            input: Input::single("smtproutes", path, bytes)?,
            table: 0,
            site: None,
            format: &smtproutes::FORMAT,
        })
    }
}

/// What rules need to know of how `dialect` writes values.
pub fn notation(dialect: &Dialect) -> Notation {
    let credentials = match dialect.value.credentials {
        CredentialRule::None => None,
        CredentialRule::Separated(byte) | CredentialRule::SeparatedPortAnywhere(byte) => Some(byte),
        CredentialRule::Indimail => Some(b' '),
    };
    Notation {
        format: "smtproutes",
        name: dialect.name,
        title: dialect.title,
        file: dialect.file,
        port_separator: dialect.value.port_separator,
        credentials,
        bounce_key: matches!(dialect.siblings, Siblings::SQmail | Siblings::Indimail),
        auth_senders: matches!(dialect.siblings, Siblings::SQmail | Siblings::AuthSenders),
        independent_lines: dialect.lines == Lines::Control,
        is_of_lines: true,
    }
}

/// What is asked about a subject.
#[derive(Clone, Copy)]
pub(super) struct Question<'a> {
    /// The dialects; the first one is that of the directory's rules.
    pub dialects: &'a [&'static Dialect],
    /// The rules.
    pub chosen: &'a Chosen,
    /// Names and addresses of this host.
    pub own: &'a [Vec<u8>],
    /// Whether lines on which the dialects disagree are reported.
    pub portable: bool,
    /// DNS, when it is asked.
    pub dns: Option<&'a Asking<'a>>,
    /// How formats without dialects are read; as they are when nothing is said.
    pub options: Option<&'a ReadOptions>,
}

impl<'a> Question<'a> {
    /// Which of the `chosen` rules speak under `dialects`, without DNS and without anything known of this host.
    pub fn new(dialects: &'a [&'static Dialect], chosen: &'a Chosen) -> Self {
        Question {
            dialects,
            chosen,
            own: &[],
            portable: false,
            dns: None,
            options: None,
        }
    }

    pub fn runs(&self, rule: &str) -> bool {
        self.chosen
            .rules
            .iter()
            .any(|other| other.info.name == rule)
    }
}

/// All findings about `subject`, suppressed ones marked, in the order of the text; the subject comes back.
///
/// # Errors
/// Only what keeps the files from being numbered.
pub(super) fn findings(
    mut subject: Subject,
    question: &Question<'_>,
) -> Result<(Subject, Vec<Finding>)> {
    if !subject.format.has_dialects() {
        return other::findings(subject, question);
    }
    let chosen = question.chosen;
    let mut tables = Vec::with_capacity(question.dialects.len());
    let mut others = Vec::new();
    let mut portable = (question.portable && question.runs("not-portable")).then(Portable::default);
    for (number, &dialect) in question.dialects.iter().enumerate() {
        subject = with_reading(subject, dialect, question.own, |reading, site| {
            if let Some(facts) = site.filter(|_| number == 0) {
                others = products::lint(reading, facts, question.dialects, chosen);
            }
            if let Some(portable) = &mut portable {
                portable.compare(reading);
            }
            let mut found = lint_table(reading, chosen);
            if let Some(asking) = question.dns {
                found.extend(lint_dns(reading, asking, chosen));
            }
            tables.push((reading.notation, found));
        })?;
    }
    if let Some(mut portable) = portable {
        let told: &[&'static Dialect] = match portable.is_interesting() {
            true => question.dialects,
            false => &[],
        };
        for &dialect in told {
            subject = with_reading(subject, dialect, question.own, |reading, _| {
                portable.describe(reading);
            })?;
        }
        if let Some(&dialect) = question.dialects.first() {
            subject = with_reading(subject, dialect, question.own, |reading, _| {
                others.append(&mut portable.findings(reading));
            })?;
        }
    }
    let mut findings = merge(tables);
    findings.append(&mut others);
    let mut directives = Directives::read(&subject.input);
    directives.apply(&mut findings);
    if question.runs("unused-suppression") {
        let ran: Vec<&str> = chosen.rules.iter().map(|rule| rule.info.name).collect();
        findings.extend(directives.unused(&rules::infos(), &ran));
    }
    findings.sort_by_key(|finding| (finding.span.start, finding.span.len));
    Ok((subject, findings))
}

/// Reads the table as `dialect` does, shows it to `look`, and gives the subject back as it was.
fn with_reading(
    subject: Subject,
    dialect: &'static Dialect,
    own: &[Vec<u8>],
    look: impl FnOnce(&Reading<'_>, Option<&Facts>),
) -> Result<Subject> {
    let Subject {
        mut input,
        table,
        site,
        format,
    } = subject;
    let count = input.files().len();
    let own_table = table_of(&input, site.as_ref(), table, dialect);
    let own_name = input.files()[own_table].name.clone();
    input.rename(own_table, dialect.file);
    let store = MemoryStore::new(read_routes(input, dialect)?);
    let alone = |text: &[u8]| -> Option<Box<dyn Store>> {
        let input = Input::single(dialect.file, "-", text.to_vec()).ok()?;
        let document = read_routes(input, dialect).ok()?;
        Some(Box::new(MemoryStore::new(document)))
    };
    let reading = Reading {
        notation: notation(dialect),
        store: &store,
        alone: &alone,
        own,
    };
    look(&reading, site.as_ref());
    let mut input = store.into_document().input;
    input.truncate(count);
    input.rename(own_table, &own_name);
    Ok(Subject {
        input,
        table,
        site,
        format,
    })
}

/// The findings about `bytes` as a table of its own, and the input that their places are in.
///
/// # Errors
/// As for reading: 4 GiB, too many routes.
pub fn lint_bytes(
    bytes: Vec<u8>,
    dialects: &[&'static Dialect],
    chosen: &Chosen,
) -> Result<(Input, Vec<Finding>)> {
    let question = Question::new(dialects, chosen);
    let (subject, findings) = findings(Subject::table("-", bytes)?, &question)?;
    Ok((subject.input, findings))
}

/// The errors that the ordinary rules find in `bytes`, which are called `path`, and that are not meant: a message each.
///
/// # Errors
/// As [`lint_bytes`].
pub(in crate::cli) fn errors(
    path: &str,
    bytes: Vec<u8>,
    dialect: &'static Dialect,
) -> Result<Vec<String>> {
    let chosen = Chosen {
        rules: rules::RULES.iter().filter(|rule| rule.info.on).collect(),
        most: MOST_ERRORS,
    };
    let dialects = [dialect];
    let question = Question::new(&dialects, &chosen);
    let (subject, findings) = findings(Subject::table(path, bytes)?, &question)?;
    let counts = |f: &&Finding| f.severity == Severity::Error && !f.suppressed;
    let said = |finding: &Finding| {
        let place = subject.input.place(finding.span);
        let place = place.map_or_else(String::new, |place| format!("{place}: "));
        format!("{place}{} [{}]", finding.message, finding.rule)
    };
    Ok(findings.iter().filter(counts).map(said).collect())
}

/// Most errors of one rule that are looked for.
const MOST_ERRORS: usize = 1000;

/// As [`lint_bytes`], with the lines on which the dialects disagree.
///
/// # Errors
/// As [`lint_bytes`].
pub fn lint_bytes_portable(
    bytes: Vec<u8>,
    dialects: &[&'static Dialect],
    chosen: &Chosen,
) -> Result<(Input, Vec<Finding>)> {
    let question = Question {
        portable: true,
        ..Question::new(dialects, chosen)
    };
    let (subject, findings) = findings(Subject::table("-", bytes)?, &question)?;
    Ok((subject.input, findings))
}

/// As [`lint_bytes`], asking DNS too.
///
/// # Errors
/// As [`lint_bytes`].
pub fn lint_bytes_with_dns(
    bytes: Vec<u8>,
    dialects: &[&'static Dialect],
    chosen: &Chosen,
    dns: &Asking<'_>,
) -> Result<(Input, Vec<Finding>)> {
    let question = Question {
        dns: Some(dns),
        ..Question::new(dialects, chosen)
    };
    let (subject, findings) = findings(Subject::table("-", bytes)?, &question)?;
    Ok((subject.input, findings))
}

/// The findings about the control directory `dir`, and the input that their places are in. `state` may state other facts
/// than the file system's before the rules run.
///
/// # Errors
/// The directory cannot be listed; as for reading.
pub fn lint_directory(
    dir: &Path,
    dialects: &[&'static Dialect],
    chosen: &Chosen,
    state: impl FnOnce(&mut Facts),
) -> Result<(Input, Vec<Finding>)> {
    let config = dir.join("qroute.toml");
    let around = Around {
        config: config.exists().then_some(config.as_path()),
        ..Around::default()
    };
    let mut subject = gather(dir, &around)?;
    if let Some(facts) = &mut subject.site {
        state(facts);
    }
    let (subject, findings) = findings(subject, &Question::new(dialects, chosen))?;
    Ok((subject.input, findings))
}

/// The findings about the files of a control directory, given by name; the table is `smtproutes` or `esmtproutes`, or else
/// the first. Rules of a directory do not run.
///
/// # Errors
/// As [`lint_bytes`].
pub fn lint_files(
    files: Vec<(String, Vec<u8>)>,
    dialects: &[&'static Dialect],
    chosen: &Chosen,
) -> Result<(Input, Vec<Finding>)> {
    let is_table = |name: &str| matches!(name, "smtproutes" | "esmtproutes");
    let table = files.iter().position(|(name, _)| is_table(name));
    let mut input = Input::default();
    for (name, bytes) in files {
        input.push(&name, &name, State::Bytes(bytes))?;
    }
    let subject = Subject {
        input,
        table: table.unwrap_or(0),
        site: None,
        format: &smtproutes::FORMAT,
    };
    let question = Question::new(dialects, chosen);
    let (subject, findings) = findings(subject, &question)?;
    Ok((subject.input, findings))
}
