//! The canonical form, held to all recorded tables, to random ones, and to the pairs in `testdata/fmt`.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use base64::Engine;
use proptest::prelude::*;
use proptest::test_runner::{TestCaseError, TestRunner};
use qroute::equivalence::{CompareOptions, Recipients, compare, same_in_any_order, same_in_order};
use qroute::formats::smtproutes::{DIALECTS, Depth, Dialect, canonical, read, sorted};
use qroute::lookup::{Envelope, Recipient, Sender, Store, select};
use qroute::model::{Decision, Document, Relay};
use qroute::source::Input;
use qroute::store::MemoryStore;

use crate::random;

type Promise = Vec<&'static Dialect>;

fn all() -> Promise {
    DIALECTS.iter().collect()
}

fn named(names: &str) -> Promise {
    names
        .split(',')
        .map(|n| Dialect::find(n).unwrap())
        .collect()
}

fn document(text: &[u8], dialect: &'static Dialect) -> Document {
    let input = Input::single(dialect.file, "-", text.to_vec()).unwrap();
    read(input, dialect).unwrap()
}

fn form(text: &[u8], promise: &[&'static Dialect]) -> Vec<u8> {
    canonical(text, promise, Depth::Whole).bytes
}

/// No host is called like either of them, and nothing else differs: neither relay has an address.
fn neither_is_a_host(old: &Relay, new: &Relay) -> bool {
    let odd = |relay: &Relay| {
        let name = relay.hops[0].target.name();
        relay.hops[0].literal.is_none()
            && name
                .iter()
                .any(|b| b.is_ascii() && !b.is_ascii_alphanumeric() && !b"._-".contains(b))
    };
    let mut renamed = new.clone();
    renamed.hops[0].target = old.hops[0].target.clone();
    odd(old) && odd(new) && *old == renamed
}

fn same_decision(old: &Decision, new: &Decision) -> bool {
    match (old, new) {
        (Decision::Relay(a), Decision::Relay(b)) => old.same_mail(new) || neither_is_a_host(a, b),
        // The report is what the sender reads.
        (Decision::Failure(a), Decision::Failure(b)) => old.same_mail(new) && a.report == b.report,
        _ => old.same_mail(new),
    }
}

/// Asks both tables about every class of hosts and about `hosts`, for ordinary senders and for bounces.
fn mail_is_the_same(
    old: &[u8],
    new: &[u8],
    dialect: &'static Dialect,
    hosts: &BTreeSet<Vec<u8>>,
) -> Result<(), String> {
    let stores = [old, new].map(|text| MemoryStore::new(document(text, dialect)));
    {
        let options = CompareOptions {
            recipients: Recipients::Hosts,
            ..CompareOptions::default()
        };
        let answer = compare(&stores[0], &stores[1], &options).unwrap();
        for difference in &answer.differences {
            let [old, new] = stores.each_ref().map(|store| {
                let asked = difference.witness.ask(store, Recipients::Hosts);
                asked.unwrap().decision
            });
            if !same_decision(&old, &new) {
                return Err(format!("{}: {difference:?}", dialect.name));
            }
        }
    }
    for host in hosts {
        for sender in [Sender::Address(b"s@sender.example"), Sender::Null] {
            let envelope = Envelope::new(Recipient::Host(host), sender);
            let decided = stores.each_ref().map(|store| {
                let store: &dyn Store = store;
                select(store, &envelope, false).unwrap().decision
            });
            if !same_decision(&decided[0], &decided[1]) {
                return Err(format!("{}: {host:?}: {decided:?}", dialect.name));
            }
        }
    }
    Ok(())
}

/// Lines that are not blank, without what may change in them.
fn essence(text: &[u8]) -> Vec<Vec<u8>> {
    let blank = |b: &u8| matches!(b, b' ' | b'\t' | b'\r');
    let lines = text.split(|&b| b == b'\n').map(|line| {
        let end = line.iter().rposition(|b| !blank(b)).map_or(0, |at| at + 1);
        let line = &line[..end];
        match line.first() {
            Some(b'#') => line.to_vec(),
            _ => {
                let lower = line.to_ascii_lowercase();
                lower.into_iter().filter(|&b| b != b'0').collect()
            }
        }
    });
    lines.filter(|line| !line.is_empty()).collect()
}

/// Everything that is promised of a form. Returns whether it is another text.
fn check(
    text: &[u8],
    promise: &[&'static Dialect],
    hosts: &BTreeSet<Vec<u8>>,
) -> Result<bool, String> {
    let new = form(text, promise);
    if form(&new, promise) != new {
        return Err(format!(
            "not idempotent: {:?}",
            text.escape_ascii().to_string()
        ));
    }
    if essence(text) != essence(&new) {
        return Err(format!(
            "lines changed: {:?}",
            text.escape_ascii().to_string()
        ));
    }
    if new == text {
        return Ok(false);
    }
    for dialect in promise {
        let shown = || {
            format!(
                "{}: {:?} {:?}",
                dialect.name,
                text.escape_ascii().to_string(),
                new.escape_ascii().to_string()
            )
        };
        if !same_in_order(&document(text, dialect), &document(&new, dialect)) {
            return Err(format!("not proved: {}", shown()));
        }
        mail_is_the_same(text, &new, dialect, hosts).map_err(|e| format!("{e} {}", shown()))?;
    }
    let layout = canonical(text, promise, Depth::Layout).bytes;
    if canonical(&layout, promise, Depth::Layout).bytes != layout || form(&layout, promise) != new {
        return Err(format!("layout: {:?}", text.escape_ascii().to_string()));
    }
    let layout_is_safe = promise
        .iter()
        .all(|d| same_in_order(&document(text, d), &document(&layout, d)));
    if !layout_is_safe {
        return Err(format!("layout: {:?}", text.escape_ascii().to_string()));
    }
    Ok(true)
}

/// Sorting keeps comments and blocks, and nobody notices. skarnet may: which of two errors it finds first is left to proof.
fn check_sorted(text: &[u8], promise: &[&'static Dialect]) -> Result<(), String> {
    let text = form(text, promise);
    let order = sorted(&text, promise).bytes;
    let lines = |text: &[u8]| -> Vec<Vec<u8>> {
        let mut lines: Vec<_> = text.split(|&b| b == b'\n').map(<[u8]>::to_vec).collect();
        lines.sort();
        lines
    };
    let shown = || {
        format!(
            "{:?} {:?}",
            text.escape_ascii().to_string(),
            order.escape_ascii().to_string()
        )
    };
    if lines(&text) != lines(&order) || sorted(&order, promise).bytes != order {
        return Err(format!("sorted: {}", shown()));
    }
    for (a, b) in text
        .split(|&b| b == b'\n')
        .zip(order.split(|&b| b == b'\n'))
    {
        if a != b && (a.first() == Some(&b'#') || a.is_empty()) {
            return Err(format!("moved: {}", shown()));
        }
    }
    if order == text {
        return Ok(());
    }
    for dialect in promise {
        let stores = [&text, &order].map(|text| MemoryStore::new(document(text, dialect)));
        let proved = same_in_any_order(&stores[0], &stores[1]).unwrap();
        if dialect.name == "skarnet" && !proved {
            continue;
        }
        if !proved {
            return Err(format!("not proved: {}: {}", dialect.name, shown()));
        }
        mail_is_the_same(&text, &order, dialect, &BTreeSet::new())
            .map_err(|e| format!("sorted: {e} {}", shown()))?;
    }
    Ok(())
}

/// Dialects and hosts.
type Asked = (BTreeSet<String>, BTreeSet<Vec<u8>>);

/// All recorded tables, with the dialects they were recorded for and all hosts that were asked.
fn recorded() -> BTreeMap<Vec<u8>, Asked> {
    let base64 = base64::engine::general_purpose::STANDARD;
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/smtproutes/vectors");
    let mut tables: BTreeMap<Vec<u8>, Asked> = BTreeMap::new();
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|e| e != "jsonl") {
            continue;
        }
        for line in fs::read_to_string(path).unwrap().lines() {
            let case: serde_json::Value = serde_json::from_str(line).unwrap();
            let Some(text) = case["file_b64"].as_str() else {
                continue;
            };
            let table = tables.entry(base64.decode(text).unwrap()).or_default();
            table.0.insert(case["dialect"].as_str().unwrap().to_owned());
            for query in case["queries"].as_array().unwrap() {
                let host = query["host_b64"].as_str().unwrap();
                table.1.insert(base64.decode(host).unwrap());
            }
        }
    }
    tables
}

/// How many of `tables` change, and what is wrong.
fn check_recorded(tables: &[(Vec<u8>, Asked)]) -> (usize, Vec<String>) {
    let (mut changed, mut failures) = (0, Vec::new());
    for (text, (dialects, hosts)) in tables {
        match check(text, &all(), hosts) {
            Ok(another) => changed += usize::from(another),
            Err(why) => failures.push(why),
        }
        for name in dialects {
            let promise = named(name);
            let one = check(text, &promise, hosts).and_then(|_| check_sorted(text, &promise));
            failures.extend(one.err());
        }
        failures.extend(check_sorted(text, &all()).err());
    }
    (changed, failures)
}

#[test]
fn recorded_tables_keep_their_mail() {
    let tables: Vec<_> = recorded().into_iter().collect();
    let halves = tables.split_at(tables.len() / 2);
    let (a, b) = std::thread::scope(|scope| {
        let second = scope.spawn(|| check_recorded(halves.1));
        (check_recorded(halves.0), second.join().unwrap())
    });
    let (changed, failures) = (a.0 + b.0, [a.1, b.1].concat());
    println!(
        "{} tables: {changed} changed, {} unchanged",
        tables.len(),
        tables.len() - changed
    );
    assert!(
        failures.is_empty(),
        "{} failures:\n{}",
        failures.len(),
        failures[..failures.len().min(10)].join("\n")
    );
    assert!(tables.len() > 400, "only {} tables", tables.len());
    assert!(changed > 100, "only {changed} changed");
}

/// Parts of lines that readers disagree about.
const PARTS: &[&[u8]] = &[
    b"a.b",
    b"A.B",
    b".a.b",
    b".B",
    b"z",
    b"Z",
    b"Z1.2\\",
    b"[1.2.3.4]",
    b"[::1]",
    b"XN--BCHER-KVA",
    "Ü".as_bytes(),
    "\u{212A}".as_bytes(),
    b"mx",
    b"MX.R",
    b":",
    b":",
    b":",
    b":",
    b":",
    b":025",
    b":25",
    b":0",
    b":99999",
    b";0587",
    b",025",
    b"|",
    b"|U",
    b"|u|P",
    b" ",
    b" U",
    b" u P",
    b"\t",
    b"\r",
    b"#",
    b"\\#",
    b"\0",
    b"_",
    b"*",
    b"/SECURITY=STARTTLS",
    b"\xEF\xBB\xBF",
    b"# qroute: dialect courier",
    b"!@",
    b"25x",
    b"::026",
    b"0.0.0.010",
    b"65561",
    b"\n",
    b"\n\n",
    b"\n",
    b"",
];

fn table() -> impl Strategy<Value = Vec<u8>> {
    let line = proptest::collection::vec(0..PARTS.len(), 0..6);
    let likely =
        (0..6usize, 12..14usize, 0..30usize, 0..4usize).prop_map(|(key, relay, port, end)| {
            let end: &[u8] = [&b""[..], b" ", b"", b"\r"][end];
            let port = PARTS
                .get(port + 16)
                .filter(|_| port < 10)
                .copied()
                .unwrap_or(b"");
            [PARTS[key], b":", PARTS[relay], port, end].concat()
        });
    let odd = line.prop_map(|parts| {
        parts
            .into_iter()
            .map(|at| PARTS[at])
            .collect::<Vec<_>>()
            .concat()
    });
    let lines = proptest::collection::vec(
        prop_oneof![3 => likely, 1 => odd, 1 => Just(b"# Text ".to_vec()), 1 => Just(b" ".to_vec()), 1 => Just(Vec::new())],
        0..9,
    );
    (lines, any::<bool>()).prop_map(|(lines, end)| {
        let mut text = lines.join(&b'\n');
        text.extend(end.then_some(b'\n'));
        text
    })
}

fn promises() -> impl Strategy<Value = Promise> {
    proptest::collection::vec(any::<bool>(), DIALECTS.len()).prop_map(|chosen| {
        let chosen = DIALECTS.iter().zip(chosen).filter(|(_, chosen)| *chosen);
        let promise: Promise = chosen.map(|(dialect, _)| dialect).collect();
        if promise.is_empty() { all() } else { promise }
    })
}

fn run(cases: u32, tables: impl Strategy<Value = Vec<u8>>) {
    let config = random::cases("QROUTE_FORMS", cases);
    let hosts: BTreeSet<Vec<u8>> = PARTS.iter().map(|p| p.to_vec()).collect();
    let mut runner = TestRunner::new(config);
    runner
        .run(&(tables, promises()), |(text, some)| {
            for promise in [all(), some] {
                check(&text, &promise, &hosts).map_err(TestCaseError::fail)?;
                check_sorted(&text, &promise).map_err(TestCaseError::fail)?;
            }
            Ok(())
        })
        .unwrap();
}

#[test]
fn random_tables_keep_their_mail() {
    run(1500, table());
}

#[test]
fn random_bytes_keep_their_mail() {
    let byte = proptest::sample::select(b"aAzZ0:. \t\r\n\n\0#|;,[]\\_\xEF\xBB\xBF\x80".to_vec());
    run(1000, proptest::collection::vec(byte, 0..24));
    run(200, proptest::collection::vec(any::<u8>(), 0..200));
}

/// `NAME.in` becomes `NAME.out`, for the dialects in `NAME.for` where there is one.
#[test]
fn pairs() {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/fmt");
    let mut seen = 0;
    for entry in fs::read_dir(&dir).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|e| e != "in") {
            continue;
        }
        let text = fs::read(&path).unwrap();
        let names = fs::read_to_string(path.with_extension("for"));
        let promise = names.map_or_else(|_| all(), |names| named(names.trim_end()));
        let wanted = fs::read(path.with_extension("out")).unwrap();
        assert_eq!(
            form(&text, &promise).escape_ascii().to_string(),
            wanted.escape_ascii().to_string(),
            "{}",
            path.display()
        );
        check(&text, &promise, &BTreeSet::new()).unwrap();
        seen += 1;
    }
    assert!(seen >= 10, "only {seen} pairs");
}
