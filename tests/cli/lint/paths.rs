//! What a path stands for.

use std::os::unix::fs::symlink;

use super::super::support::{Dir, run, run_with};
use super::{lint, program, rules};

const BAD: &str = " a.example:mx1.example.net\n";

#[test]
fn directories_are_searched_and_links_are_not_followed() {
    let dir = Dir::with(&[
        ("a/control/smtproutes", BAD),
        ("b/etc/esmtproutes", BAD),
        ("c/smtproutes.new", BAD),
        ("c/smtproutes.bak", BAD),
        ("c/smtproutes~", BAD),
        ("c/other", BAD),
        (".hidden/smtproutes", BAD),
        ("elsewhere/table", BAD),
    ]);
    symlink(dir.join("elsewhere/table"), dir.join("c/smtproutes.link")).unwrap();
    symlink(dir.join("a"), dir.join("z")).unwrap();
    let ran = lint(dir.path(), ["--select", "leading-blank"]);
    let files: Vec<&str> = ran
        .out()
        .lines()
        .map(|line| line.split(':').next().unwrap())
        .map(|file| file.strip_prefix(dir.path().to_str().unwrap()).unwrap())
        .collect();
    assert_eq!(
        files,
        [
            "/a/control/smtproutes",
            "/b/etc/esmtproutes",
            "/c/smtproutes.new"
        ]
    );
}

#[test]
fn a_control_file_stands_for_its_directory_and_speaks_for_itself() {
    let dir = Dir::with(&[
        ("control/smtproutes", BAD),
        ("control/me", "me.example\n"),
        ("control/rcpthosts", "x.example\n"),
    ]);
    let ran = lint(&dir.join("control/rcpthosts"), [""; 0]);
    assert_eq!((ran.code(), ran.out()), (0, ""));
    let files = [
        dir.join("control/rcpthosts"),
        dir.join("control/smtproutes"),
    ];
    let ran = run(program().args(["--output-format", "concise"]).args(&files));
    assert_eq!(
        (ran.code(), rules(&ran)),
        (1, vec!["leading-blank".to_owned()])
    );
}

#[test]
fn standard_input_has_a_name() {
    let ran = run_with(program().args(["--output-format", "concise", "-"]), BAD);
    assert_eq!(ran.code(), 1);
    assert!(ran.out().starts_with("-:1:1: error: "), "{}", ran.out());
    let ran = run_with(
        program().args([
            "--output-format",
            "concise",
            "--stdin-filename",
            "x/smtproutes",
            "-",
        ]),
        BAD,
    );
    assert!(
        ran.out().starts_with("x/smtproutes:1:1: error: "),
        "{}",
        ran.out()
    );
    run_with(program().args(["-", "-"]), BAD).fails_of("qroute-lint", 2, &["twice"]);
}

#[test]
fn trouble_with_one_path_does_not_hide_the_others() {
    let dir = Dir::with(&[("t", BAD)]);
    let paths = [dir.join("none"), dir.join("t")];
    let ran = run(program().args(["--output-format", "concise"]).args(&paths));
    assert_eq!(ran.code(), 2);
    assert_eq!(rules(&ran), ["leading-blank"]);
    assert!(String::from_utf8_lossy(&ran.err).contains("none: "));
    let xml = dir.file("x", "<?xml version=\"1.0\"?><a/>");
    run(program().arg(xml)).fails_of(
        "qroute-lint",
        2,
        &["XML with the root element <a>", "--from"],
    );
    run(program().args(["--from", "exim"]).arg(dir.join("t"))).fails_of(
        "qroute-lint",
        2,
        &["exim", "known and not read"],
    );
    let empty = Dir::new();
    let ran = lint(empty.path(), [""; 0]);
    assert_eq!(ran.code(), 0);
    assert!(String::from_utf8_lossy(&ran.err).contains("no control file"));
}

#[test]
fn the_home_is_what_is_checked_when_nothing_is_named() {
    let dir = Dir::with(&[("control/smtproutes", BAD), ("control/me", "me.example\n")]);
    let ran = run(program()
        .env("QMAILHOME", dir.path())
        .args(["--output-format", "concise"]));
    assert_eq!(
        (ran.code(), rules(&ran)),
        (1, vec!["leading-blank".to_owned()])
    );
    let ran = run(program()
        .args(["--output-format", "concise", "--control"])
        .arg(dir.join("control")));
    assert_eq!(ran.code(), 1);
    run(program().env("QMAILHOME", dir.join("none"))).fails_of(
        "qroute-lint",
        2,
        &["control directory"],
    );
}

#[test]
fn the_file_names_its_dialect() {
    let dir = Dir::with(&[
        (
            "one/smtproutes",
            "# qroute: dialect s-qmail\na.example:mx1.example.net;587\n",
        ),
        ("two/smtproutes", "a.example:mx1.example.net;587\n"),
        ("two/smtproutesdialect", "s-qmail\n"),
        ("three/smtproutes", "a.example:mx1.example.net;587\n"),
    ]);
    let of = |name: &str| rules(&lint(&dir.join(name), ["--select", "semicolon-port"]));
    assert_eq!(of("one").len(), 0);
    assert_eq!(of("two").len(), 0);
    assert_eq!(of("three"), ["semicolon-port"]);
}

#[test]
fn a_dialect_that_nobody_knows_is_a_finding_of_its_directory() {
    let dir = Dir::with(&[
        ("control/smtproutes", "a.example:mx1.example.net\n"),
        ("control/smtproutesdialect", "qmial\n"),
        ("control/me", "me.example\n"),
    ]);
    let ran = lint(&dir.join("control"), [""; 0]);
    assert_eq!(ran.code(), 1, "{ran:?}");
    assert_eq!(rules(&ran), ["unknown-dialect"]);
}
