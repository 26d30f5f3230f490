//! A compiled table that is not what the text says.

use std::collections::HashMap;

use crate::control::{RESERVED, cdb_records};
use crate::diagnostic::{Finding, RuleInfo, Severity};
use crate::lint::{Check, Rule, Site};
use crate::lookup::{fold, reachable};
use crate::model::FileVerdict;
use crate::source::{Span, Visible};

/// The rule.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        name: "stale-compiled",
        summary: "the compiled table beside the text is not what the text says",
        severity: Severity::Warning,
        on: true,
        formats: &["smtproutes"],
        explanation: "\
`smtproutes.cdb` is made of `smtproutes` so that a large table need not be read for every message.
It has to be made again whenever the text changes. qroute compares both and uses the text when they
differ, which takes longer; a reader that only looks whether the database exists goes on with the
old routes. skarnet's qmail-remote keeps a database of its own in run/qmail-remote and makes it anew
when the text is newer: a text that is put back from a copy with its old time is not.

Bad:

    $ echo example.org:mx.example.net >>smtproutes

Good:

    $ echo example.org:mx.example.net >>smtproutes && qroute-compile",
    },
    harmless: None,
    check: Check::Site(check),
};

const OWN: &str = "smtproutes.cdb";
const SKARNET: &str = "run/qmail-remote/smtproutes.cdb";

fn check(site: &Site<'_>, found: &mut Vec<Finding>) {
    let table = site.reading.notation.file;
    if table != "smtproutes" || site.bytes(table).is_none() {
        return;
    }
    if let Some((_, bytes)) = site.bytes(OWN) {
        own(site, bytes, found);
    }
    if let Some((_, bytes)) = site.bytes(SKARNET)
        && site.products.iter().any(|product| product.notation.name == "skarnet")
        && !is_older(site, SKARNET)
        && let Some(difference) = difference(site, bytes, false)
    {
        let message = format!("{SKARNET} is not older than the table, and {}", difference.what);
        found.push(
            Finding::new("stale-compiled", Severity::Warning, difference.at, message)
                .effect("skarnet's qmail-remote goes on with the old routes, because the text does not look newer")
                .help("touch smtproutes"),
        );
    }
}

fn own(site: &Site<'_>, bytes: &[u8], found: &mut Vec<Finding>) {
    let difference = difference(site, bytes, true).or_else(|| made_of(site, bytes));
    let is_older = is_older(site, OWN);
    let (message, at) = match (is_older, difference) {
        (true, Some(difference)) => (
            format!("{OWN} is older than the table, and {}", difference.what),
            difference.at,
        ),
        (false, Some(difference)) => (format!("{OWN} {}", difference.what), difference.at),
        (true, None) => (
            format!("{OWN} is older than the table"),
            site.start_of(site.reading.notation.file),
        ),
        (false, None) => return,
    };
    let message = Finding::new("stale-compiled", Severity::Warning, at, message);
    found.push(
        message
            .effect(
                "qroute uses the text, which takes longer; a reader that does not compare them goes on with the old routes",
            )
            .help("run qroute-compile, or delete the database"),
    );
}

/// What the reserved record says of another table than this one.
fn made_of(site: &Site<'_>, bytes: &[u8]) -> Option<Difference> {
    let table = site.reading.notation.file;
    let at = site.start_of(table);
    let reserved = cdb_records(bytes).rfind(|(key, _)| &bytes[key.clone()] == RESERVED);
    let Some((_, data)) = reserved else {
        let what = "was not made by qroute-compile".to_owned();
        return Some(Difference { what, at });
    };
    let mut lines = bytes[data].split(|&b| b == b'\n');
    let mut stated = |word: &str| {
        let line = lines.find(|line| line.starts_with(word.as_bytes()))?;
        std::str::from_utf8(&line[word.len()..]).ok()
    };
    let dialect = stated("dialect ")?;
    if dialect != site.reading.notation.name {
        let what = format!("was made for dialect {}", Visible(dialect.as_bytes()));
        return Some(Difference { what, at });
    }
    None
}

/// Whether the database was written before the table was.
fn is_older(site: &Site<'_>, name: &str) -> bool {
    let of = |name: &str| site.facts.file(name)?.modified;
    matches!((of(name), of(site.reading.notation.file)), (Some(a), Some(b)) if a < b)
}

struct Difference {
    what: String,
    at: Span,
}

/// The first difference between the records of a database and the table. Keys are in lower case there, and the value is
/// what stands right of the key; a key with a colon is none of a route.
fn difference(site: &Site<'_>, bytes: &[u8], with_values: bool) -> Option<Difference> {
    let reading = &site.reading;
    // A text that is refused whole has no routes to compare.
    if reading.document().table.verdict != FileVerdict::Normal {
        return None;
    }
    let case = reading.stage()?.semantics.key_case;
    let mut records: HashMap<&[u8], &[u8]> = HashMap::new();
    for (key, data) in cdb_records(bytes) {
        let key = &bytes[key];
        if !key.contains(&b':') {
            // The first of equal keys is the one that is found.
            records.entry(key).or_insert(&bytes[data]);
        }
    }
    let mut count = 0usize;
    let mut first: Option<(Span, String)> = None;
    let mut differ = |at: Span, what: &str, key: &[u8]| {
        count += 1;
        first.get_or_insert_with(|| (at, format!("{what} `{}`", Visible(key))));
    };
    // Of several lines with one key only the one that is found is compiled.
    for number in reachable(reading.store, reading.stage_id()).unwrap_or_default() {
        let route = reading.document().route(number);
        let key = fold(case, route.key());
        let origin = reading.document().bytes(route.origin());
        // skarnet's keys may stand in brackets, which do not belong to them.
        let behind = (route.key_text().end() - route.origin().start) as usize;
        let value = origin.get(behind..).unwrap_or_default();
        let colon = value.iter().position(|&b| b == b':');
        let value = colon.map_or(&b""[..], |colon| &value[colon + 1..]);
        match records.remove(key.as_ref()) {
            None => differ(route.key_text(), "has no record of", route.key()),
            Some(compiled) if with_values && compiled != value => {
                differ(route.key_text(), "has another value of", route.key());
            }
            Some(_) => {}
        }
    }
    let start = site.start_of(reading.notation.file);
    let mut left: Vec<&[u8]> = records.into_keys().collect();
    left.sort_unstable();
    for key in left {
        differ(start, "has a record of a route that is gone,", key);
    }
    let (at, what) = first?;
    let more = match count - 1 {
        0 => String::new(),
        n => format!(", and differs in {n} more"),
    };
    Some(Difference {
        what: format!("{what}{more}"),
        at,
    })
}
