//! smtproutes written anew: what a dialect's reader makes of what was written is what it was written from.

use std::collections::BTreeMap;
use std::path::Path;

use proptest::prelude::*;
use proptest::test_runner::{TestCaseError, TestRunner};
use qroute::equivalence::same_in_order;
use qroute::formats::smtproutes::{DIALECTS, Dialect, FORMAT, read_routes};
use qroute::formats::{WriteError, WriteOptions};
use qroute::model::{Document, FileVerdict};
use qroute::source::Input;

use crate::random;
use crate::vectors::{Case, bytes};

fn document(text: &[u8], dialect: &'static Dialect) -> Document {
    let input = Input::single(dialect.file, "-", text.to_vec()).unwrap();
    read_routes(input, dialect).unwrap()
}

fn written(document: &Document, dialect: &'static Dialect) -> Result<Vec<u8>, WriteError> {
    let options = WriteOptions {
        dialect,
        ..WriteOptions::default()
    };
    let mut files = (FORMAT.write)(document, &options)?.files;
    assert_eq!(files.len(), 1);
    let (name, text) = files.remove(0);
    assert_eq!(name, dialect.file);
    Ok(text)
}

/// Whether it can be written; `Err` when what was written means something else.
fn comes_back(text: &[u8], dialect: &'static Dialect) -> Result<bool, String> {
    let old = document(text, dialect);
    let Ok(new) = written(&old, dialect) else {
        return Ok(false);
    };
    let again = document(&new, dialect);
    let ignored = matches!(old.table.verdict, FileVerdict::IgnoredWhole(_));
    let same = match ignored {
        // All mail goes to its MX either way.
        true => again.table.is_empty(),
        false => same_in_order(&old, &again),
    };
    let show = String::from_utf8_lossy;
    let twice = written(&again, dialect);
    if !twice.as_ref().is_ok_and(|twice| *twice == new) {
        return Err(format!(
            "{}: {:?} is written as {twice:?}",
            dialect.name,
            show(&new)
        ));
    }
    match same {
        true => Ok(true),
        false => Err(format!(
            "{}: {:?} became {:?}",
            dialect.name,
            show(text),
            show(&new)
        )),
    }
}

#[test]
fn recorded_tables_come_back() {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/smtproutes/vectors");
    let mut counts: BTreeMap<&str, (u32, u32)> = BTreeMap::new();
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|ending| ending != "jsonl") {
            continue;
        }
        for line in std::fs::read_to_string(&path).unwrap().lines() {
            let case: Case = serde_json::from_str(line).unwrap();
            let dialect = Dialect::find(&case.dialect).unwrap();
            let Some(text) = case.file_b64.as_deref().map(bytes) else {
                continue;
            };
            let (all, back) = counts.entry(dialect.name).or_default();
            *all += 1;
            *back += u32::from(comes_back(&text, dialect).unwrap());
        }
    }
    println!("{counts:?}");
    assert!(counts.len() >= 10);
    for (name, (all, back)) in counts {
        // Most recorded tables hold something that no careful writer writes, but many do not.
        assert!(back * 10 >= all * 3, "{name}: {back} of {all}");
    }
}

const KEYS: &[&str] = &[
    "a.example",
    ".a.example",
    "",
    "B.Example",
    "x-y.test",
    "!@",
    "*.d",
    "u@d",
    "bücher.d",
    "[192.0.2.1]",
];
const HOSTS: &[&str] = &[
    "",
    "mx1.example.net",
    "192.0.2.7",
    "[192.0.2.7]",
    "2001:db8::7",
    "[2001:db8::7]",
    "257.1.1.1",
    "MX",
    "a b",
    "#x",
];
const PORTS: &[&str] = &[
    "", ":26", ";26", ",26", ":65561", ":", ":0", ":465", ":25:10", "::10", ":6209",
];
const TAILS: &[&str] = &[
    "",
    "|u|p",
    " u p",
    "|u",
    " u",
    "/SECURITY=STARTTLS",
    "/SECURITY=REQUIRED,IPV6ONLY",
    " ",
    "|u|p q|r",
];

