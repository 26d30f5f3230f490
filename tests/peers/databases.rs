//! Databases of qroute-compile, read by others: tinycdb, Postfix (`postmap -q cdb:`) and Exim (`exim -be`).
//!
//! Needs the packages `tinycdb`, `postfix` and `postfix-cdb`; Exim is unpacked as in `exim.rs`.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use qroute::control::cdb_records;
use qroute::formats::smtproutes::{self, Dialect};
use qroute::lookup::{Envelope, Recipient, Sender, select};
use qroute::model::Decision;
use qroute::source::Input;
use qroute::store::MemoryStore;

use super::exim::exim;
use super::postfix::{Postfix, Random, program, table};

/// Tables that are compared.
const TABLES: usize = 120;

/// Runs a program with this input; returns what it writes. Its status is not looked at: `postmap -q` ends with 1 when nothing
/// is found.
fn fed(command: &mut Command, input: &str) -> String {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_owned();
    let feeder = std::thread::spawn(move || stdin.write_all(input.as_bytes()).unwrap());
    let output = child.wait_with_output().unwrap();
    feeder.join().unwrap();
    String::from_utf8(output.stdout).unwrap()
}

fn directory(name: &str) -> PathBuf {
    let path = std::env::temp_dir().join(format!("qroute-{name}-{}", std::process::id()));
    let _ = std::fs::remove_dir_all(&path);
    std::fs::create_dir_all(&path).unwrap();
    path
}

/// Compiles `text`; true when it was not refused.
fn compile(path: &Path, text: &str, args: &[&str]) -> bool {
    std::fs::write(path, text).unwrap();
    let _ = std::fs::remove_file(database(path));
    let mut command = Command::new(env!("CARGO_BIN_EXE_qroute-compile"));
    let output = command
        .args(["--no-config", "-q"])
        .args(args)
        .arg(path)
        .output()
        .unwrap();
    assert!(
        matches!(output.status.code(), Some(0 | 1)),
        "{output:?}\n{text}"
    );
    output.status.success()
}

fn database(path: &Path) -> PathBuf {
    path.with_extension("cdb")
}

#[test]
fn tinycdb_reads_our_records() {
    let home = directory("tinycdb");
    let path = home.join("smtproutes");
    let text: String = (0..5000)
        .map(|n| format!("H{n}.example:mx{n}:26\n.h{n}.example:\n"))
        .collect();
    assert!(compile(
        &path,
        &format!("{text}:smart|u|p\n"),
        &["-o", &format!("{}", database(&path).display())]
    ));
    let cdb = program("cdb");
    for (key, value) in [
        ("h77.example", "mx77:26"),
        (".h4999.example", ""),
        ("", "smart|u|p"),
    ] {
        let output = Command::new(&cdb)
            .arg("-q")
            .arg(database(&path))
            .arg(key)
            .output()
            .unwrap();
        assert!(output.status.success(), "{key}: {output:?}");
        assert_eq!(String::from_utf8(output.stdout).unwrap(), value);
    }
    let missing = Command::new(&cdb)
        .arg("-q")
        .arg(database(&path))
        .arg("H77.example")
        .output()
        .unwrap();
    assert_eq!(missing.status.code(), Some(100));
    // All of it, made again by tinycdb, is the same database.
    let dump = Command::new(&cdb)
        .arg("-d")
        .arg(database(&path))
        .output()
        .unwrap();
    let again = home.join("again.cdb");
    let mut made = Command::new(&cdb)
        .arg("-c")
        .arg(&again)
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    made.stdin.take().unwrap().write_all(&dump.stdout).unwrap();
    assert!(made.wait().unwrap().success());
    assert!(std::fs::read(&again).unwrap() == std::fs::read(database(&path)).unwrap());
    std::fs::remove_dir_all(&home).unwrap();
}

#[test]
fn postfix_reads_our_records_as_those_of_postmap() {
    let postfix = Postfix::new();
    let home = directory("postfix-cdb");
    let path = home.join("transport");
    let mut random = Random(0x9E37_79B9_7F4A_7C15);
    let [mut compiled, mut asked] = [0, 0];
    for _ in 0..TABLES {
        let text = table(&mut random);
        if !compile(&path, &text, &["--for", "postfix"]) {
            continue;
        }
        compiled += 1;
        let ours = std::fs::read(database(&path)).unwrap();
        let keys: Vec<String> = cdb_records(&ours)
            .map(|(key, _)| String::from_utf8(ours[key].to_vec()).unwrap())
            .collect();
        let keys: String = keys
            .iter()
            .map(|key| format!("{}\n", key.trim_end_matches('\0')))
            .collect();
        let query = |path: &Path| {
            let mut command = Command::new(&postfix.postmap);
            let map = format!("cdb:{}", path.with_extension("").display());
            fed(
                command
                    .arg("-c")
                    .arg(postfix.home.join("etc"))
                    .args(["-q", "-", &map]),
                &keys,
            )
        };
        let found = query(&path);
        // The same text by Postfix.
        let theirs = home.join("theirs");
        std::fs::write(&theirs, &text).unwrap();
        let map = format!("cdb:{}", theirs.display());
        let mut postmap = Command::new(&postfix.postmap);
        let made = postmap
            .arg("-c")
            .arg(postfix.home.join("etc"))
            .arg(&map)
            .output()
            .unwrap();
        assert!(made.status.success(), "{made:?}\n{text}");
        assert_eq!(found, query(&theirs), "{text}");
        let bytes = std::fs::read(database(&theirs)).unwrap();
        let records = |bytes: &[u8]| -> BTreeMap<Vec<u8>, Vec<u8>> {
            cdb_records(bytes)
                .map(|(key, data)| (bytes[key].to_vec(), bytes[data].to_vec()))
                .collect()
        };
        let (ours, theirs) = (records(&ours), records(&bytes));
        assert_eq!(ours, theirs, "{text}");
        asked += ours.len();
    }
    println!("{compiled} tables compiled, {asked} records");
    assert!(compiled > TABLES / 4 && asked > 200, "{compiled} {asked}");
    std::fs::remove_dir_all(&home).unwrap();
}

