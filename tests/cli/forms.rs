//! What the options that change the form of input and output do, and the lists of what there is.

use super::support::{Dir, ask, ask_home, offline, run, run_with};

fn table() -> std::path::PathBuf {
    std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/cli/shapes/smtproutes")
}

#[test]
fn an_empty_batch_prints_what_its_format_has_for_nothing() {
    for (format, expected) in [("text", ""), ("jsonl", ""), ("json", "[]\n")] {
        let mut command = offline();
        command.args(["--batch", "-", "--output-format", format, "--routes"]);
        let ran = run_with(command.arg(table()), "");
        assert_eq!((ran.out(), ran.err(), ran.code()), (expected, "", 0));
    }
}

#[test]
fn nul_separates_records_in_and_out() {
    let mut command = offline();
    command
        .args(["-0", "--batch", "-", "--routes"])
        .arg(table());
    let ran = run_with(
        &mut command,
        "u@static.example\0two\nlines@x.example\0literal.example",
    );
    assert_eq!(ran.code(), 100);
    let records: Vec<&str> = ran.out().split('\0').collect();
    assert_eq!(records.len(), 4);
    assert!(records[0].starts_with("u@static.example\tstatic\t"));
    assert!(records[1].starts_with("two\\x0Alines@x.example\terror\t-\tbad-address"));
    assert!(records[2].starts_with("literal.example\tstatic\t"));
    assert_eq!(records[3], "");
}

#[test]
fn hosts_are_asked_byte_for_byte() {
    let dir = Dir::new();
    let path = dir.file("smtproutes", "u@h:at\nh:host\n.:dot\n:default\n");
    let ran = ask(&path, ["--hosts", "u@h", "h", "h.", "", "H"]);
    let expected = ["at:25", "host:25", "dot:25", "default:25", "host:25"];
    assert_eq!(ran.answers(), expected.map(|hop| format!("static {hop}")));
    // Without --hosts the same text is an address.
    assert_eq!(ask(&path, ["u@h"]).answers(), ["static host:25"]);
    // The deliverer alone is asked: what this system keeps does not matter.
    let home = Dir::with(&[
        ("control/me", "me.example\n"),
        ("control/virtualdomains", "kept.example:alias\n"),
        (
            "control/smtproutes",
            "kept.example:relay\nme.example:relay\n",
        ),
    ]);
    let asked = ["kept.example", "me.example"];
    assert_eq!(ask_home(&home, asked).answers(), ["local -", "local -"]);
    let ran = ask_home(&home, ["--hosts"].iter().chain(&asked));
    assert_eq!(ran.answers(), ["static relay:25", "static relay:25"]);
}

#[test]
fn kinds_are_the_closed_lists() {
    let ran = run(super::support::command().arg("--kinds"));
    assert_eq!((ran.code(), ran.err()), (0, ""));
    let names = |what: &str| -> Vec<String> {
        let lines = ran.out().lines().map(|l| l.split('\t').collect::<Vec<_>>());
        lines
            .filter(|l| l.len() == 3 && l[0] == what)
            .map(|l| l[1].to_owned())
            .collect()
    };
    assert_eq!(
        names("decision"),
        [
            "mx",
            "mx-of",
            "static",
            "local",
            "backup",
            "reject",
            "discard",
            "transport",
            "none",
            "undecided",
            "error"
        ]
    );
    assert_eq!(
        names("error"),
        [
            "nxdomain",
            "nodata",
            "null-mx",
            "servfail",
            "refused",
            "timeout",
            "truncated",
            "cname-loop",
            "loops-back",
            "no-usable-server",
            "bad-address",
            "bad-port",
            "defer-all",
            "ignored-file",
            "crash",
            "undefined",
            "rejected-name"
        ]
    );
}

#[test]
fn formats_lists_what_is_read_and_what_is_refused() {
    let ran = run(super::support::command().arg("--formats"));
    assert_eq!((ran.code(), ran.err()), (0, ""));
    assert!(ran.out().starts_with("format\tsmtproutes\t"));
    for dialect in super::dialects::NAMES {
        assert!(
            ran.out().contains(&format!("\ndialect\t{dialect}\t")),
            "{dialect}"
        );
    }
    for planned in ["exchange", "mailertable", "exim", "opensmtpd", "ddei"] {
        assert!(ran.out().contains(&format!("\nnot read\t{planned}\t")));
        let ran = ask(&table(), ["--from", planned, "d"]);
        ran.fails(2, &[planned, "known and not read"]);
        assert!(ran.out.is_empty());
    }
}
