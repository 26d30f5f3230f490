//! qroute.toml: where it is looked for, and what it may say.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use super::support::{Dir, Ran, command, run};

const TABLE: &str = "d:mx;2\n";

fn ask(table: &Path, args: &[&str]) -> Ran {
    run(command()
        .arg("--no-dns")
        .arg("--routes")
        .arg(table)
        .args(args)
        .arg("d"))
}

/// The dialect that was read: `;` is a port in s/qmail alone.
fn read_as_s_qmail(table: &Path) -> bool {
    ask(table, &[]).answer().starts_with("static mx:2 ")
}

const S_QMAIL: &str = "dialect = \"s-qmail\"\n";

#[test]
fn it_is_searched_upward_from_the_table() {
    let dir = Dir::with(&[("qroute.toml", S_QMAIL), ("a/b/smtproutes", TABLE)]);
    let table = dir.join("a/b/smtproutes");
    assert!(read_as_s_qmail(&table));
    // The nearest one decides alone.
    dir.file("a/qroute.toml", "");
    assert!(!read_as_s_qmail(&table));
}

#[test]
fn it_is_searched_from_here_for_standard_input() {
    let dir = Dir::with(&[("qroute.toml", S_QMAIL)]);
    let mut command = command();
    command
        .current_dir(dir.path())
        .args(["--no-dns", "--routes", "-", "d"]);
    let ran = super::support::run_with(&mut command, TABLE);
    assert_eq!(ran.answer(), "static mx:2 - - -:1");
}

#[test]
fn the_search_stops_at_a_repository_root() {
    let dir = Dir::with(&[("qroute.toml", S_QMAIL), ("repo/sub/smtproutes", TABLE)]);
    let table = dir.join("repo/sub/smtproutes");
    std::fs::create_dir(dir.join("repo/.git")).unwrap();
    assert!(!read_as_s_qmail(&table));
    // The root itself belongs to the repository.
    dir.file("repo/qroute.toml", S_QMAIL);
    assert!(read_as_s_qmail(&table));
}

#[test]
fn a_directory_that_others_may_write_is_not_trusted() {
    let dir = Dir::with(&[("open/qroute.toml", S_QMAIL), ("open/smtproutes", TABLE)]);
    let table = dir.join("open/smtproutes");
    assert!(read_as_s_qmail(&table));
    for mode in [0o777, 0o1777] {
        std::fs::set_permissions(dir.join("open"), Permissions::from_mode(mode)).unwrap();
        assert!(!read_as_s_qmail(&table), "{mode:o}");
    }
    // Nor is what stands above it, which whoever moves the directory chooses.
    dir.file("qroute.toml", S_QMAIL);
    assert!(!read_as_s_qmail(&table));
}

#[test]
fn unknown_keys_and_wrong_types_are_errors() {
    let dir = Dir::with(&[("smtproutes", TABLE)]);
    let table = dir.join("smtproutes");
    for (text, words) in [
        (
            "dialekt = \"s-qmail\"\n",
            &["unknown key `dialekt`", "`dialect`"][..],
        ),
        ("[linter]\n", &["unknown key `linter`"]),
        ("dialect = 3\n", &["`dialect` must be a string"]),
        ("own = [1]\n", &["`own` must hold strings"]),
        ("dialect = \"nosuch\"\n", &["unknown dialect `nosuch`"]),
        (
            "own = \"x\"\ndialect = \n",
            &["qroute.toml:2: not valid TOML"],
        ),
    ] {
        dir.file("qroute.toml", text);
        let ran = ask(&table, &[]);
        ran.fails(2, words);
        ran.fails(2, &["qroute.toml"]);
        assert!(ran.out.is_empty(), "{text}");
        assert_eq!(ran.err().lines().count(), 1, "{}", ran.err());
        assert_eq!(ask(&table, &["--no-config"]).code(), 0);
    }
}

#[test]
fn a_configuration_can_be_named() {
    let dir = Dir::with(&[
        ("smtproutes", TABLE),
        ("else/conf", S_QMAIL),
        ("qroute.toml", "bad"),
    ]);
    let (table, named) = (dir.join("smtproutes"), dir.join("else/conf"));
    let named = named.to_str().unwrap();
    let ran = ask(&table, &["--config", named]);
    assert!(ran.answer().starts_with("static mx:2 "));
    let missing = dir.join("none").display().to_string();
    ask(&table, &["--config", &missing]).fails(2, &[&missing, "No such file"]);
    ask(&table, &["--config", named, "--no-config"]).fails(2, &["cannot be used with"]);
}
