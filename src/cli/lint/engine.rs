//! From an input to its findings: read once for each dialect, all rules run, merged, suppressed.

use anyhow::Result;

use crate::diagnostic::Finding;
use crate::formats::smtproutes::CredentialRule;
use crate::formats::smtproutes::Dialect;
use crate::formats::smtproutes::Lines;
use crate::formats::smtproutes::Siblings;
use crate::formats::smtproutes::read_routes;
use crate::lint::Chosen;
use crate::lint::Directives;
use crate::lint::Notation;
use crate::lint::Portable;
use crate::lint::Reading;
use crate::lint::Site;
use crate::lint::lint_site;
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
    /// True for a directory, whose rules then run too.
    pub whole: bool,
}

impl Subject {
    /// A table of its own, called `path` in messages.
    ///
    /// # Errors
    /// 4 GiB.
    pub fn table(path: &str, bytes: Vec<u8>) -> Result<Self> {
        Ok(Subject {
            input: Input::single("smtproutes", path, bytes)?,
            table: 0,
            whole: false,
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
        name: dialect.name,
        title: dialect.title,
        file: dialect.file,
        port_separator: dialect.value.port_separator,
        credentials,
        bounce_key: matches!(dialect.siblings, Siblings::SQmail | Siblings::Indimail),
        auth_senders: matches!(dialect.siblings, Siblings::SQmail | Siblings::AuthSenders),
        independent_lines: dialect.lines == Lines::Control,
    }
}

/// What is asked about a subject.
pub(super) struct Question<'a> {
    /// The dialects; the first one is that of the directory's rules.
    pub dialects: &'a [&'static Dialect],
    /// The rules.
    pub chosen: &'a Chosen,
    /// Names and addresses of this host.
    pub own: &'a [Vec<u8>],
    /// Whether lines on which the dialects disagree are reported.
    pub portable: bool,
}

/// All findings about `subject`, suppressed ones marked, in the order of the text; the subject comes back.
///
/// # Errors
/// Only what keeps the files from being numbered.
pub(super) fn findings(
    subject: Subject,
    question: &Question<'_>,
) -> Result<(Subject, Vec<Finding>)> {
    let Subject {
        mut input,
        table,
        whole,
    } = subject;
    let chosen = question.chosen;
    let runs = |name: &str| chosen.rules.iter().any(|rule| rule.info.name == name);
    let count = input.files().len();
    let mut tables = Vec::with_capacity(question.dialects.len());
    let mut others = Vec::new();
    let mut portable = (question.portable && runs("not-portable")).then(Portable::default);
    for (number, &dialect) in question.dialects.iter().enumerate() {
        input = with_reading(input, table, dialect, question.own, |reading| {
            if number == 0 && whole {
                let site = Site {
                    input: &reading.document().input,
                    reading: *reading,
                };
                others = lint_site(&site, chosen);
            }
            if let Some(portable) = &mut portable {
                portable.compare(reading);
            }
            tables.push((reading.notation, lint_table(reading, chosen)));
        })?;
        input.truncate(count);
    }
    if let Some(mut portable) = portable {
        let told: &[&'static Dialect] = match portable.is_interesting() {
            true => question.dialects,
            false => &[],
        };
        for &dialect in told {
            input = with_reading(input, table, dialect, question.own, |reading| {
                portable.describe(reading);
            })?;
            input.truncate(count);
        }
        if let Some(&dialect) = question.dialects.first() {
            input = with_reading(input, table, dialect, question.own, |reading| {
                others.append(&mut portable.findings(reading));
            })?;
            input.truncate(count);
        }
    }
    let mut findings = merge(tables);
    findings.append(&mut others);
    let mut directives = Directives::read(&input);
    directives.apply(&mut findings);
    if runs("unused-suppression") {
        let ran: Vec<&str> = chosen.rules.iter().map(|rule| rule.info.name).collect();
        findings.extend(directives.unused(&rules::infos(), &ran));
    }
    findings.sort_by_key(|finding| (finding.span.start, finding.span.len));
    let subject = Subject {
        input,
        table,
        whole,
    };
    Ok((subject, findings))
}

/// Reads the table as `dialect` does, shows it to `look`, and gives the input back, with whatever the reader put behind it.
fn with_reading(
    mut input: Input,
    table: usize,
    dialect: &'static Dialect,
    own: &[Vec<u8>],
    look: impl FnOnce(&Reading<'_>),
) -> Result<Input> {
    input.rename(table, dialect.file);
    let store = MemoryStore::new(read_routes(input, dialect)?);
    let alone = |text: &[u8]| -> Option<Box<dyn Store>> {
        let input = Input::single(dialect.file, "-", text.to_vec()).ok()?;
        let document = read_routes(input, dialect).ok()?;
        Some(Box::new(MemoryStore::new(document)))
    };
    look(&Reading {
        notation: notation(dialect),
        store: &store,
        alone: &alone,
        own,
    });
    Ok(store.into_document().input)
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
    let subject = Subject::table("-", bytes)?;
    let question = Question {
        dialects,
        chosen,
        own: &[],
        portable: false,
    };
    let (subject, findings) = findings(subject, &question)?;
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
        whole: false,
    };
    let question = Question {
        dialects,
        chosen,
        own: &[],
        portable: false,
    };
    let (subject, findings) = findings(subject, &question)?;
    Ok((subject.input, findings))
}
