//! Safe fixes change no decision but the one complained of: every safe fix of every rule, alone, over fixtures and random
//! tables, under every dialect, by exact comparison of the table before and after. All fixes together end, and fixing again
//! changes nothing.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use qroute::cli::lint::{fix_bytes, lint_bytes};
use qroute::diagnostic::{Edit, Finding};
use qroute::equivalence::{CompareOptions, Recipients, compare};
use qroute::formats::smtproutes::{DIALECTS, Dialect, Lines, read_routes};
use qroute::lint::{Chosen, rules};
use qroute::lookup::{Selection, Store};
use qroute::model::{Decision, FileVerdict, PasswordState};
use qroute::source::Input;
use qroute::store::MemoryStore;

use crate::random;

fn all() -> Chosen {
    Chosen {
        rules: rules::RULES.iter().collect(),
        most: 1000,
    }
}

fn store(bytes: &[u8], dialect: &'static Dialect) -> MemoryStore {
    let input = Input::single(dialect.file, "-", bytes.to_vec()).unwrap();
    MemoryStore::new(read_routes(input, dialect).unwrap())
}

fn applied(bytes: &[u8], edits: &[Edit]) -> Vec<u8> {
    let mut out = bytes.to_vec();
    for edit in edits.iter().rev() {
        out.splice(edit.span.range(), edit.text.iter().copied());
    }
    out
}

/// Whether the route that decides stands in the lines that an edit touches.
fn decided_within(selection: &Selection<'_>, bytes: &[u8], from: usize, to: usize) -> bool {
    let Some(route) = &selection.route else {
        return false;
    };
    let start = memchr_back(bytes, from);
    let end = bytes[to.min(bytes.len())..]
        .iter()
        .position(|&b| b == b'\n')
        .map_or(bytes.len(), |at| to + at);
    let origin = route.view().origin().range();
    origin.start >= start && origin.end <= end + 1
}

fn memchr_back(bytes: &[u8], from: usize) -> usize {
    bytes[..from.min(bytes.len())]
        .iter()
        .rposition(|&b| b == b'\n')
        .map_or(0, |at| at + 1)
}

fn password_is_elsewhere(decision: &Decision) -> bool {
    matches!(decision, Decision::Relay(relay)
        if relay.credentials().is_some_and(|c| c.state != PasswordState::Stated))
}

/// Complains when the fix of `finding` does more than it may.
fn check_fix(bytes: &[u8], finding: &Finding, dialect: &'static Dialect) -> Result<(), String> {
    let Some(fix) = finding.fix.as_ref().filter(|fix| fix.safe) else {
        return Ok(());
    };
    let after = applied(bytes, &fix.edits);
    let (old, new) = (store(bytes, dialect), store(&after, dialect));
    if old.document().table.verdict != FileVerdict::Normal {
        // The complaint is about all mail.
        return Ok(());
    }
    if new.document().table.verdict != FileVerdict::Normal {
        return Err("the product no longer reads the file".to_owned());
    }
    let options = CompareOptions {
        recipients: Recipients::Hosts,
        ..CompareOptions::default()
    };
    let comparison = compare(&old, &new, &options).unwrap();
    let from = fix.edits[0].span.start as usize;
    let last = fix.edits.last().unwrap();
    let to_old = last.span.end() as usize;
    let grown = after.len() as i64 - bytes.len() as i64;
    let to_new = (to_old as i64 + grown).max(from as i64) as usize;
    for difference in &comparison.differences {
        let before = difference.witness.ask(&old, Recipients::Hosts).unwrap();
        let now = difference.witness.ask(&new, Recipients::Hosts).unwrap();
        let by_edited = decided_within(&before, bytes, from, to_old)
            || decided_within(&now, &after, from, to_new);
        // A password that stands on another line moves with it: the line that lacks it is an error of its own.
        let moved = password_is_elsewhere(&before.decision) || password_is_elsewhere(&now.decision);
        // Qsmtp's bad lines push others off the list.
        let dependent = dialect.lines == Lines::Qsmtp;
        if !by_edited && !moved && !dependent {
            return Err(format!(
                "mail for {} changes: {:?} -> {:?}",
                String::from_utf8_lossy(&difference.witness.recipient),
                before.decision,
                now.decision
            ));
        }
    }
    Ok(())
}

fn check_table(bytes: &[u8], dialect: &'static Dialect) -> Result<u64, String> {
    let shown = || {
        format!(
            "{:?} under {}",
            String::from_utf8_lossy(bytes),
            dialect.name
        )
    };
    let (_, findings) = lint_bytes(bytes.to_vec(), &[dialect], &all()).unwrap();
    let mut fixes = 0;
    for finding in &findings {
        check_fix(bytes, finding, dialect)
            .map_err(|why| format!("[{}] {}: {why}: {:?}", finding.rule, shown(), finding.fix))?;
        fixes += u64::from(finding.fix.as_ref().is_some_and(|fix| fix.safe));
    }
    for unsafe_too in [false, true] {
        let fixed = fix_bytes(bytes.to_vec(), &[dialect], &all(), unsafe_too).unwrap();
        let left: Vec<&Finding> = fixed
            .remaining
            .iter()
            .filter(|f| !f.suppressed && f.fix.as_ref().is_some_and(|fix| fix.safe || unsafe_too))
            .collect();
        if !left.is_empty() {
            return Err(format!("{}: fixing does not end: {left:?}", shown()));
        }
        let again = fix_bytes(fixed.bytes.clone(), &[dialect], &all(), unsafe_too).unwrap();
        if again.bytes != fixed.bytes {
            return Err(format!("{}: fixing again changes something", shown()));
        }
    }
    Ok(fixes)
}

