//! Compiled tables, held to the table in memory: every vector in every dialect, random files, and files that changed.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use qroute::control::{RESERVED, cdb_records};
use qroute::formats::smtproutes::{self, DIALECTS, Dialect};
use qroute::lookup::{Envelope, Recipient, Sender, Store, carry_out, fold, keys_of, select};
use qroute::model::Document;
use qroute::source::{Input, State};
use qroute::store::{Compiled, MemoryStore, NotCompilable, NotCurrent, Records, Stamp, TextStore};

use crate::random;
use crate::stores::{
    Beside, answer, beside, hosts_for, soup, temporary, vector_files, with_database,
};

/// The document of a table in this state, with files beside it.
fn document(dialect: &'static Dialect, table: State, beside: &Beside) -> Document {
    let mut input = Input::default();
    input.push(dialect.file, dialect.file, table).unwrap();
    for (name, bytes) in beside {
        input.push(name, name, State::Bytes(bytes.clone())).unwrap();
    }
    smtproutes::read(input, dialect).unwrap()
}

/// Where text and database are.
struct Place {
    text: PathBuf,
    cdb: PathBuf,
}

impl Place {
    fn new(dir: &Path) -> Self {
        Place {
            text: dir.join("text"),
            cdb: dir.join("text.cdb"),
        }
    }

    /// Compiles `text`; the database is as old as one that was made a while after it.
    fn compile(&self, dialect: &'static Dialect, text: &[u8]) -> Result<usize, NotCompilable> {
        fs::write(&self.text, text).unwrap();
        let _ = fs::remove_file(&self.cdb);
        let alone = MemoryStore::new(document(dialect, State::Bytes(text.to_vec()), &[]));
        let records = Records::of(&alone, dialect)?;
        let stamp = Stamp::of(dialect, &fs::metadata(&self.text).unwrap());
        let file = File::create(&self.cdb).unwrap();
        records.write(file, &stamp).unwrap();
        self.age(Duration::from_secs(60));
        Ok(records.len())
    }

    /// Makes the database as much newer than the text.
    fn age(&self, newer: Duration) {
        let text = fs::metadata(&self.text).unwrap().modified().unwrap();
        let file = File::options().write(true).open(&self.cdb).unwrap();
        file.set_modified(text + newer).unwrap();
    }

    fn current(&self, dialect: &'static Dialect) -> Result<Compiled, NotCurrent> {
        Compiled::current(&self.cdb, dialect, &fs::metadata(&self.text).unwrap())
    }

    fn store(&self, dialect: &'static Dialect, beside: &Beside) -> TextStore {
        let file = File::open(&self.text).unwrap();
        let size = file.metadata().unwrap().len();
        let document = document(dialect, State::Unread(size), beside);
        let store = TextStore::new(document, dialect, file, dialect.file.to_owned());
        store.with_compiled(self.current(dialect).unwrap())
    }
}

/// Compares memory and compiled file for hosts and senders; `None` when the table is not compiled.
fn same_answers(
    dialect: &'static Dialect,
    text: &[u8],
    beside: &Beside,
    hosts: &[Vec<u8>],
    place: &Place,
) -> Result<Option<usize>, TestCaseError> {
    match place.compile(dialect, text) {
        Ok(_) => {}
        Err(_) => return Ok(None),
    }
    let memory = MemoryStore::new(document(dialect, State::Bytes(text.to_vec()), beside));
    let compiled = place.store(dialect, beside);
    let explain = dialect.lines_are_independent();
    let mut asked = 0;
    for host in hosts {
        for sender in [Sender::Address(b"joe@ex.a"), Sender::Null] {
            asked += 1;
            let envelope = Envelope::new(Recipient::Host(host), sender);
            let [a, b]: [&dyn Store; 2] = [&memory, &compiled];
            let (a, b) = (answer(a, &envelope, explain), answer(b, &envelope, explain));
            let first = a.lines().zip(b.lines()).find(|(a, b)| a != b);
            prop_assert!(
                a == b,
                "{} {envelope:?} at {first:?}\n{}",
                dialect.name,
                text.escape_ascii()
            );
        }
    }
    Ok(Some(asked))
}

#[test]
fn every_vector_in_every_dialect() {
    let dir = temporary("compiled-vectors");
    let place = Place::new(&dir);
    let mut compiled: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for (n, (text, hosts)) in vector_files().iter().enumerate() {
        // Each file meets a dialect.
        {
            let dialect = &DIALECTS[n % DIALECTS.len()];
            let few = &hosts[..hosts.len().min(4)];
            let count = compiled.entry(dialect.name).or_default();
            match same_answers(dialect, text, &[], few, &place).unwrap() {
                Some(_) => count.0 += 1,
                None => count.1 += 1,
            }
        }
    }
    println!("compiled and refused: {compiled:?}");
    assert_eq!(compiled.len(), DIALECTS.len());
    for (dialect, (done, _)) in compiled {
        assert!(done > 20, "{dialect}: {done}");
    }
    fs::remove_dir_all(&dir).unwrap();
}

