//! The scripts in `testdata/recipes` that run programs with options; those that deliver are in `remote.rs`.

use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::dns_server::{A, MX, Reply, SERVFAIL, Server, a, mx};
use super::support::{Dir, Ran, bare, run};
use super::writing::{names, read};

fn routes_changed(dir: &Dir, options: &[&str]) -> Ran {
    let recipe = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/recipes/routes-changed");
    let programs = Path::new(env!("CARGO_BIN_EXE_qroute-resolve"));
    let mut path = programs.parent().unwrap().as_os_str().to_owned();
    path.push(":");
    path.push(std::env::var_os("PATH").unwrap());
    let mut command: Command = bare(recipe);
    command.env("PATH", path).current_dir(dir.path());
    command.args(["watched", "answers.jsonl", "--no-config"]);
    run(command.args(options))
}

#[test]
fn cron_pages_once_for_a_change() {
    let dir = Dir::with(&[
        ("smtproutes", "acme.example:mx1.acme.example\n"),
        // Answered with an error each time, which is no change.
        ("watched", "info@acme.example\nb@partner.example\n\n"),
    ]);
    let asked = || routes_changed(&dir, &["--no-dns", "--routes", "smtproutes"]);
    let silent = || {
        let ran = asked();
        assert_eq!((ran.code(), ran.out(), ran.err()), (0, "", ""));
    };
    silent();
    silent();
    dir.file("smtproutes", "# new\n\nacme.example:mx1.acme.example:25\n");
    silent();
    dir.file(
        "smtproutes",
        ".example:smart.acme.example\nacme.example:mx1.acme.example\n",
    );
    let ran = asked();
    assert_eq!(ran.code(), 0);
    assert_eq!(
        ran.out(),
        "b@partner.example\tstatic\tsmart.acme.example:25\t-\t-\tsmtproutes:1\n"
    );
    silent();
    assert_eq!(
        names(dir.path()),
        ["answers.jsonl", "smtproutes", "watched"]
    );
}

#[test]
fn trouble_is_said_and_keeps_the_answers() {
    let dir = Dir::with(&[
        ("smtproutes", "acme.example:mx1.acme.example\n"),
        ("watched", "info@acme.example\n"),
    ]);
    let options = ["--no-dns", "--routes", "smtproutes"];
    assert_eq!(routes_changed(&dir, &options).code(), 0);
    let kept = read(&dir.join("answers.jsonl"));
    routes_changed(&dir, &["--no-such-option"]).fails(2, &["--no-such-option"]);
    std::fs::remove_file(dir.join("smtproutes")).unwrap();
    routes_changed(&dir, &options).fails(2, &["smtproutes"]);
    assert_eq!(read(&dir.join("answers.jsonl")), kept);
    std::fs::remove_file(dir.join("watched")).unwrap();
    dir.file("smtproutes", "");
    routes_changed(&dir, &options).fails(2, &["watched"]);
}

/// Without an answer from DNS nothing is said, and nothing is forgotten.
#[test]
fn an_outage_of_dns_is_no_change() {
    let works = Arc::new(AtomicBool::new(true));
    let asked = Arc::clone(&works);
    let server = Server::start(move |_, kind| {
        Some(match (asked.load(Ordering::SeqCst), kind) {
            (false, _) => Reply::code(SERVFAIL),
            (true, MX) => Reply::records([mx(10, "mx.acme.example")]),
            (true, A) => Reply::records([a("192.0.2.1")]),
            (true, _) => Reply::default(),
        })
    });
    let dir = Dir::with(&[("smtproutes", ""), ("watched", "info@acme.example\n")]);
    let address = server.address().to_string();
    let silent = |answers: bool| {
        let options = ["--dns-server", &address, "--routes", "smtproutes"];
        let ran = routes_changed(&dir, &options);
        assert_eq!((ran.code(), ran.out(), ran.err()), (0, "", ""));
        assert_eq!(dir.join("answers.jsonl").exists(), answers);
    };
    works.store(false, Ordering::SeqCst);
    silent(false);
    works.store(true, Ordering::SeqCst);
    silent(true);
    let kept = read(&dir.join("answers.jsonl"));
    assert!(kept.contains("mx.acme.example"), "{kept}");
    works.store(false, Ordering::SeqCst);
    silent(true);
    assert_eq!(read(&dir.join("answers.jsonl")), kept);
}
