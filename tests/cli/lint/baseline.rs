//! Known findings are not repeated.

use super::super::support::Dir;
use super::{lint, rules};

#[test]
fn known_findings_are_not_repeated() {
    let dir = Dir::with(&[(
        "t",
        " a.example:mx1.example.net\nb.example:mx1.example.net:\n",
    )]);
    let known = dir.join("known.json");
    let known = known.to_str().unwrap();
    let ran = lint(&dir.join("t"), ["--write-baseline", known]);
    assert_eq!((ran.code(), rules(&ran).len()), (1, 2));
    let ran = lint(&dir.join("t"), ["--baseline", known]);
    assert_eq!((ran.code(), ran.out()), (0, ""));
    // Lines may move; a mistake that is made again counts again.
    dir.file("t", "# a comment\nb.example:mx1.example.net:\n a.example:mx1.example.net\nc.example:mx1.example.net:\nb.example:mx1.example.net:\n");
    let ran = lint(
        &dir.join("t"),
        ["--baseline", known, "--select", "port-empty,leading-blank"],
    );
    assert_eq!(ran.code(), 1);
    let places: Vec<&str> = ran
        .out()
        .lines()
        .map(|l| l.rsplit("/t:").next().unwrap().split(':').next().unwrap())
        .collect();
    assert_eq!(places, ["4", "5"], "{}", ran.out());
}

#[test]
fn a_baseline_holds_no_secrets() {
    let dir = Dir::with(&[(
        "t",
        " a.example:mx1.example.net:587|user-secret|pass-secret\n a.example:mx1.example.net user-secret pass-secret\n",
    )]);
    let known = dir.join("known.json");
    lint(
        &dir.join("t"),
        [
            "--dialect",
            "sagredo",
            "--write-baseline",
            known.to_str().unwrap(),
        ],
    );
    let text = std::fs::read_to_string(known).unwrap();
    assert!(
        text.contains("leading-blank") && !text.contains("secret"),
        "{text}"
    );
}

#[test]
fn what_is_no_baseline_is_refused() {
    let dir = Dir::with(&[
        ("t", "a.example:b.example\n"),
        ("x", "{}"),
        ("y", "{\"version\":9,\"findings\":[]}"),
    ]);
    for (file, word) in [
        ("x", "no baseline"),
        ("y", "version 9"),
        ("z", "cannot read"),
    ] {
        let path = dir.join(file);
        lint(&dir.join("t"), ["--baseline", path.to_str().unwrap()]).fails_of(
            "qroute-lint",
            2,
            &[word],
        );
    }
}
