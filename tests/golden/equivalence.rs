//! The comparison of two tables, held to brute force: every host of a few labels is put to both.

use std::time::Instant;

use proptest::prelude::*;
use proptest::test_runner::{TestCaseError, TestRunner};
use qroute::equivalence::{Cause, CompareOptions, Comparison, Difference, Recipients, compare};
use qroute::formats::smtproutes::{self, DIALECTS, Dialect};
use qroute::lookup::{Envelope, Recipient, Sender, Store, select};
use qroute::model::Decision;
use qroute::source::{Input, State};
use qroute::store::MemoryStore;

use crate::random;

/// Labels of keys and hosts. `Σ` and `K` (U+212A) have more than one small or capital letter, `\u{fd}` is no UTF-8.
const LABELS: &[&[u8]] = &[
    b"a",
    b"A",
    b"b",
    b"",
    b"1",
    b"2",
    b"01",
    b"257",
    b"[1",
    b"4]",
    b"xn--p1",
    b"xn--bcher-kva",
    "bücher".as_bytes(),
    "BÜCHER".as_bytes(),
    b"k",
    "\u{212A}".as_bytes(),
    "Σ".as_bytes(),
    "ς".as_bytes(),
    b"\xfd",
    b"xn--4dbrk0ce",
    b"*",
    b"@",
];

/// What no key has, as hosts may have it.
const FRESH: &[&[u8]] = &[
    b"fresh",
    b"5",
    b"05",
    b"300",
    b"[other",
    b"[6",
    b"[::1]",
    b"::1",
    b"::7",
    b"[::7",
    b"6]",
    b"]",
    b"\xff",
    "ünd".as_bytes(),
];

/// Where the empty label stands in [`LABELS`].
const EMPTY: usize = 3;

const VALUES: &[&str] = &["m", "M", "m:26", "n", "", "1.1.1.1", "[1.1.1.1]", "1.2.1.4"];

#[derive(Clone, Debug)]
struct Table {
    dialect: &'static Dialect,
    /// Keys as numbers into [`LABELS`], and a value.
    lines: Vec<(Vec<usize>, usize)>,
    /// The same for Qsmtp's directory, or what stands in `virtualdomains` and `locals`.
    beside: Vec<(Vec<usize>, usize)>,
    system: bool,
    /// Values that two products understand alike stand for [`VALUES`].
    alike: Option<[&'static str; 3]>,
}

fn key(labels: &[usize]) -> Vec<u8> {
    let labels: Vec<&[u8]> = labels.iter().map(|&n| LABELS[n]).collect();
    labels.join(&b'.')
}

impl Table {
    fn text(&self) -> Vec<u8> {
        let mut text = Vec::new();
        for (labels, value) in &self.lines {
            text.extend_from_slice(&key(labels));
            text.push(b':');
            let value = match self.alike {
                None => VALUES[*value],
                Some(alike) => alike[value % 3],
            };
            text.extend_from_slice(value.as_bytes());
            text.push(b'\n');
        }
        text
    }

