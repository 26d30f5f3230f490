//! The table in memory and the text search, held to each other; and the reader, which takes any bytes.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::path::{Path, PathBuf};

use base64::Engine;
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use qroute::formats::smtproutes::{self, DIALECTS, Dialect};
use qroute::lookup::{Envelope, Recipient, Sender, Store, select};
use qroute::source::{Input, State};
use qroute::store::{MemoryStore, TextStore};

use crate::random;

/// Bytes that the text search reads at once.
const CHUNK: usize = 256 * 1024;

fn independent() -> Vec<&'static Dialect> {
    let all = DIALECTS.iter();
    all.filter(|d| d.lines_are_independent()).collect()
}

pub(crate) fn temporary(name: &str) -> PathBuf {
    let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}-{}", std::process::id()));
    let _ = fs::remove_dir_all(&dir);
    fs::create_dir_all(&dir).unwrap();
    dir
}

/// Files beside the table.
pub(crate) type Beside = [(&'static str, Vec<u8>)];

fn stores(
    dialect: &'static Dialect,
    text: &[u8],
    beside: &Beside,
    dir: &Path,
) -> ([MemoryStore; 2], TextStore) {
    let document = |table: State| {
        let mut input = Input::default();
        input.push(dialect.file, dialect.file, table).unwrap();
        for (name, bytes) in beside {
            input.push(name, name, State::Bytes(bytes.clone())).unwrap();
        }
        smtproutes::read(input, dialect).unwrap()
    };
    let path = dir.join("text");
    fs::write(&path, text).unwrap();
    let scan = TextStore::new(
        document(State::Unread(text.len() as u64)),
        dialect,
        File::open(&path).unwrap(),
        dialect.file.to_owned(),
    );
    let whole = || document(State::Bytes(text.to_vec()));
    let memory = [MemoryStore::new(whole()), MemoryStore::for_few(whole())];
    (memory, scan)
}

/// All that can be said of an answer: decision, route, its line and key, and the trail. Passwords are part of it.
pub(crate) fn answer(store: &dyn Store, envelope: &Envelope<'_>, explain: bool) -> String {
    let selection = select(store, envelope, explain).unwrap();
    let password = match &selection.decision {
        qroute::model::Decision::Relay(relay) => relay
            .credentials()
            .map(|c| (c.user.clone(), c.expose_password().map(<[u8]>::to_vec))),
        _ => None,
    };
    let route = selection.route.as_ref().map(|found| {
        let view = found.view();
        let place = view.document().input.place(view.origin());
        let entry = view.document().bytes(view.origin());
        (view.key().to_vec(), entry.to_vec(), place)
    });
    format!(
        "{:#?}\n{password:?}\n{route:?}\n{:#?}",
        selection.decision, selection.trail
    )
}

fn same_answers(
    dialect: &'static Dialect,
    text: &[u8],
    beside: &Beside,
    hosts: &[Vec<u8>],
    dir: &Path,
) -> Result<usize, TestCaseError> {
    let ([memory, few], scan) = stores(dialect, text, beside, dir);
    let senders = [Sender::Address(b"joe@ex.a"), Sender::Null, Sender::Unknown];
    let mut asked = 0;
    for host in hosts {
        let address = [b"u@", host.as_slice()].concat();
        let recipients = [
            Recipient::Host(host),
            Recipient::Address(&address),
            Recipient::Domain(host),
        ];
        for (n, recipient) in recipients.into_iter().enumerate() {
            // Every recipient with one sender, every sender with one recipient.
            for (m, sender) in senders.into_iter().enumerate() {
                if n > 0 && m > 0 && n != m {
                    continue;
                }
                asked += 1;
                let envelope = Envelope::new(recipient, sender);
                let (a, b) = (
                    answer(&memory, &envelope, true),
                    answer(&scan, &envelope, true),
                );
                prop_assert_eq!(&a, &answer(&few, &envelope, true));
                if a == b {
                    continue;
                }
                let first = a.lines().zip(b.lines()).find(|(a, b)| a != b);
                prop_assert!(
                    false,
                    "{} {envelope:?} at {first:?}\nbeside {:?}\n{}",
                    dialect.name,
                    beside
                        .iter()
                        .map(|(n, b)| (n, b.escape_ascii().to_string()))
                        .collect::<Vec<_>>(),
                    text[text.len().saturating_sub(2000)..].escape_ascii()
                );
            }
        }
    }
    Ok(asked)
}

/// `moresmtproutes.cdb` with these records.
fn database(records: &[(&[u8], &[u8])], dir: &Path) -> Vec<u8> {
    let path = dir.join("cdb");
    let _ = fs::remove_file(&path);
    let mut made = cdb2::CDBWriter::create(path.to_str().unwrap()).unwrap();
    for (key, value) in records {
        made.add(key, value).unwrap();
    }
    made.finish().unwrap();
    fs::read(path).unwrap()
}

/// The files of all vectors, with the hosts that were asked.
pub(crate) fn vector_files() -> BTreeSet<(Vec<u8>, Vec<Vec<u8>>)> {
    let decoded = |value: &serde_json::Value| {
        let text = value.as_str()?;
        base64::engine::general_purpose::STANDARD.decode(text).ok()
    };
    let vectors = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/smtproutes/vectors");
    let mut cases: BTreeSet<(Vec<u8>, Vec<Vec<u8>>)> = BTreeSet::new();
    for file in fs::read_dir(vectors).unwrap() {
        for line in fs::read_to_string(file.unwrap().path()).unwrap().lines() {
            let case: serde_json::Value = serde_json::from_str(line).unwrap();
            let Some(text) = decoded(&case["file_b64"]) else {
                continue;
            };
            let queries = case["queries"].as_array().unwrap().iter();
            let hosts = queries.filter_map(|q| decoded(&q["host_b64"])).collect();
            cases.insert((text, hosts));
        }
    }
    cases
}

#[test]
fn every_vector_in_every_dialect() {
    let cases = vector_files();
    assert!(cases.len() > 1000, "{}", cases.len());
    let dir = temporary("stores-vectors");
    let dialects = independent();
    let mut asked = 0;
    for (n, (text, hosts)) in cases.iter().enumerate() {
        // Dialects that differ in how a value is read, in turn; each file meets one of them.
        for step in 0..1 {
            let dialect = dialects[(n + step * 3) % dialects.len()];
            let few = &hosts[..hosts.len().min(2)];
            asked += same_answers(dialect, text, &[], few, &dir).unwrap();
        }
    }
    println!("{} files, {asked} questions to both", cases.len());
    fs::remove_dir_all(&dir).unwrap();
}

const TOKENS: &[&[u8]] = &[
    b"\0",
    b"\0",
    b"\r",
    b"\n",
    b"\n",
    b"\n",
    b"#",
    b":",
    b":",
    b":",
    b";",
    b"|",
    b"|u|p",
    b" u p",
    b" u",
    b" ",
    b"\t",
    b"a",
    b"A",
    b"b",
    b".a",
    b".",
    b"a.b",
    b"!@",
    b"u@a",
    b"@",
    b"26",
    b"6209",
    b"465:3:4",
    b"99999999999999999999",
    b"\xff",
    "bü".as_bytes(),
    b"[1.2.3.4]",
    b"mx",
    b"\na:mx\n",
    b"\n!@:bounce\n",
    b"\n:all|u|\n",
    b"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
];

pub(crate) fn soup(most: usize) -> impl Strategy<Value = Vec<u8>> {
    let token = prop::sample::select(TOKENS);
    prop::collection::vec(token, 0..most).prop_map(|tokens| tokens.concat())
}

/// Hosts that have a chance: what stands left of a colon, with and without more before it, and some that always do.
pub(crate) fn hosts_for(text: &[u8]) -> Vec<Vec<u8>> {
    let mut hosts: BTreeSet<Vec<u8>> = [&b""[..], b"a", b"x.a", b"a.b"].map(<[u8]>::to_vec).into();
    let tail = &text[text.len().saturating_sub(1000)..];
    for entry in tail.split(|b| matches!(b, b'\n' | 0)).take(40) {
        if let Some(colon) = entry.iter().position(|&b| b == b':') {
            let key = &entry[..colon.min(200)];
            hosts.insert([b"x", key].concat());
            hosts.insert(key.to_ascii_uppercase());
        }
        if hosts.len() > 10 {
            break;
        }
    }
    hosts.into_iter().collect()
}

/// Siblings, as a dialect may have them: every name is offered to every dialect.
pub(crate) fn beside() -> impl Strategy<Value = Vec<(&'static str, Vec<u8>)>> {
    let names = [
        "authsenders",
        "qmtproutes",
        "moresmtproutes.cdb",
        "locals",
        "virtualdomains",
        "percenthack",
        "me",
        "SMTPROUTE",
        "QMTPROUTE",
    ];
    let name = prop::sample::subsequence(names.to_vec(), 0..4);
    (name, prop::collection::vec(soup(12), 4), any::<bool>()).prop_map(
        |(names, mut soups, lines)| {
            let mut files = Vec::new();
            for name in names {
                let mut bytes = soups.pop().unwrap_or_default();
                if lines {
                    bytes = [&b"joe@ex.a:s|u|p\n:t\na:v:27\n.a:\n!@:w\n"[..], &bytes].concat();
                }
                files.push((name, bytes));
            }
            files
        },
    )
}

/// Soup for a database becomes its records.
pub(crate) fn with_database(beside: &mut [(&'static str, Vec<u8>)], dir: &Path) {
    for (name, bytes) in beside {
        if *name == "moresmtproutes.cdb" {
            let lines = bytes.split(|&b| b == b'\n');
            let mut records: Vec<(&[u8], &[u8])> = lines
                .filter_map(|line| {
                    let colon = line.iter().position(|&b| b == b':')?;
                    Some((&line[..colon], &line[colon + 1..]))
                })
                .collect();
            records.extend([
                (&b"u@a"[..], &b"cdb-u"[..]),
                (b"a", b"cdb-a"),
                (b"", b"cdb:28"),
            ]);
            *bytes = database(&records, dir);
        }
    }
}

#[test]
fn random_files() {
    let dir = temporary("stores-random");
    let dialects = independent();
    let strategy = (soup(40), beside(), prop::sample::select(dialects));
    TestRunner::new(random::cases("QROUTE_FILES", 200))
        .run(&strategy, |(text, mut beside, dialect)| {
            with_database(&mut beside, &dir);
            same_answers(dialect, &text, &beside, &hosts_for(&text), &dir)?;
            Ok(())
        })
        .unwrap();
    fs::remove_dir_all(&dir).unwrap();
}

#[test]
fn random_files_of_several_chunks() {
    let dir = temporary("stores-large");
    let filler = prop::sample::select(vec![&b"f:x\n"[..], b"x", b"#\n", b"\n", b"x:y\0"]);
    let part = (filler, soup(30), 0..200usize);
    let strategy = (
        prop::collection::vec(part, 1..3),
        beside(),
        prop::sample::select(independent()),
    );
    TestRunner::new(random::cases("QROUTE_FILES", 6))
        .run(&strategy, |(parts, mut beside, dialect)| {
            with_database(&mut beside, &dir);
            let mut text = Vec::new();
            for (n, (filler, soup, before)) in parts.iter().enumerate() {
                // The soup begins shortly before a border and goes on behind it.
                let border = (n + 1) * CHUNK - before;
                while text.len() < border {
                    let most = filler.len().min(border - text.len());
                    text.extend_from_slice(&filler[..most]);
                }
                text.extend_from_slice(soup);
            }
            let hosts = hosts_for(&text);
            let few = &hosts[..hosts.len().min(4)];
            same_answers(dialect, &text, &beside, few, &dir)?;
            Ok(())
        })
        .unwrap();
    fs::remove_dir_all(&dir).unwrap();
}

#[test]
fn the_reader_takes_any_bytes() {
    let any_bytes = prop::collection::vec(any::<u8>(), 0..200);
    let bytes = prop_oneof![soup(60), any_bytes.clone()];
    let strategy = (bytes, beside(), any_bytes, soup(10));
    TestRunner::new(random::cases("QROUTE_FILES", 200))
        .run(&strategy, |(bytes, beside, database, host)| {
            for dialect in &DIALECTS {
                let mut input = Input::default();
                let mut push = |name: &str, bytes: &[u8]| {
                    input
                        .push(name, name, State::Bytes(bytes.to_vec()))
                        .unwrap();
                };
                push(dialect.file, &bytes);
                push("smtproutes.d/a", &bytes);
                push("outgoingip", &bytes);
                for (name, bytes) in &beside {
                    push(name, bytes);
                }
                push(
                    "moresmtproutes.cdb",
                    &[&[0; 2048], database.as_slice()].concat(),
                );
                let store = MemoryStore::new(smtproutes::read(input, dialect).unwrap());
                for host in [&b"a"[..], &host] {
                    for sender in [Sender::Null, Sender::Unknown] {
                        answer(
                            &store,
                            &Envelope::new(Recipient::Address(host), sender),
                            true,
                        );
                    }
                }
            }
            Ok(())
        })
        .unwrap();
}
