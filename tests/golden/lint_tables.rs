//! Rules about whole tables, held to the comparison of tables: what they call useless can be deleted, and what can be deleted
//! is called so.

use std::collections::BTreeMap;

use proptest::prelude::*;
use proptest::test_runner::{TestCaseError, TestRunner};
use qroute::cli::lint::{fix_bytes, lint_bytes};
use qroute::diagnostic::Finding;
use qroute::equivalence::{CompareOptions, Comparison, Recipients, compare};
use qroute::formats::smtproutes::{self, DIALECTS, Dialect};
use qroute::lint::{Chosen, rules};
use qroute::lookup::Store;
use qroute::model::{Domain, FileVerdict};
use qroute::source::Input;
use qroute::store::MemoryStore;

use crate::random;

const KEYS: &[&str] = &[
    "a.example",
    ".a.example",
    "A.example",
    "b.a.example",
    ".b.a.example",
    "example",
    ".example",
    "",
    "c.b.a.example",
    "a,b",
    "..a.example",
    "!@",
];

const VALUES: &[&str] = &[
    "mx",
    "MX:25",
    "mx:26",
    "n.example",
    "",
    "192.0.2.1",
    "[192.0.2.1]",
    "mx|user",
    "mx|user|p",
    "mx user p",
    ":26",
];

/// Rules whose findings say that their line does nothing.
const USELESS: &[&str] = &[
    "duplicate-same",
    "duplicate-conflict",
    "redundant",
    "exception-without-effect",
    "unreachable-route",
];

fn chosen(names: &[&str]) -> Chosen {
    Chosen {
        rules: names
            .iter()
            .map(|name| rules::find(name).unwrap())
            .collect(),
        most: 1000,
    }
}

fn store(dialect: &'static Dialect, bytes: &[u8]) -> MemoryStore {
    let input = Input::single(dialect.file, "-", bytes.to_vec()).unwrap();
    MemoryStore::new(smtproutes::read_routes(input, dialect).unwrap())
}

fn compared(dialect: &'static Dialect, old: &[u8], new: &[u8]) -> Comparison {
    let options = CompareOptions {
        recipients: Recipients::Hosts,
        ..CompareOptions::default()
    };
    compare(&store(dialect, old), &store(dialect, new), &options).unwrap()
}

/// Equal for all hosts that a mail domain in lower case can be.
fn same_for_domains(comparison: &Comparison) -> bool {
    comparison.differences.iter().all(|difference| {
        let host = &difference.witness.recipient;
        let lower = !host.iter().any(u8::is_ascii_uppercase);
        !lower || Domain::new(host).is_err() || host.ends_with(b".")
    })
}

fn lines(text: &[u8]) -> Vec<&[u8]> {
    text.split_inclusive(|&b| b == b'\n').collect()
}

/// The text without line `number`, from 0.
fn without(text: &[u8], number: usize) -> Vec<u8> {
    let mut lines = lines(text);
    lines.remove(number);
    lines.concat()
}

fn line_of(text: &[u8], finding: &Finding) -> usize {
    let at = finding.span.start as usize;
    text[..at].iter().filter(|&&b| b == b'\n').count()
}

fn tables() -> impl Strategy<Value = (Vec<(usize, usize)>, usize, bool)> {
    let line = (
        0..KEYS.len(),
        prop_oneof![3 => 0..3usize, 2 => 0..VALUES.len()],
    );
    (
        proptest::collection::vec(line, 1..7),
        0..DIALECTS.len(),
        any::<bool>(),
    )
}

fn text(lines: &[(usize, usize)], ended: bool, dialect: &Dialect) -> Vec<u8> {
    let mut text = String::new();
    for &(key, value) in lines {
        let mut value = VALUES[value].to_owned();
        // Most values are to be correct ones.
        if dialect.value.port_separator != b':' {
            value = value.replace(
                ':',
                std::str::from_utf8(&[dialect.value.port_separator]).unwrap(),
            );
        }
        if matches!(dialect.name, "qsmtp" | "skarnet") {
            value = value.replace([' ', '[', ']'], "");
        }
        text.push_str(KEYS[key]);
        text.push(':');
        text.push_str(&value);
        text.push('\n');
    }
    if !ended {
        text.pop();
    }
    text.into_bytes()
}

#[derive(Default)]
struct Share {
    useless: usize,
    said: usize,
    silent: BTreeMap<String, usize>,
}

