//! From an input to its findings: read once for each dialect, all rules run, merged, suppressed.

use std::path::Path;
use std::sync::LazyLock;

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

/// All findings about `subject` under `dialects`, suppressed ones marked, in the order of the text; the input comes back.
///
/// # Errors
/// Only what keeps the files from being numbered.
pub(super) fn findings(
    subject: Subject,
    dialects: &[&'static Dialect],
    chosen: &Chosen,
    own: &[Vec<u8>],
    dns: Option<&Asking<'_>>,
) -> Result<(Input, Vec<Finding>)> {
    let Subject {
        mut input,
        table,
        site,
    } = subject;
    let count = input.files().len();
    let mut tables = Vec::with_capacity(dialects.len());
    let mut others = Vec::new();
    for (number, &dialect) in dialects.iter().enumerate() {
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
        if number == 0
            && let Some(facts) = &site
        {
            others = products::lint(&reading, facts, dialects, chosen);
        }
        let mut found = lint_table(&reading, chosen);
        if let Some(asking) = dns {
            found.extend(lint_dns(&reading, asking, chosen));
        }
        tables.push((reading.notation, found));
        input = store.into_document().input;
        input.truncate(count);
        input.rename(own_table, &own_name);
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
        site: None,
    };
    findings(subject, dialects, chosen, &[], None)
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
    let subject = Subject {
        input: Input::single("smtproutes", "-", bytes)?,
        table: 0,
        site: None,
    };
    findings(subject, dialects, chosen, &[], Some(dns))
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
    findings(subject, dialects, chosen, &[], None)
}