const KEYS: &[&str] = &[
    "a.example",
    ".a.example",
    "b.a.example",
    ".b.a.example",
    "A.Example",
    "c.example",
    ".example",
    "",
    "example",
    ".c.b.a.example",
    "b.c.example",
    "x.c.example",
    ".c.example",
    "[10.0.0.9]",
];

const VALUES: &[&str] = &[
    "mx.example",
    "mx.example:26",
    "",
    "",
    "10.0.0.1",
    "10.0.0.2:587",
    "mx2.example",
    "mx3.example:2525",
];

const HOSTS: &[&str] = &[
    "a.example",
    "b.a.example",
    "c.b.a.example",
    "d.c.b.a.example",
    "x.a.example",
    "example",
    "c.example",
    "b.c.example",
    "x.b.c.example",
    "x.c.example",
    "other.example",
    "other.test",
    "y.x.c.example",
];

/// A decision as the route data say it.
fn said(decision: &Decision) -> String {
    let Decision::Relay(relay) = decision else {
        return format!("{decision:?}");
    };
    let hop = &relay.hops[0];
    let port = hop.port.wire();
    match &hop.target {
        qroute::model::Target::OwnMx(_) => String::new(),
        target => {
            let name = String::from_utf8_lossy(target.name()).into_owned();
            let port = if port == 25 {
                String::new()
            } else {
                format!("::{port}")
            };
            let byname = if hop.literal.is_some() { "" } else { " byname" };
            format!("{name}{port}{byname}")
        }
    }
}

/// All dialects whose routes Exim can hold, against Exim's own lookup.
#[test]
fn exim_finds_the_route_that_decides() {
    let home = directory("exim-cdb");
    let mut random = Random(0xD1B5_4A32_D192_ED03);
    let (mut questions, mut ours) = (String::new(), Vec::new());
    let dialects = [
        "notqmail", "qroute", "s-qmail", "sagredo", "indimail", "qsmtp", "skarnet",
    ];
    for number in 0..TABLES {
        let dialect = Dialect::find(dialects[number % dialects.len()]).unwrap();
        let mut text = String::new();
        for _ in 0..1 + random.below(9) {
            let value = random.of(VALUES);
            let value = match dialect.value.port_separator {
                b';' => value.replace(':', ";"),
                _ => value.to_owned(),
            };
            text += &format!("{}:{value}\n", random.of(KEYS));
        }
        let path = home.join(format!("t{number}"));
        let out = database(&path).display().to_string();
        let args = ["--for", "exim", "-o", &out, "--dialect", dialect.name];
        if !compile(&path, &text, &args) {
            continue;
        }
        let input = Input::single(dialect.file, "-", text.clone().into_bytes()).unwrap();
        let store = MemoryStore::new(smtproutes::read(input, dialect).unwrap());
        for host in HOSTS {
            let envelope = Envelope::new(Recipient::Host(host.as_bytes()), Sender::Address(b"a@b"));
            let decision = select(&store, &envelope, false).unwrap().decision;
            ours.push((dialect.name, text.clone(), *host, said(&decision)));
            questions += &format!(
                "<${{lookup{{{host}}}partial0(.)cdb*{{{}}}{{$value}}{{}}}}>\n",
                database(&path).display()
            );
        }
    }
    let answers = exim(&home, &questions);
    assert!(answers.len() >= ours.len(), "{} answers", answers.len());
    let mut counts: BTreeMap<&str, u32> = BTreeMap::new();
    for ((dialect, text, host, said), answer) in ours.iter().zip(&answers) {
        assert_eq!(&format!("<{said}>"), answer, "{dialect}: {host} in\n{text}");
        let kind = if said.is_empty() { "empty" } else { "route" };
        *counts.entry(kind).or_default() += 1;
    }
    println!("{} answers: {counts:?}", ours.len());
    assert!(
        ours.len() > 800 && counts.values().all(|&n| n > 150),
        "{counts:?}"
    );
    std::fs::remove_dir_all(&home).unwrap();
}