#[test]
fn useless_lines_are_those_that_can_be_deleted() {
    let share = std::cell::RefCell::new(Share::default());
    let config = random::cases("QROUTE_CASES", 150);
    let rules = chosen(USELESS);
    let behind_default = chosen(&["shadowed-default"]);
    TestRunner::new(config)
        .run(&tables(), |(entries, dialect, ended)| {
            let dialect = &DIALECTS[dialect];
            let text = text(&entries, ended, dialect);
            let show = || format!("{} under {}", String::from_utf8_lossy(&text), dialect.name);
            let (_, findings) = lint_bytes(text.clone(), &[dialect], &rules).unwrap();
            let mut named = vec![false; lines(&text).len()];
            for finding in &findings {
                let number = line_of(&text, finding);
                named[number] = true;
                let Some(fix) = &finding.fix else { continue };
                let mut fixed = text.clone();
                for edit in fix.edits.iter().rev() {
                    fixed.splice(edit.span.range(), edit.text.iter().copied());
                }
                let result = compared(dialect, &text, &fixed);
                let ok = match finding.rule {
                    "unreachable-route" => same_for_domains(&result),
                    _ => result.equal(),
                };
                if !ok {
                    let difference = result.differences.first();
                    return Err(TestCaseError::fail(format!(
                        "[{}] of line {}: {difference:?}\n{}",
                        finding.rule,
                        number + 1,
                        show()
                    )));
                }
            }
            // Safe fixes one after another, too.
            let fixed = fix_bytes(text.clone(), &[dialect], &rules, false).unwrap();
            if !compared(dialect, &text, &fixed.bytes).equal() {
                return Err(TestCaseError::fail(format!("safe fixes of\n{}", show())));
            }
            // And the other way round.
            let (_, shadows) = lint_bytes(text.clone(), &[dialect], &behind_default).unwrap();
            let default = shadows.first().map(|finding| line_of(&text, finding));
            let mut share = share.borrow_mut();
            for (number, &is_named) in named.iter().enumerate() {
                if !same_for_domains(&compared(dialect, &text, &without(&text, number))) {
                    continue;
                }
                share.useless += 1;
                if is_named || default.is_some_and(|default| default <= number) {
                    share.said += 1;
                } else {
                    let line = String::from_utf8_lossy(lines(&text)[number])
                        .trim_end()
                        .to_owned();
                    let why = silent_because(&text, number, dialect);
                    let what =
                        why.map_or_else(|| format!("? {line} in\n{}", show()), str::to_owned);
                    *share.silent.entry(what).or_default() += 1;
                }
            }
            Ok(())
        })
        .unwrap();
    let share = share.into_inner();
    let rest: usize = share
        .silent
        .iter()
        .filter(|(why, _)| why.starts_with('?'))
        .map(|(_, count)| count)
        .sum();
    eprintln!("{} useless lines, {} named", share.useless, share.said);
    for (why, count) in &share.silent {
        eprintln!("{count:6} {why}");
    }
    // Where the first match decides, a line that keeps mail from lines behind it is left alone even when they say the same.
    assert!(
        rest * 50 <= share.useless,
        "{rest} lines of {} are passed over",
        share.useless
    );
}

/// Why nothing is said of a line that could be deleted.
fn silent_because(text: &[u8], number: usize, dialect: &'static Dialect) -> Option<&'static str> {
    let lines = lines(text);
    let line = lines[number];
    let value = |line: &[u8]| {
        line.split(|&b| b == b':')
            .skip(1)
            .collect::<Vec<_>>()
            .join(&b':')
    };
    let fails = |line: &[u8]| {
        let value = value(line);
        let name = value.trim_ascii_end();
        name.starts_with(b":")
            || name.starts_with(b";")
            || name.contains(&b' ')
            || name.contains(&b'|')
    };
    if line.starts_with(b"!@") {
        return Some("the key is another rule's");
    }
    if compared(dialect, text, b"").equal() {
        return Some("the whole table says nothing");
    }
    if store(dialect, text).document().table.verdict != FileVerdict::Normal {
        return Some("the file is refused whole");
    }
    let key = |line: &[u8]| {
        line.split(|&b| b == b':')
            .next()
            .unwrap_or(b"")
            .to_ascii_lowercase()
    };
    let equal = |other: &&&[u8]| key(other) == key(line);
    if lines.iter().filter(equal).count() > 1 {
        return Some("one of several lines with one key, of which another is named");
    }
    if fails(line) {
        return Some("its mail does not arrive or logs in: another rule's");
    }
    None
}
