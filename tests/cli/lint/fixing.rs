//! Fixing: what is written, and what is said about the rest.

use std::fs;

use super::super::support::{Dir, run, run_with};
use super::{lint, program, rules};

const BAD: &str = " a.example:mx1.example.net\nb.example:mx1.example.net:\njunk\n";
const FIXED: &str = "a.example:mx1.example.net\nb.example:mx1.example.net\njunk\n";

#[test]
fn files_are_fixed_and_the_rest_is_reported() {
    let dir = Dir::with(&[("t", BAD)]);
    let ran = lint(&dir.join("t"), ["--fix"]);
    assert_eq!((ran.code(), rules(&ran)), (1, vec!["no-colon".to_owned()]));
    assert_eq!(fs::read_to_string(dir.join("t")).unwrap(), FIXED);
    assert_eq!(
        fs::read_dir(dir.path()).unwrap().count(),
        1,
        "nothing is left behind"
    );
    let ran = lint(&dir.join("t"), ["--fix", "--ignore", "no-colon"]);
    assert_eq!((ran.code(), ran.out()), (0, ""));
}

#[test]
fn the_old_file_can_be_kept() {
    for (option, name) in [("--backup", "t~"), ("--backup=.old", "t.old")] {
        let dir = Dir::with(&[("t", BAD)]);
        lint(&dir.join("t"), ["--fix", option]);
        assert_eq!(fs::read_to_string(dir.join("t")).unwrap(), FIXED);
        assert_eq!(fs::read_to_string(dir.join(name)).unwrap(), BAD);
    }
}

#[test]
fn standard_input_is_filtered() {
    let ran = run_with(
        program().args(["--output-format", "concise", "--fix", "-"]),
        BAD,
    );
    assert_eq!((ran.code(), ran.out()), (1, FIXED));
    let err = String::from_utf8_lossy(&ran.err).into_owned();
    assert!(
        err.starts_with("-:3:1: error: ") && err.lines().count() == 1,
        "{err}"
    );
    let ran = run_with(
        program().args(["--fix", "-"]),
        "a.example:mx1.example.net\n",
    );
    assert_eq!((ran.code(), ran.out()), (0, "a.example:mx1.example.net\n"));
    assert!(ran.err.is_empty());
}

#[test]
fn a_diff_shows_what_would_be_done() {
    let dir = Dir::with(&[("t", BAD)]);
    let ran = lint(&dir.join("t"), ["--diff"]);
    assert_eq!(ran.code(), 1);
    for line in [
        "- a.example:mx1.example.net",
        "+a.example:mx1.example.net",
        "+b.example:mx1.example.net",
        " junk",
    ] {
        assert!(
            ran.out().lines().any(|l| l == line),
            "no `{line}` in {}",
            ran.out()
        );
    }
    assert!(String::from_utf8_lossy(&ran.err).contains("[no-colon]"));
    assert_eq!(
        fs::read_to_string(dir.join("t")).unwrap(),
        BAD,
        "nothing is written"
    );
    let clean = Dir::with(&[("t", "a.example:mx1.example.net\n")]);
    let ran = lint(&clean.join("t"), ["--diff"]);
    assert_eq!((ran.code(), ran.out()), (0, ""));
}

#[test]
fn a_diff_masks_secrets() {
    let dir = Dir::with(&[(
        "t",
        " a.example:mx1.example.net:587|user-secret|pass-secret\n",
    )]);
    let ran = lint(&dir.join("t"), ["--diff", "--dialect", "sagredo"]);
    assert!(
        ran.out().starts_with("# masked: do not apply\n"),
        "{}",
        ran.out()
    );
    assert!(!ran.out().contains("secret"));
    // What is written is the user's own.
    lint(&dir.join("t"), ["--fix", "--dialect", "sagredo"]);
    let text = fs::read_to_string(dir.join("t")).unwrap();
    assert_eq!(
        text,
        "a.example:mx1.example.net:587|user-secret|pass-secret\n"
    );
}

#[test]
fn unsafe_fixes_are_asked_for_by_name() {
    let table = "a.example mx1.example.net\n";
    let dir = Dir::with(&[("t", table)]);
    lint(&dir.join("t"), ["--fix"]);
    assert_eq!(fs::read_to_string(dir.join("t")).unwrap(), table);
    let ran = lint(&dir.join("t"), ["--unsafe-fixes"]);
    assert_eq!(
        fs::read_to_string(dir.join("t")).unwrap(),
        "a.example:mx1.example.net\n"
    );
    assert_eq!(ran.code(), 0);
}

#[test]
fn what_is_allowed_is_not_fixed() {
    let table = "# qroute: allow(port-empty)\na.example:mx1.example.net:\n";
    let dir = Dir::with(&[("t", table)]);
    let ran = lint(&dir.join("t"), ["--fix"]);
    assert_eq!(ran.code(), 0);
    assert_eq!(fs::read_to_string(dir.join("t")).unwrap(), table);
}

#[test]
fn a_link_stays_a_link() {
    let dir = Dir::with(&[("real/t", BAD)]);
    std::os::unix::fs::symlink("real/t", dir.join("t")).unwrap();
    lint(&dir.join("t"), ["--fix"]);
    assert!(fs::symlink_metadata(dir.join("t")).unwrap().is_symlink());
    assert_eq!(fs::read_to_string(dir.join("real/t")).unwrap(), FIXED);
}

#[test]
fn a_control_directory_is_fixed_where_it_was_named() {
    let dir = Dir::with(&[("control/smtproutes", BAD), ("control/me", "me.example\n")]);
    run(program().arg("--fix").arg(dir.join("control/me")));
    assert_eq!(
        fs::read_to_string(dir.join("control/smtproutes")).unwrap(),
        BAD
    );
    run(program().arg("--fix").arg(dir.join("control/smtproutes")));
    assert_eq!(
        fs::read_to_string(dir.join("control/smtproutes")).unwrap(),
        FIXED
    );
}
