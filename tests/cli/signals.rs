//! Readers that go away, full disks, signals.

use std::fs::File;
use std::io::{Read, Write};
use std::os::unix::process::ExitStatusExt;
use std::process::Stdio;
use std::time::Duration;

use super::support::{Dir, command, drain, offline, run, signal, start, wait};

const SIGINT: i32 = 2;
const SIGTERM: i32 = 15;

#[test]
fn a_closed_pipe_ends_it_silently() {
    let dir = Dir::new();
    let table = dir.file("smtproutes", ":r\n");
    let batch = dir.file("batch", "u@d.example\n".repeat(20_000));
    for args in [&[][..], &["--output-format", "json"], &["--explain"]] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let mut command = offline();
        command
            .arg("--routes")
            .arg(&table)
            .arg("--batch")
            .arg(&batch)
            .args(args);
        let mut child = start(command.stdout(writer).stderr(Stdio::piped()));
        let err = drain(child.stderr.take());
        assert_eq!(wait(&mut child).code(), Some(141));
        assert!(err.join().unwrap().is_empty());
    }
    for only in ["--help", "--version", "--kinds", "--formats"] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let mut child = start(command().arg(only).stdout(writer).stderr(Stdio::piped()));
        let err = drain(child.stderr.take());
        assert_eq!(wait(&mut child).code(), Some(141), "{only}");
        assert!(err.join().unwrap().is_empty(), "{only}");
    }
}

#[test]
fn a_full_disk_is_not_silent() {
    let dir = Dir::new();
    let table = dir.file("smtproutes", ":r\n");
    let full = || File::options().write(true).open("/dev/full").unwrap();
    let ended = |mut command: std::process::Command| {
        let mut child = start(command.stdout(full()).stderr(Stdio::piped()));
        let err = drain(child.stderr.take());
        let code = wait(&mut child).code();
        (code, String::from_utf8(err.join().unwrap()).unwrap())
    };
    let mut one = offline();
    one.arg("--routes").arg(table).args(["--exit-zero", "d"]);
    let mut help = command();
    help.arg("--help");
    for command in [one, help] {
        let (code, err) = ended(command);
        assert_eq!(code, Some(2), "{err}");
        let words = "qroute-resolve: error: cannot write to standard output: No space left";
        assert!(err.starts_with(words), "{err}");
    }
}

/// Whole lines of six fields, and nothing behind the last of them.
fn whole_lines(out: &[u8]) -> usize {
    assert!(out.is_empty() || out.ends_with(b"\n"), "cut");
    let text = std::str::from_utf8(out).unwrap();
    for line in text.lines() {
        assert_eq!(line.split('\t').count(), 6, "{line}");
    }
    text.lines().count()
}

/// Feeds records until nobody takes them.
fn feed(child: &mut std::process::Child) -> std::thread::JoinHandle<()> {
    let mut stdin = child.stdin.take().unwrap();
    std::thread::spawn(move || {
        let records = "somebody@a.rather.long.domain.example\n".repeat(100);
        while stdin.write_all(records.as_bytes()).is_ok() {}
    })
}

fn endless(dir: &Dir) -> std::process::Child {
    let mut command = offline();
    command
        .arg("--routes")
        .arg(dir.file("smtproutes", ":r\n"))
        .args(["--batch", "-"]);
    start(
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped()),
    )
}

#[test]
fn signals_end_it_between_lines() {
    for (name, number) in [("INT", SIGINT), ("TERM", SIGTERM)] {
        let dir = Dir::new();
        let mut child = endless(&dir);
        let feeder = feed(&mut child);
        let mut stdout = child.stdout.take().unwrap();
        let mut out = vec![0; 300_000];
        stdout.read_exact(&mut out).unwrap();
        signal(&child, name);
        stdout.read_to_end(&mut out).unwrap();
        assert_eq!(wait(&mut child).signal(), Some(number));
        assert!(whole_lines(&out) > 1000);
        feeder.join().unwrap();
    }
}

/// `qroute-resolve --batch … | less`, and somebody loses patience.
#[test]
fn a_reader_that_stopped_does_not_keep_it_alive() {
    let dir = Dir::new();
    let mut child = endless(&dir);
    let feeder = feed(&mut child);
    let mut stdout = child.stdout.take().unwrap();
    let mut out = vec![0; 1000];
    stdout.read_exact(&mut out).unwrap();
    // Time to fill the pipe; a machine that is slower tests less.
    std::thread::sleep(Duration::from_millis(300));
    signal(&child, "INT");
    assert_eq!(wait(&mut child).signal(), Some(SIGINT));
    stdout.read_to_end(&mut out).unwrap();
    assert!(whole_lines(&out) > 100);
    feeder.join().unwrap();
}

#[test]
fn a_waiting_program_dies_of_a_signal_too() {
    let dir = Dir::new();
    let mut child = endless(&dir);
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(b"u@d\n").unwrap();
    let mut stdout = child.stdout.take().unwrap();
    let mut out = vec![0; 8];
    stdout.read_exact(&mut out).unwrap();
    signal(&child, "INT");
    assert_eq!(wait(&mut child).signal(), Some(SIGINT));
    stdout.read_to_end(&mut out).unwrap();
    assert_eq!(whole_lines(&out), 1);
}

#[test]
fn what_was_answered_before_the_trouble_is_printed() {
    let dir = Dir::new();
    let mut command = offline();
    command.arg("--routes").arg(dir.file("smtproutes", ":r\n"));
    let ran = run(command.args(["--batch", "/proc/self/mem", "a.example", "b.example"]));
    ran.fails(2, &["cannot read the batch"]);
    assert_eq!(ran.answers(), ["static r:25", "static r:25"]);
}
