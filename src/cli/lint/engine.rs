//! From an input to its findings: read once for each dialect, all rules run, merged, suppressed.

use std::sync::LazyLock;

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

/// All findings about `subject` under `dialects`, suppressed ones marked, in the order of the text; the input comes back.
///
/// # Errors
/// Only what keeps the files from being numbered.
pub(super) fn findings(
    subject: Subject,
    dialects: &[&'static Dialect],
    chosen: &Chosen,
    own: &[Vec<u8>],
) -> Result<(Input, Vec<Finding>)> {
    let Subject {
        mut input,
        table,
        whole,
    } = subject;
    let count = input.files().len();
    let mut tables = Vec::with_capacity(dialects.len());
    let mut others = Vec::new();
    for (number, &dialect) in dialects.iter().enumerate() {
        input.rename(table, dialect.file);
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
        if number == 0 && whole {
            let site = Site {
                input: &store.document().input,
                reading,
            };
            others = lint_site(&site, chosen);
        }
        tables.push((reading.notation, lint_table(&reading, chosen)));
        input = store.into_document().input;
        input.truncate(count);
    }
    let mut findings = merge(tables);
    findings.append(&mut others);
    static INFOS: LazyLock<Vec<crate::diagnostic::RuleInfo>> = LazyLock::new(rules::infos);
    let mut directives = Directives::read(&input);
    directives.apply(&mut findings);
    let ran: Vec<&str> = chosen.rules.iter().map(|rule| rule.info.name).collect();
    if ran.contains(&"unused-suppression") {
        findings.extend(directives.unused(&INFOS, &ran));
    }
    findings.sort_by_key(|finding| (finding.span.start, finding.span.len));
    Ok((input, findings))
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
    let input = Input::single("smtproutes", "-", bytes)?;
    let subject = Subject {
        input,
        table: 0,
        whole: false,
    };
    findings(subject, dialects, chosen, &[])
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
    findings(subject, dialects, chosen, &[])
}