#[test]
fn random_files() {
    let dir = temporary("compiled-random");
    let place = Place::new(&dir);
    let dialect = prop::sample::select(DIALECTS.iter().collect::<Vec<_>>());
    let line = prop::sample::select(vec![
        "a:mx\n",
        ".a:mx:26\n",
        "A:b\n",
        ":mx\n",
        "b.a:\n",
        ".b.a:x\n",
        "x.b.a:c\n",
        "#a:x\n",
        "\n",
        "\u{e4}.a:c\n",
        "xn--4ca.a:d\n",
        "\u{c4}\u{3002}a:e\n",
        "a:b:c#d\n",
        "a:b\ra:c\n",
        "!@:b\n",
        "[1.2.3.4]:c\n",
        "[::1]:d\n",
        "Za\\:mx\n",
    ]);
    let lines = prop::collection::vec(line, 0..12).prop_map(|all| all.concat().into_bytes());
    let text = prop_oneof![2 => lines, 1 => soup(30)];
    let strategy = (text, beside(), dialect);
    let [done, refused] = [const { Cell::new(0) }; 2];
    TestRunner::new(random::cases("QROUTE_FILES", 600))
        .run(&strategy, |(text, mut beside, dialect)| {
            with_database(&mut beside, &dir);
            let mut hosts = hosts_for(&text);
            hosts.extend(
                [
                    "x.b.a",
                    "y.x.b.a",
                    "\u{e4}.a",
                    "Xn--4CA.a",
                    "x.\u{e4}\u{3002}a",
                ]
                .map(|h| h.into()),
            );
            match same_answers(dialect, &text, &beside, &hosts, &place)? {
                Some(_) => done.set(done.get() + 1),
                None => refused.set(refused.get() + 1),
            }
            Ok(())
        })
        .unwrap();
    let [done, refused] = [done.get(), refused.get()];
    println!("{done} compiled, {refused} refused");
    assert!(done > 5 * (refused / 10).max(10), "{done} {refused}");
    fs::remove_dir_all(&dir).unwrap();
}

/// A database is also read by programs that know nothing but keys and values: the first record in a walk of the keys, most
/// specific first, must be the route that decides.
#[test]
fn keys_and_values_alone_say_the_same() {
    let dir = temporary("compiled-records");
    let place = Place::new(&dir);
    let mut asked = 0;
    for (n, (text, hosts)) in vector_files().iter().enumerate() {
        let dialect = &DIALECTS[n % DIALECTS.len()];
        if place.compile(dialect, text).is_err() {
            continue;
        }
        let bytes = fs::read(&place.cdb).unwrap();
        let mut records: BTreeMap<Vec<u8>, Vec<u8>> = BTreeMap::new();
        for (key, data) in cdb_records(&bytes) {
            if &bytes[key.clone()] != RESERVED {
                let twice = records.insert(bytes[key.clone()].to_vec(), bytes[data].to_vec());
                assert_eq!(twice, None, "{}", bytes[key].escape_ascii());
            }
        }
        let memory = MemoryStore::new(document(dialect, State::Bytes(text.clone()), &[]));
        for host in hosts.iter().take(4) {
            let envelope = Envelope::new(Recipient::Host(host), Sender::Address(b"a@b"));
            let route = select(&memory, &envelope, false).unwrap().route;
            let case = dialect.semantics.key_case;
            let found = keys_of(&dialect.semantics, host)
                .into_iter()
                .find_map(|key| {
                    let key = fold(case, &key).into_owned();
                    let value = records.get(&key)?;
                    Some((key, value))
                });
            let Some(route) = route else {
                let decided = host.starts_with(b"[") || found.is_none();
                assert!(decided, "{} {}", dialect.name, host.escape_ascii());
                continue;
            };
            let route = route.view();
            // Qremote never asks for an address literal.
            let (key, value) = found.unwrap();
            // Behind a NUL a line goes on, and what would be a comment alone is a key.
            if key.starts_with(b"#") {
                continue;
            }
            // Behind a NUL nothing is stripped from a value of qmail's.
            let nul: &[u8] = if dialect.lines_are_independent() {
                b"\0"
            } else {
                b""
            };
            let line = [key.as_slice(), b":", value, nul, b"\n"].concat();
            let again = document(dialect, State::Bytes(line), &[]);
            if dialect.name == "skarnet" && memchr::memchr(b':', route.key()).is_some() {
                continue;
            }
            // The bounce key has a stage of its own before the table's.
            let last = again.table.len() as u32 - 1;
            assert_eq!(carry_out(again.route(last), host), carry_out(route, host));
            asked += 1;
        }
    }
    assert!(asked > 2000, "{asked}");
    fs::remove_dir_all(&dir).unwrap();
}