#[test]
fn fixes_of_the_fixtures() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/lint");
    let mut wrong = Vec::new();
    let mut fixes = 0;
    for dir in fs::read_dir(root).unwrap() {
        for entry in fs::read_dir(dir.unwrap().path()).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            if !path.is_file() || !(name.starts_with("bad") || name.starts_with("good")) {
                continue;
            }
            let bytes = fs::read(&path).unwrap();
            for dialect in &DIALECTS {
                match check_table(&bytes, dialect) {
                    Ok(count) => fixes += count,
                    Err(why) => wrong.push(format!("{}: {why}", path.display())),
                }
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{} wrong:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    assert!(fixes > 100, "only {fixes} safe fixes were seen");
}

/// A line with a mistake more often than not.
fn line() -> impl Strategy<Value = String> {
    let piece = |list: &'static [&'static str]| prop::sample::select(list);
    let key = piece(&[
        "",
        ".",
        "a.b",
        ".a.b",
        "A.b",
        "b",
        ".b",
        "x.a.b",
        "*.a.b",
        "*",
        "@a.b",
        "u@a.b",
        "a.b.",
        "a..b",
        "[1.2.3.4]",
        "é.b",
        "a b",
        "\u{feff}a.b",
        "!@",
        "[IPv6:::1]",
        "a_b",
        "-a",
        "a.b\u{a0}",
    ]);
    let relay = piece(&[
        "",
        "mx",
        "MX",
        "mx.b",
        "a.b",
        "1.2.3.4",
        "[1.2.3.4]",
        "[mx.b]",
        "257.2.3.4",
        "1.2.3",
        "010.2.3.4",
        "::1",
        "[::1]",
        "[1.2.3.4",
        "mx,my",
        "mx;my",
        "mx my",
        "mx#c",
        "smtp:[mx]",
        "smtp://mx",
        "localhost",
        "127.0.0.1",
        "mx.",
        "m_x",
        "m'x",
        "mx|u|p",
        "mx u p",
        "mx|u",
        "mx u",
        "mx/SECURITY=SMTPS",
    ]);
    let port = piece(&[
        "",
        "",
        "",
        ":",
        ":25",
        ":025",
        ":0",
        ":65561",
        ":18446744073709551641",
        ":smtp",
        ": 25",
        ":+25",
        ":25x",
        ":587/tls",
        ":25:26",
        ";26",
        ",26",
        ":26 # c",
        ":587|u|p",
        ":587 u p",
        ":26\r",
    ]);
    let lead = piece(&[
        "", "", "", "", "", " ", "\t", "#", " # ", ";", "// ", "!", "\0",
    ]);
    let colon = piece(&[
        ":", ":", ":", ":", ":", ":", " :", ": ", " ", "=", "\t", "::", "",
    ]);
    let tail = piece(&[
        "", "", "", "", "", " ", "\t", "\r", " # c", "\\", "\0", "\0:z", "\u{200b}", " \r", "\x0b",
        "#",
    ]);
    (lead, key, colon, relay, port, tail).prop_map(|(lead, key, colon, relay, port, tail)| {
        format!("{lead}{key}{colon}{relay}{port}{tail}")
    })
}

fn table() -> impl Strategy<Value = Vec<u8>> {
    let other = prop::sample::select(
        &[
            "",
            "# c",
            "junk",
            "<<<<<<< a",
            "=======",
            ">>>>>>> b",
            "a.b",
            "# qroute: allow(crlf)",
            "# qroute: allow-file(no-colon) x",
            ":mx",
            "a.b:",
            ".a.b:mx",
        ][..],
    );
    let any = prop_oneof![5 => line().boxed(), 1 => other.prop_map(str::to_owned).boxed()];
    (prop::collection::vec(any, 0..6), prop::bool::weighted(0.8)).prop_map(|(lines, end)| {
        let mut text = lines.join("\n");
        if end {
            text.push('\n');
        }
        text.into_bytes()
    })
}

fn run(strategy: impl Strategy<Value = (Vec<u8>, usize)>) {
    let mut runner = TestRunner::new(random::cases("QROUTE_TABLES", 1500));
    let seen: std::cell::RefCell<BTreeMap<&str, u64>> = std::cell::RefCell::default();
    runner
        .run(&strategy, |(bytes, number)| {
            let dialect = &DIALECTS[number % DIALECTS.len()];
            let fixes = check_table(&bytes, dialect).map_err(TestCaseError::fail)?;
            *seen.borrow_mut().entry(dialect.name).or_default() += fixes;
            Ok(())
        })
        .unwrap();
    println!("safe fixes tried: {:?}", seen.borrow());
}

#[test]
fn fixes_of_random_tables() {
    run((table(), any::<usize>()));
}

#[test]
fn fixes_of_random_bytes() {
    let byte = prop_oneof![
        6 => prop::sample::select(&b"ab.:|# \t\r\n\n\n0123;,[]@*!\\/=<>"[..]),
        1 => any::<u8>(),
    ];
    run((prop::collection::vec(byte, 0..80), any::<usize>()));
}
