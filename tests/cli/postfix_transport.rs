//! Postfix transport tables through the programs.

use crate::support::{Dir, ask, formatter, offline, run, run_with};

const TABLE: &str = "example.org  smtp:[mx1.example.net]:2525\nuser@example.org  smtp:[192.0.2.9]\n.example.org  relay:gw.example.net\n\
                     list.example  smtp:[a.example.net], [b.example.net]:26\n*  error:5.7.1 not from here\n";

#[test]
fn a_table_is_known_and_asked() {
    let dir = Dir::with(&[("table", TABLE)]);
    let table = dir.join("table");
    let ran = ask(
        &table,
        ["a@example.org", "user@example.org", "a@list.example"],
    );
    assert_eq!(ran.code(), 0, "{ran:?}");
    assert_eq!(
        ran.answers(),
        [
            "static mx1.example.net:2525",
            "static 192.0.2.9:25",
            "static a.example.net:25 b.example.net:26"
        ]
    );
    assert!(ran.err().contains("next-hops=list"), "{}", ran.err());
    let ran = ask(&table, ["a@b.example.org"]);
    assert_eq!(
        ran.answer(),
        "mx-of - - - ".to_owned() + table.to_str().unwrap() + ":3"
    );
    assert!(
        ran.err().contains("parent-domains=no") && ran.err().contains("transports=stock"),
        "{}",
        ran.err()
    );
    let ran = ask(&table, ["a@other.example"]);
    assert!(ran.answer().starts_with("reject - "), "{ran:?}");
}

#[test]
fn extensions_are_cut_when_the_delimiter_is_named() {
    let dir = Dir::with(&[("table", TABLE)]);
    let table = dir.join("table");
    let plain = ask(&table, ["user+x@example.org"]);
    assert_eq!(plain.answers(), ["static mx1.example.net:2525"]);
    assert!(
        plain.err().contains("recipient-delimiter=none"),
        "{}",
        plain.err()
    );
    let cut = ask(
        &table,
        ["--assume", "recipient-delimiter=+", "user+x@example.org"],
    );
    assert_eq!(cut.answers(), ["static 192.0.2.9:25"]);
    let bad = ask(
        &table,
        [
            "--assume",
            "recipient-delimiter=12345",
            "user+x@example.org",
        ],
    );
    bad.fails(2, &["recipient-delimiter", "one to four"]);
    ask(&table, ["--assume", "order=first-match", "a@example.org"])
        .fails(2, &["recipient-delimiter", "next-hops"]);
}

#[test]
fn the_trail_names_the_patterns_that_were_tried() {
    let dir = Dir::with(&[("table", TABLE)]);
    let ran = ask(
        &dir.join("table"),
        ["--explain", "--output-format", "jsonl", "a@b.example.org"],
    );
    let object = ran.object();
    let keys: Vec<&str> = object["trail"]
        .as_array()
        .unwrap()
        .iter()
        .map(|s| s["key"].as_str().unwrap())
        .collect();
    assert_eq!(
        keys[..3],
        ["a@b.example.org", "b.example.org", ".example.org"],
        "{object}"
    );
    assert_eq!(object["decision"], "mx-of");
    assert_eq!(object["route"]["line"], 3);
    let ran = ask(&dir.join("table"), ["--explain", "a@list.example"]);
    assert!(
        ran.out().contains("try 2:    b.example.net port 26"),
        "{}",
        ran.out()
    );
}

#[test]
fn a_damaged_table_is_refused_and_a_line_with_errors_decides_nothing() {
    let text =
        "bad.example  smtp:[mx1.example.net\ngood.example  local:\n*  smtp:[other.example]\n";
    let dir = Dir::with(&[("transport", text)]);
    let table = dir.join("transport");
    ask(&table, ["a@good.example"]).fails(2, &["is not closed"]);
    let ran = ask(&table, ["--valid-only", "a@good.example", "a@bad.example"]);
    let lines = ran.lines();
    assert_eq!(lines[0][1], "local");
    assert_eq!(
        (lines[1][1].as_str(), lines[1][3].as_str()),
        ("error", "undefined")
    );
    let dir = Dir::with(&[("transport", "/x/  smtp:[a]\n")]);
    ask(&dir.join("transport"), ["--valid-only", "a@x"]).fails(2, &["regular expressions"]);
}

#[test]
fn formats_by_name_and_alias() {
    let mut command = offline();
    command.args(["--from", "transportList", "--routes", "-", "a@d.example"]);
    let ran = run_with(&mut command, "d.example  slow:[x]\n");
    assert_eq!(ran.answers(), ["transport -"], "{ran:?}");
    let mut command = offline();
    command.args(["--routes", "-", "a@d.example"]);
    run_with(&mut command, "d.example  esmtp:[x]\n").fails(2, &["mailertable"]);
}

#[test]
fn the_form_is_shown_as_a_diff() {
    let dir = Dir::with(&[("transport", "A.example  smtp: [MX.example]\n# c\n*  :\n")]);
    let ran = run(formatter().arg("--diff").arg(dir.join("transport")));
    assert_eq!(ran.code(), 1, "{ran:?}");
    let out = ran.out();
    assert!(
        out.contains("-A.example  smtp: [MX.example]\n+a.example  smtp:[mx.example]\n # c\n"),
        "{out}"
    );
    assert_eq!(run(formatter().arg(dir.join("transport"))).code(), 0);
    assert_eq!(
        run(formatter().arg("--check").arg(dir.join("transport"))).code(),
        0
    );
}