fn dialect(name: &str) -> &'static Dialect {
    Dialect::find(name).unwrap()
}

#[test]
fn what_a_value_cannot_carry_is_refused() {
    let dir = temporary("compiled-refused");
    let place = Place::new(&dir);
    for (name, text, why) in [
        ("sagredo", "a:mx|u\nb:x\n", "text"),
        ("sagredo", "a:mx|u", "text"),
        ("skarnet", "a:mx\nzoo:x\n", "deferred"),
        ("qsmtp", "a:mx\nb: mx\n", "ignores the whole file"),
        ("qsmtp", "junk\na:mx\n", "crash"),
        (
            "courier",
            ".b:x\n\u{e4}\u{3002}b:y\n",
            "another route stands before it",
        ),
    ] {
        let refused = place.compile(dialect(name), text.as_bytes());
        let refused = refused.map_err(|e| e.to_string());
        let Err(message) = refused else {
            panic!("{name} {text:?}: {refused:?}");
        };
        if why != "text" {
            assert!(message.contains(why), "{name}: {message}");
        } else {
            assert!(message.contains("next line"), "{name}: {message}");
        }
    }
    // Notqmail knows no password, and takes all of these.
    assert_eq!(
        place
            .compile(dialect("notqmail"), b"a:mx|u\nA:x\n.b: y\n:z\n")
            .unwrap(),
        3
    );
    fs::remove_dir_all(&dir).unwrap();
}

#[test]
fn routes_that_no_mail_reaches_are_left_out() {
    let dir = temporary("compiled-reach");
    let place = Place::new(&dir);
    let keys = |name: &str, text: &str| {
        place.compile(dialect(name), text.as_bytes()).unwrap();
        let bytes = fs::read(&place.cdb).unwrap();
        let all = cdb_records(&bytes).map(|(key, data)| {
            let text = |range| String::from_utf8_lossy(&bytes[range]).into_owned();
            (text(key), text(data))
        });
        let all: Vec<_> = all.filter(|(key, _)| key != ":qroute").collect();
        all
    };
    let owned = |all: &[(&str, &str)]| -> Vec<(String, String)> {
        all.iter()
            .map(|(a, b)| ((*a).to_owned(), (*b).to_owned()))
            .collect()
    };
    let text = "x.a:1\n.A:2\nX.a:3\n:4\ny.a:5\nb:6\n";
    let last = [
        (".a", "2"),
        ("x.a", "3"),
        ("", "4"),
        ("y.a", "5"),
        ("b", "6"),
    ];
    assert_eq!(keys("notqmail", text), owned(&last));
    let first = [("x.a", "1"), (".a", "2"), ("", "4")];
    assert_eq!(keys("qsmtp", text), owned(&first));
    let spelt = [("x.a", "1"), ("A", "2"), ("X.a", "3"), ("y.a", "5")];
    assert_eq!(
        keys("skarnet", "x.a:1\nA:2\nX.a:3\ny.a:5\nA:6\n"),
        owned(&spelt)
    );
    fs::remove_dir_all(&dir).unwrap();
}

#[test]
fn bytes_depend_on_nothing_but_the_text() {
    let dir = temporary("compiled-same");
    let place = Place::new(&dir);
    let text = b"a:mx\n.b:x|u|p\n";
    place.compile(dialect("sagredo"), text).unwrap();
    let once = fs::read(&place.cdb).unwrap();
    let alone = MemoryStore::new(document(
        dialect("sagredo"),
        State::Bytes(text.to_vec()),
        &[],
    ));
    let stamp = Stamp::of(dialect("sagredo"), &fs::metadata(&place.text).unwrap());
    let records = Records::of(&alone, dialect("sagredo")).unwrap();
    records
        .write(File::create(&place.cdb).unwrap(), &stamp)
        .unwrap();
    assert!(once == fs::read(&place.cdb).unwrap());
    let reserved = cdb_records(&once)
        .find(|(key, _)| &once[key.clone()] == RESERVED)
        .unwrap();
    let head = String::from_utf8_lossy(&once[reserved.1]).into_owned();
    assert!(
        head.starts_with("qroute-compile 1\ndialect sagredo\nsize 14\nmtime "),
        "{head}"
    );
    // What `sha256sum` says of this text.
    let sum = "\nsha256 270c9cf5e6a8c1e36f956b7cfd40aa5e57014595b82aabaac40977b46be8e9a5\n";
    assert!(head.contains(sum), "{head}");
    fs::remove_dir_all(&dir).unwrap();
}