fn table() -> impl Strategy<Value = String> {
    let pick = |list: &'static [&'static str]| {
        prop_oneof![Just(list[0]), Just(list[1]), proptest::sample::select(list)]
    };
    let line = (pick(KEYS), pick(HOSTS), pick(PORTS), pick(TAILS))
        .prop_map(|(k, h, p, t)| format!("{k}:{h}{p}{t}\n"));
    proptest::collection::vec(line, 0..5).prop_map(|lines| lines.concat())
}

#[test]
fn random_tables_come_back() {
    let mut runner = TestRunner::new(random::cases("QROUTE_WRITERS", 1500));
    let written = std::cell::Cell::new(0u32);
    runner
        .run(&(table(), 0..DIALECTS.len()), |(text, dialect)| {
            let back = comes_back(text.as_bytes(), &DIALECTS[dialect]);
            written.set(written.get() + u32::from(back.map_err(TestCaseError::fail)?));
            Ok(())
        })
        .unwrap();
    assert!(written.get() > 200, "{}", written.get());
}

/// From one dialect to another: the lines, or the feature that the other lacks.
#[test]
fn dialects_spell_the_same_differently() {
    for (from, text, to, wanted) in [
        (
            "notqmail",
            "a:mx:26\n.b:\n:[192.0.2.1]\n",
            "s-qmail",
            Ok("a:mx;26\n.b:\n:[192.0.2.1]\n"),
        ),
        (
            "s-qmail",
            "a:mx;26|u|p|q\n",
            "sagredo",
            Ok("a:mx:26|u|p|q\n"),
        ),
        ("s-qmail", "a:mx|u|p\n", "eqmail", Ok("a:mx u p\n")),
        ("s-qmail", "a:mx|u|p q\n", "indimail-auth", Err("static")),
        ("s-qmail", "a:mx|u|p\n", "notqmail", Err("creds")),
        (
            "s-qmail",
            "a:2001:db8::1;26\n",
            "qroute",
            Ok("a:[2001:db8::1]:26\n"),
        ),
        ("s-qmail", "a:2001:db8::1\n", "notqmail", Err("static")),
        ("s-qmail", "!@:mx\n", "indimail", Ok("!@:mx\n")),
        ("sagredo", "a:mx|u\nb:c\n", "eqmail", Err("creds")),
        ("skarnet", "a:b\n", "notqmail", Ok("a:b\n.a:b\n")),
        ("notqmail", "a:b\n", "skarnet", Err("rcpt-domain")),
        ("notqmail", ".a:b\n", "skarnet", Err("subdomains")),
        ("notqmail", ":b\n", "skarnet", Ok(":b\n")),
        ("notqmail", ":\n", "skarnet", Err("mx-own")),
        ("courier", "a:mx\n", "notqmail", Err("mx-named")),
        ("notqmail", "a:mx\n", "courier", Err("static")),
        (
            "notqmail",
            "a:192.0.2.1:26\n",
            "courier",
            Ok("a:[192.0.2.1],26\n"),
        ),
        (
            "courier",
            "a:[192.0.2.1]/SECURITY=STARTTLS\n",
            "notqmail",
            Err("tls"),
        ),
        ("qsmtp", "a::26\n", "notqmail", Err("static")),
        ("notqmail", "a:#x\n", "courier", Err("static")),
        ("notqmail", " #a:x\n", "notqmail", Ok(" #a:x\n")),
        ("notqmail", "a b:x\n", "qsmtp", Err("rcpt-domain")),
        ("notqmail", "a:257.1.1.1\n", "qroute", Ok("a:1.1.1.1\n")),
    ] {
        let [from, to] = [from, to].map(|name| Dialect::find(name).unwrap());
        let seen = written(&document(text.as_bytes(), from), to);
        let seen = seen.map(|text| String::from_utf8(text).unwrap());
        let seen = seen.map_err(|error| match error {
            WriteError::Inexpressible { feature, .. } => feature.name(),
            _ => "other",
        });
        assert_eq!(
            seen.as_deref(),
            wanted.as_deref(),
            "{text:?}: {} to {}",
            from.name,
            to.name
        );
    }
}

#[test]
fn a_file_that_defers_all_mail_is_no_table() {
    let skarnet = Dialect::find("skarnet").unwrap();
    let refused = written(&document(b"a:b\n ?\n", skarnet), skarnet);
    assert!(
        matches!(refused, Err(WriteError::Verdict(_))),
        "{refused:?}"
    );
}