    fn store(&self) -> MemoryStore {
        let mut input = Input::default();
        let mut push = |name: &str, bytes: Vec<u8>| {
            input.push(name, name, State::Bytes(bytes)).unwrap();
        };
        push(self.dialect.file, self.text());
        let (mut locals, mut domains) = (Vec::new(), Vec::new());
        for (n, (labels, value)) in self.beside.iter().enumerate() {
            let key = key(labels);
            if let (Ok(name), "qsmtp") = (std::str::from_utf8(&key), self.dialect.name) {
                let name = match (n % 3, name) {
                    (0, _) => "default".to_owned(),
                    (1, name) => format!("*.{name}"),
                    _ => name.to_owned(),
                };
                push(
                    &format!("smtproutes.d/{name}"),
                    format!("relay={}\n", VALUES[*value % 5]).into_bytes(),
                );
            } else if n == 0 {
                locals.extend_from_slice(&key);
                locals.push(b'\n');
            } else {
                domains.extend_from_slice([&b""[..], b"u@", b"v@"][n % 3]);
                domains.extend_from_slice(&key);
                domains.extend_from_slice([&b":\n"[..], b":local\n"][value % 2]);
            }
        }
        if self.system && self.dialect.name != "courier" {
            push("locals", locals);
            push("virtualdomains", domains);
        }
        MemoryStore::new(smtproutes::read(input, self.dialect).unwrap())
    }
}

/// Few labels in one table: keys that share a suffix are what matters.
fn tables() -> impl Strategy<Value = (Table, Table, Vec<usize>)> {
    let dialect = || (0..DIALECTS.len()).prop_map(|n| &DIALECTS[n]);
    let palette = prop::collection::vec(0..LABELS.len(), 2..5);
    (palette, dialect(), dialect(), any::<bool>()).prop_flat_map(|(palette, a, b, system)| {
        let labels = prop::sample::select(palette.clone());
        let labels = prop::collection::vec(labels, 0..4);
        let line = (labels, 0..VALUES.len());
        let side = |dialect| {
            let lines = prop::collection::vec(line.clone(), 0..6);
            let beside = prop::collection::vec(line.clone(), 0..4);
            (lines, beside).prop_map(move |(lines, beside)| Table {
                dialect,
                lines,
                beside,
                system,
                alike: None,
            })
        };
        (side(a), side(b), Just(palette))
    })
}

/// All hosts of up to three labels of the palette and of what no key has, and of four where these make addresses.
fn hosts(palette: &[usize]) -> Vec<Vec<u8>> {
    let mut labels: Vec<&[u8]> = palette.iter().map(|&n| LABELS[n]).collect();
    labels.extend([&b""[..], b"fresh", b"[other"]);
    let mut more = labels.clone();
    more.extend(FRESH);
    more.extend(LABELS);
    let mut hosts: Vec<Vec<u8>> = more.iter().map(|l| l.to_vec()).collect();
    for a in &labels {
        for b in &more {
            hosts.push([b, *a].join(&b'.'));
            for c in &labels {
                hosts.push([b, *c, a].join(&b'.'));
            }
        }
    }
    let octets: [&[u8]; 9] = [
        b"1", b"2", b"01", b"257", b"5", b"4]", b"[1", b"::1", b"[::1",
    ];
    for a in octets {
        for b in [&b"1"[..], b"2", b"257"] {
            for c in [&b"1"[..], b"2", b"01"] {
                for d in [&b"1"[..], b"2", b"01", b"4]", b"257", b"6]"] {
                    hosts.push([a, b, c, d].join(&b'.'));
                }
            }
        }
    }
    hosts
}

fn decide(store: &dyn Store, recipient: &[u8], recipients: Recipients) -> Decision {
    let recipient = match recipients {
        Recipients::Addresses => Recipient::Address(recipient),
        Recipients::Hosts => Recipient::Host(recipient),
    };
    let sender = Sender::Address(b"sender@host.example");
    let envelope = Envelope::new(recipient, sender);
    select(store, &envelope, false).unwrap().decision
}

/// The first recipient that both decide differently, if there is one; and how many were asked for.
fn brute_force(
    old: &dyn Store,
    new: &dyn Store,
    hosts: &[Vec<u8>],
    recipients: Recipients,
) -> (Option<Vec<u8>>, usize) {
    let mut asked = 0;
    for host in hosts {
        let locals: &[&[u8]] = match recipients {
            Recipients::Hosts => &[b""],
            Recipients::Addresses if host.contains(&b'@') => continue,
            Recipients::Addresses => &[b"u@", b"v@", b"other@"],
        };
        for local in locals {
            asked += 1;
            let recipient = [local, host.as_slice()].concat();
            let [a, b] = [old, new].map(|store| decide(store, &recipient, recipients));
            if !a.same_mail(&b) {
                return (Some(recipient), asked);
            }
        }
    }
    (None, asked)
}

fn options(recipients: Recipients) -> CompareOptions {
    CompareOptions {
        recipients,
        ..CompareOptions::default()
    }
}

fn check(old: &Table, new: &Table, palette: &[usize]) -> Result<(usize, bool), TestCaseError> {
    let (a, b) = (old.store(), new.store());
    let recipients = if old.system {
        Recipients::Addresses
    } else {
        Recipients::Hosts
    };
    let found = compare(&a, &b, &options(recipients)).unwrap();
    prop_assert_eq!(found.undecided, 0);
    for difference in &found.differences {
        let [x, y] = decisions([&a, &b], difference, recipients);
        prop_assert!(!x.same_mail(&y), "{difference:?}");
    }
    let (brute, asked) = brute_force(&a, &b, &hosts(palette), recipients);
    let text = |t: &Table| {
        format!(
            "{} {:?}",
            t.dialect.name,
            t.text().escape_ascii().to_string()
        )
    };
    if let Some(host) = &brute {
        prop_assert!(
            !found.equal(),
            "missed {:?}\n{}\n{}\n{old:?}\n{new:?}",
            host.escape_ascii().to_string(),
            text(old),
            text(new)
        );
    }
    let back = compare(&b, &a, &options(recipients)).unwrap();
    prop_assert_eq!(&found.differences, &back.differences);
    for (table, store) in [(old, &a), (new, &b)] {
        let itself = compare(store, &table.store(), &options(recipients)).unwrap();
        prop_assert!(itself.equal(), "{:?}", itself);
    }
    Ok((asked, found.equal()))
}

/// What both tables decide for the witness of a difference.
fn decisions(
    stores: [&MemoryStore; 2],
    difference: &Difference,
    recipients: Recipients,
) -> [Decision; 2] {
    let ask = |store| difference.witness.ask(store, recipients).unwrap().decision;
    stores.map(|store| ask(store))
}

/// `QROUTE_PAIRS` runs more pairs.
#[test]
fn comparison_agrees_with_brute_force() {
    let config = random::cases("QROUTE_PAIRS", 600);
    let (start, mut asked, mut equal, mut pairs) = (Instant::now(), 0, 0, 0);
    let counts = std::cell::RefCell::new((&mut asked, &mut equal, &mut pairs));
    TestRunner::new(config)
        .run(&tables(), |(old, new, palette)| {
            let (n, same) = check(&old, &new, &palette)?;
            let mut counts = counts.borrow_mut();
            *counts.0 += n;
            *counts.1 += usize::from(same);
            *counts.2 += 1;
            Ok(())
        })
        .unwrap();
    println!(
        "{pairs} pairs, {equal} equal, {asked} recipients until the first difference, {:?}",
        start.elapsed()
    );
}

/// Tables that are nearly the same: equal pairs are common, and a difference is in one place.
#[test]
fn near_misses_agree_with_brute_force() {
    let config = random::cases("QROUTE_PAIRS", 600);
    let (start, mut asked, mut equal, mut pairs) = (Instant::now(), 0, 0, 0);
    let counts = std::cell::RefCell::new((&mut asked, &mut equal, &mut pairs));
    let near = (
        tables(),
        0..8usize,
        any::<[bool; 4]>(),
        any::<prop::sample::Index>(),
    );
    TestRunner::new(config)
        .run(&near, |((mut old, new, palette), change, ways, at)| {
            let [other, default, sorted, dots] = ways;
            let dialect = if other { new.dialect } else { old.dialect };
            if dots {
                let dotted = old.lines.iter().filter(|line| line.0.len() < 3);
                let mut dotted: Vec<_> = dotted.cloned().collect();
                for line in &mut dotted {
                    line.0.insert(0, EMPTY);
                }
                old.lines.extend(dotted);
            }
            if sorted {
                old.lines
                    .sort_by_key(|line| std::cmp::Reverse(key(&line.0).len()));
            }
            if default {
                old.lines.push((Vec::new(), 0));
            }
            if other {
                let names = [old.dialect.name, dialect.name];
                old.alike = Some(match names {
                    ["courier", "qsmtp"] | ["qsmtp", "courier"] => ["m", "", "n"],
                    _ if names.contains(&"courier") => ["[1.1.1.1]", "", "[1.1.1.2]"],
                    _ if names.contains(&"skarnet") => ["m", "n", "m"],
                    _ => ["m", "", "1.1.1.1"],
                });
            }
            let mut changed = Table {
                dialect,
                ..old.clone()
            };
            let lines = changed.lines.len();
            match change {
                0 if lines > 0 => drop(changed.lines.remove(at.index(lines))),
                1 if lines > 0 => changed.lines.push(changed.lines[at.index(lines)].clone()),
                2 if lines > 1 => changed.lines.swap(0, at.index(lines)),
                3 => changed.lines.extend(new.lines.first().cloned()),
                _ => {}
            }
            let (n, same) = check(&old, &changed, &palette)?;
            let mut counts = counts.borrow_mut();
            *counts.0 += n;
            *counts.1 += usize::from(same);
            *counts.2 += 1;
            Ok(())
        })
        .unwrap();
    println!(
        "{pairs} near pairs, {equal} equal, {asked} recipients until the first difference, {:?}",
        start.elapsed()
    );
}

fn read(dialect: &str, text: &str) -> MemoryStore {
    let dialect = Dialect::find(dialect).unwrap();
    let input = Input::single(dialect.file, dialect.file, text.as_bytes().to_vec()).unwrap();
    MemoryStore::new(smtproutes::read(input, dialect).unwrap())
}

fn compared(old: (&str, &str), new: (&str, &str)) -> Comparison {
    let stores = [read(old.0, old.1), read(new.0, new.1)];
    compare(&stores[0], &stores[1], &CompareOptions::default()).unwrap()
}

#[test]
fn order_does_not_matter_to_notqmail_but_a_later_duplicate_does() {
    let table = ("notqmail", "a:m\n.a:n\nb.a:o:26\n:p\n");
    assert!(compared(table, ("notqmail", ":p\nb.a:o:26\n.a:n\na:m\n")).equal());
    assert!(compared(table, ("netqmail", "a:x\na:M:25\n.a:n\nb.a:o:26\n:p\n")).equal());
    let later = compared(table, ("notqmail", "a:m\n.a:n\nb.a:o:26\n:p\nA:x\n"));
    assert_eq!(later.differences.len(), 1);
    assert_eq!(later.differences[0].witness.recipient, b"someone@a");
    assert!(!compared(table, ("courier", "a:m\n.a:n\nb.a:o:26\n:p\n")).equal());
}

#[test]
fn products_that_differ_are_announced_once() {
    let many: String = (0..500).map(|n| format!("d{n}.example:mx{n}\n")).collect();
    let found = compared(("notqmail", &many), ("sagredo", &many));
    assert!(
        found
            .differences
            .iter()
            .all(|d| d.cause == Cause::DefaultPath)
    );
    assert!(
        (1..4).contains(&found.differences.len()),
        "{:?}",
        found.differences
    );
    let found = compared(("notqmail", &many), ("qsmtp", &many));
    assert!(
        found
            .differences
            .iter()
            .all(|d| d.cause == Cause::DefaultPath)
    );
    assert!(found.differences.len() < 12, "{:?}", found.differences);
}

/// Each of these pairs differs in one class of hosts only.
#[test]
fn the_one_host_that_differs_is_found() {
    let pairs = [
        // Capital letters that no key has.
        (
            ("skarnet", "a:m\n:n\n"),
            ("qroute", "a:m\n.a:m\n:n\n"),
            &b"A"[..],
        ),
        (
            ("skarnet", "a:m\nA:m\n:n\n"),
            ("notqmail", "a:m\n.a:m\n:n\n"),
            b"",
        ),
        (
            ("skarnet", "ab:m\nAb:m\nAB:m\n:n\n"),
            ("notqmail", "ab:m\n.ab:m\n:n\n"),
            b"aB",
        ),
        // U+212A is a k to Courier.
        (
            ("courier", "k:\n:[1.1.1.1]\n"),
            ("notqmail", "k:\n:[1.1.1.1]\n"),
            "\u{212A}".as_bytes(),
        ),
        (
            ("courier", "1.x:\n:[1.1.1.1]\n"),
            ("notqmail", "1.x:\n:[1.1.1.1]\n"),
            b"",
        ),
        (
            ("courier", "bücher:\n:[1.1.1.1]\n"),
            ("notqmail", "bücher:\n:[1.1.1.1]\n"),
            "BÜCHER".as_bytes(),
        ),
        (
            ("courier", "bücher:\n:[1.1.1.1]\n"),
            ("notqmail", "xn--bcher-kva:\n:[1.1.1.1]\n"),
            "bücher".as_bytes(),
        ),
    ];
    for (old, new, host) in pairs {
        let stores = [read(old.0, old.1), read(new.0, new.1)];
        let found = compare(&stores[0], &stores[1], &options(Recipients::Hosts)).unwrap();
        assert_eq!(host.is_empty(), found.equal(), "{old:?} {new:?} {found:?}");
        for difference in &found.differences {
            assert_eq!(difference.cause, Cause::Route);
        }
        if !host.is_empty() {
            let [x, y] = [&stores[0], &stores[1]].map(|s| decide(s, host, Recipients::Hosts));
            assert!(!x.same_mail(&y), "{old:?} {new:?}");
        }
    }
    // Keys that are no UTF-8 are compared byte for byte, but for ASCII letters.
    let courier = |key: &[u8]| {
        let dialect = Dialect::find("courier").unwrap();
        let text = [key, b":\n:[1.1.1.1]\n"].concat();
        let input = Input::single("esmtproutes", "esmtproutes", text).unwrap();
        MemoryStore::new(smtproutes::read(input, dialect).unwrap())
    };
    let [small, capital] =
        ["bücher", "BÜCHER"].map(|l| courier(&[b"\xff.", l.as_bytes()].concat()));
    assert!(
        !compare(&small, &capital, &CompareOptions::default())
            .unwrap()
            .equal()
    );
    let [small, capital] = ["bücher", "BÜCHER"].map(|l| courier(l.as_bytes()));
    assert!(
        compare(&small, &capital, &CompareOptions::default())
            .unwrap()
            .equal()
    );
    // Names that one product changes, and names that it refuses.
    let found = compared(("notqmail", "a:m\n"), ("sagredo", "a:m\n"));
    assert_eq!(found.differences.len(), 2, "{found:?}");
}

#[test]
fn the_limit_leaves_the_rest_undecided() {
    let many: String = (0..500).map(|n| format!("d{n}.example:mx{n}\n")).collect();
    let stores = [read("notqmail", &many), read("notqmail", &many)];
    let limited = CompareOptions {
        max_classes: 100,
        ..CompareOptions::default()
    };
    let found = compare(&stores[0], &stores[1], &limited).unwrap();
    assert!(found.differences.is_empty() && !found.equal());
    assert!(found.undecided >= 800, "{}", found.undecided);
    assert!(compared(("notqmail", &many), ("notqmail", &many)).equal());
}

#[test]
fn addresses_and_percenthack() {
    let dialect = Dialect::find("notqmail").unwrap();
    let store = |files: &[(&str, &str)]| {
        let mut input = Input::default();
        for (name, text) in files {
            let state = State::Bytes(text.as_bytes().to_vec());
            input.push(name, name, state).unwrap();
        }
        MemoryStore::new(smtproutes::read(input, dialect).unwrap())
    };
    let plain = store(&[("smtproutes", ":m\n"), ("virtualdomains", "d:\n")]);
    let address = store(&[("smtproutes", ":m\n"), ("virtualdomains", "d:\nJoe@D:x\n")]);
    let found = compare(&plain, &address, &CompareOptions::default()).unwrap();
    assert_eq!(found.differences.len(), 1);
    assert_eq!(found.differences[0].witness.recipient, b"Joe@d");
    assert!(
        compare(&plain, &address, &options(Recipients::Hosts))
            .unwrap()
            .equal()
    );

    let hack = store(&[("smtproutes", ":m\n"), ("percenthack", "d\n")]);
    let none = store(&[("smtproutes", ":m\n")]);
    let found = compare(&hack, &none, &CompareOptions::default()).unwrap();
    assert!(found.differences.is_empty() && !found.equal());
    assert!(
        compare(&hack, &hack, &CompareOptions::default())
            .unwrap()
            .equal()
    );
}

/// A table that no brute force reaches: `QROUTE_ROUTES=1000000` for one of full size.
#[test]
fn a_large_table() {
    let routes = std::env::var("QROUTE_ROUTES").map_or(20_000, |n| n.parse().unwrap());
    let table: String = (0..routes)
        .map(|n| format!("host{n}.d{}.example:mx{}.example\n", n % 9973, n % 50))
        .collect();
    let changed = format!("{table}host7.d7.example:elsewhere.example\n");
    let start = Instant::now();
    let [old, same, new] = [&table, &table, &changed].map(|t| read("notqmail", t));
    println!("read {:?}", start.elapsed());
    let start = Instant::now();
    let found = compare(&old, &same, &CompareOptions::default()).unwrap();
    assert!(found.equal() && found.classes > routes);
    let found = compare(&old, &new, &CompareOptions::default()).unwrap();
    assert_eq!(found.differences.len(), 1);
    assert!(
        found.differences[0]
            .witness
            .recipient
            .ends_with(b"host7.d7.example")
    );
    println!("{} classes, {:?}", found.classes, start.elapsed());
}