#[test]
fn a_database_is_used_only_when_it_is_what_the_text_says() {
    let dir = temporary("compiled-current");
    let place = Place::new(&dir);
    let (qmail, sagredo) = (dialect("notqmail"), dialect("sagredo"));
    let compile = || place.compile(qmail, b"a:mx\n").unwrap();
    let why = |dialect: &'static Dialect| place.current(dialect).unwrap_err().to_string();
    compile();
    assert_eq!(place.current(qmail).unwrap().len(), 1);
    assert_eq!(why(sagredo), "it was made for dialect notqmail");
    let modified = |path: &Path| fs::metadata(path).unwrap().modified().unwrap();
    let set = |path: &Path, time: SystemTime| {
        File::options()
            .write(true)
            .open(path)
            .unwrap()
            .set_modified(time)
            .unwrap();
    };

    // Another text of the same size, put in its place with its time.
    let time = modified(&place.text);
    fs::write(dir.join("new"), b"b:mx\n").unwrap();
    set(&dir.join("new"), time);
    fs::rename(dir.join("new"), &place.text).unwrap();
    assert_eq!(why(qmail), "the text has changed since");

    // The same file and size, written to, its time put back: its last change is not.
    compile();
    let time = modified(&place.text);
    std::thread::sleep(Duration::from_millis(30));
    fs::write(&place.text, b"b:mx\n").unwrap();
    set(&place.text, time);
    assert_eq!(why(qmail), "the text has changed since");

    // Longer.
    compile();
    fs::write(&place.text, b"a:mx\nb:\n").unwrap();
    assert_eq!(why(qmail), "the text has changed since");

    // Made in the moment in which the text was written: what is written in the same moment does not show.
    compile();
    place.age(Duration::from_millis(10));
    assert_eq!(why(qmail), "it is not newer than the text");

    fs::write(&place.cdb, [0; 3000]).unwrap();
    assert_eq!(
        why(qmail),
        "it was not made by this version of qroute-compile"
    );
    fs::write(&place.cdb, b"short").unwrap();
    assert_eq!(
        why(qmail),
        "it was not made by this version of qroute-compile"
    );
    fs::remove_file(&place.cdb).unwrap();
    assert!(matches!(
        place.current(qmail),
        Err(NotCurrent::Unreadable(_))
    ));
    fs::remove_dir_all(&dir).unwrap();
}

/// A database with any bytes changed gives the right answer or an error, and never another route.
#[test]
fn a_damaged_database_gives_no_wrong_route() {
    let dir = temporary("compiled-damaged");
    let place = Place::new(&dir);
    let qmail = dialect("notqmail");
    let text: String = (0..40).map(|n| format!("h{n}.example:mx{n}\n")).collect();
    place.compile(qmail, text.as_bytes()).unwrap();
    let bytes = fs::read(&place.cdb).unwrap();
    let memory = MemoryStore::new(document(qmail, State::Bytes(text.into_bytes()), &[]));
    let mut state = 1u32;
    let mut next = |most: usize| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 7) as usize % most
    };
    let [mut right, mut errors, mut unused, mut missed] = [0; 4];
    for _ in 0..300 {
        let mut damaged = bytes.clone();
        for _ in 0..=next(30) {
            let (at, byte) = (next(bytes.len()), next(256));
            damaged[at] = byte as u8;
        }
        damaged.truncate(bytes.len() - next(2) * next(300));
        fs::write(&place.cdb, &damaged).unwrap();
        place.age(Duration::from_secs(60));
        if place.current(qmail).is_err() {
            unused += 1;
            continue;
        }
        let store = place.store(qmail, &[]);
        for n in 0..40 {
            let host = format!("h{n}.example");
            let envelope = Envelope::new(Recipient::Host(host.as_bytes()), Sender::Null);
            let right_one = select(&memory, &envelope, false).unwrap().decision;
            match select(&store, &envelope, false) {
                Err(_) => errors += 1,
                Ok(found) if found.decision == right_one => right += 1,
                // A slot that is zero ends a search: nobody can tell it from a key that is not there.
                Ok(found) => {
                    assert!(found.route.is_none());
                    missed += 1;
                }
            }
        }
    }
    println!("{right} right, {errors} errors, {missed} missed, {unused} databases unused");
    assert!(right > 1000 && errors > 20 && unused > 20);
    fs::remove_dir_all(&dir).unwrap();
}
