//! From an input to its findings: read once for each dialect, all rules run, merged, suppressed.

use std::path::Path;

use anyhow::Result;

use super::products;
use super::site::{Around, gather};
use crate::diagnostic::Finding;
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
            site: None,
        })
    }
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
    /// DNS, when it is asked.
    pub dns: Option<&'a Asking<'a>>,
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
        site,
    } = subject;
    let chosen = question.chosen;
    let runs = |name: &str| chosen.rules.iter().any(|rule| rule.info.name == name);
    let count = input.files().len();
    let mut tables = Vec::with_capacity(question.dialects.len());
    let mut others = Vec::new();
    let mut portable = (question.portable && runs("not-portable")).then(Portable::default);
    for (number, &dialect) in question.dialects.iter().enumerate() {
        let table = table_of(&input, site.as_ref(), table, dialect);
        input = with_reading(input, table, dialect, question.own, |reading| {
            if number == 0
                && let Some(facts) = &site
            {
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
        input.truncate(count);
    }
    if let Some(mut portable) = portable {
        let told: &[&'static Dialect] = match portable.is_interesting() {
            true => question.dialects,
            false => &[],
        };
        for &dialect in told {
            let table = table_of(&input, site.as_ref(), table, dialect);
            input = with_reading(input, table, dialect, question.own, |reading| {
                portable.describe(reading);
            })?;
            input.truncate(count);
        }
        if let Some(&dialect) = question.dialects.first() {
            let table = table_of(&input, site.as_ref(), table, dialect);
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
    let subject = Subject { input, table, site };
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
    let name = input
        .files()
        .get(table)
        .map_or_else(String::new, |file| file.name.clone());
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
    let mut input = store.into_document().input;
    input.rename(table, &name);
    Ok(input)
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
    alone(Subject::table("-", bytes)?, dialects, chosen, None)
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
    alone(Subject::table("-", bytes)?, dialects, chosen, Some(dns))
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
    alone(subject, dialects, chosen, None)
}

fn alone(
    subject: Subject,
    dialects: &[&'static Dialect],
    chosen: &Chosen,
    dns: Option<&Asking<'_>>,
) -> Result<(Input, Vec<Finding>)> {
    let question = Question {
        dialects,
        chosen,
        own: &[],
        portable: false,
        dns,
    };
    let (subject, findings) = findings(subject, &question)?;
    Ok((subject.input, findings))
}
