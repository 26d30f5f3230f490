//! A large table is searched for a few questions and read for many; nobody can tell from the answers.

use std::fmt::Write;

use super::support::{Dir, Ran, offline, run, run_with};

/// Over 1 MiB, with keys early, late and repeated, in both cases, and a last line without its end.
fn big(extra: &str) -> String {
    let mut text = String::from("# qroute: comments count as lines\n\nFirst.example:early:26\n");
    for n in 0..60_000u32 {
        writeln!(text, "host{n}.bulk.example:relay{}.example:{n}", n % 7).unwrap();
    }
    text += extra;
    text += "host5.bulk.example:again\n.bulk.example:suffix\nfirst.EXAMPLE:late\n:default";
    assert!(text.len() > 1024 * 1024);
    text
}

const ASKED: [&str; 10] = [
    "u@first.example",
    "u@HOST5.bulk.example",
    "u@host59999.bulk.example",
    "u@host60000.bulk.example",
    "host31337.bulk.example",
    "u@bulk.example",
    "u@x.y.bulk.example",
    "u@elsewhere.test",
    "u@pw.example",
    "u@",
];

/// Each question alone, searched, against all together, read. Lines, trails and JSON are the same.
fn compare(table: &[&str], also: &[&str]) {
    for form in [
        &[][..],
        &["--output-format", "jsonl"],
        &["--explain", "--output-format", "jsonl"],
    ] {
        let asked = |args: &[&str], input: &str| -> Ran {
            let mut command = offline();
            command.args(table).args(also).args(form).args(args);
            if args == ["--batch", "-"] {
                run_with(&mut command, input)
            } else {
                run(&mut command)
            }
        };
        let batch = asked(&["--batch", "-"], &ASKED.join("\n"));
        let together: Vec<&str> = batch.out().lines().collect();
        assert_eq!(together.len(), ASKED.len());
        for (record, expected) in ASKED.iter().zip(together) {
            let alone = asked(&[record], "");
            assert_eq!(
                alone.out().trim_end(),
                expected,
                "{table:?} {also:?} {form:?}"
            );
        }
    }
}

#[test]
fn a_large_table_alone() {
    let dir = Dir::new();
    let path = dir.file(
        "smtproutes",
        big("pw.example:relay|user\nnext.example:line\n"),
    );
    let table = ["--routes", path.to_str().unwrap()];
    for dialect in [
        "notqmail",
        "sagredo",
        "qmail-ldap",
        "s-qmail",
        "indimail",
        "qroute",
    ] {
        compare(&table, &["--dialect", dialect]);
    }
    let mut command = offline();
    let ran = run(command
        .args(table)
        .args(["--sender", "", "u@first.example"]));
    let last = big("pw.example:relay|user\nnext.example:line\n")
        .lines()
        .count()
        - 1;
    assert_eq!(ran.answers(), ["static late:25"]);
    assert!(ran.lines()[0][5].ends_with(&format!(":{last}")), "{ran:?}");
}

#[test]
fn a_large_table_in_its_home() {
    let home = Dir::with(&[
        ("control/me", "me.example\n"),
        (
            "control/virtualdomains",
            "kept.bulk.example:alias\nu@first.example:\n",
        ),
        ("control/authsenders", "vip@v.example:vip|u|p\n"),
        (
            "control/qmtproutes",
            ".example:qmtp\nhost7.bulk.example:qmtp7\n",
        ),
    ]);
    home.file(
        "control/smtproutes",
        big("!@:bounces.example\npw.example:x;587|u\n"),
    );
    let path = home.join("control/moresmtproutes.cdb");
    let mut cdb = cdb2::CDBWriter::create(path).unwrap();
    cdb.add(b"u@first.example", b"cdb").unwrap();
    cdb.add(b".y.bulk.example", b"cdb suffix").unwrap();
    cdb.finish().unwrap();
    let system = ["--home", home.path().to_str().unwrap()];
    for dialect in ["notqmail", "sagredo", "s-qmail", "indimail"] {
        for sender in [&[][..], &["--sender", ""], &["--sender", "vip@v.example"]] {
            let also = [&["--dialect", dialect][..], sender].concat();
            compare(&system, &also);
        }
    }
}
