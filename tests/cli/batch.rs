//! Batches: one result a record, in order, streaming, in bounded memory.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Stdio};

use super::support::{Dir, Ran, offline, run, run_with, start, wait};

fn table(dir: &Dir) -> std::path::PathBuf {
    dir.file("smtproutes", "a.example:one\nb.example:two\n:rest\n")
}

fn batch(dir: &Dir, args: &[&str], input: impl Into<Vec<u8>>) -> Ran {
    let mut command = offline();
    command
        .arg("--routes")
        .arg(table(dir))
        .args(["--batch", "-"]);
    run_with(command.args(args), input)
}

#[test]
fn one_result_a_record_in_order() {
    let dir = Dir::new();
    let input: String = (0..5000)
        .map(|n| format!("u{n}@{}.example\n", ["a", "b", "c"][n % 3]))
        .collect();
    let ran = batch(&dir, &[], input);
    assert_eq!(ran.code(), 0);
    let lines = ran.lines();
    assert_eq!(lines.len(), 5000);
    for (n, line) in lines.iter().enumerate() {
        let (domain, hop) = [("a", "one:25"), ("b", "two:25"), ("c", "rest:25")][n % 3];
        assert_eq!(line[0], format!("u{n}@{domain}.example"));
        assert_eq!(line[2], hop);
    }
}

#[test]
fn arguments_come_before_the_batch_and_files_work_too() {
    let dir = Dir::new();
    let records = dir.file("records", "u@b.example\nlast@c.example");
    let mut command = offline();
    command
        .arg("--routes")
        .arg(table(&dir))
        .arg("u@a.example")
        .arg("--batch")
        .arg(records);
    let ran = run(&mut command);
    assert_eq!(
        ran.answers(),
        ["static one:25", "static two:25", "static rest:25"]
    );
}

#[test]
fn bad_records_are_results_too() {
    let dir = Dir::new();
    let ran = batch(
        &dir,
        &[],
        b"u@a.example\n\nu@\nu@b.example\r\nu@\xff\nu@a.example\n".to_vec(),
    );
    let kinds: Vec<_> = ran.lines().iter().map(|l| l[3].clone()).collect();
    let bad = "bad-address";
    assert_eq!(kinds, ["-", bad, bad, bad, bad, "-"]);
    assert_eq!(ran.lines()[3][0], "u@b.example\\x0D");
    assert_eq!(ran.code(), 100);
    ran.fails(100, &["the list has CRLF line ends"]);
}

#[test]
fn a_record_names_its_sender() {
    let home = Dir::with(&[
        ("control/me", "m\n"),
        ("control/authsenders", "vip@v.example:vip|u|p\n"),
        ("control/smtproutes", ":hub\n"),
    ]);
    let ask = |args: &[&str], input: &str| {
        let mut command = offline();
        command
            .arg("--home")
            .arg(home.path())
            .args(["--dialect", "sagredo", "--batch", "-"]);
        run_with(command.args(args), input)
    };
    let records =
        "u@d\tvip@v.example\nu@d\t<>\nu@d\t\nu@d\nu@d\t\tsubject\nu@d\tx@y\tsubject\there\n";
    let (vip, hub, open) = ("static vip:25", "static hub:25", "undecided -");
    let ran = ask(&[], records);
    assert_eq!(ran.answers(), [vip, hub, open, open, open, hub]);
    assert_eq!(ran.code(), 1);
    assert!(ran.lines().iter().all(|l| l[0] == "u@d"));
    // What the record leaves open the option settles.
    let ran = ask(&["--sender", "vip@v.example"], records);
    assert_eq!(ran.answers(), [vip, hub, vip, vip, vip, hub]);
    let ran = ask(&[], "u@d\ts\x08@e\n");
    ran.fails(100, &["the sender holds control bytes"]);
}

struct Coprocess {
    child: Child,
    stdin: ChildStdin,
    stdout: BufReader<ChildStdout>,
}

impl Coprocess {
    fn start(dir: &Dir, args: &[&str]) -> Coprocess {
        let mut command = offline();
        command
            .arg("--routes")
            .arg(table(dir))
            .args(["--batch", "-"])
            .args(args);
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        let mut child = start(&mut command);
        let stdin = child.stdin.take().unwrap();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        Coprocess {
            child,
            stdin,
            stdout,
        }
    }

    /// Writes one record and waits for its answer. The alarm is only a safety net.
    fn ask(&mut self, record: &[u8], end: u8) -> String {
        self.stdin.write_all(record).unwrap();
        self.stdin.write_all(&[end]).unwrap();
        let mut line = Vec::new();
        let id = self.child.id().to_string();
        let (done, alarm) = std::sync::mpsc::channel::<()>();
        let net = std::thread::spawn(move || {
            let late = alarm.recv_timeout(super::support::HANGS);
            if late == Err(std::sync::mpsc::RecvTimeoutError::Timeout) {
                let _ = std::process::Command::new("kill").arg(id).status();
            }
        });
        self.stdout.read_until(end, &mut line).unwrap();
        drop(done);
        net.join().unwrap();
        assert_eq!(line.pop(), Some(end), "no answer");
        String::from_utf8(line).unwrap()
    }

    /// Peak resident memory so far, in KiB.
    fn peak(&self) -> u64 {
        let path = format!("/proc/{}/status", self.child.id());
        let status = std::fs::read_to_string(path).unwrap();
        let line = status.lines().find(|l| l.starts_with("VmHWM:")).unwrap();
        line.split_whitespace().nth(1).unwrap().parse().unwrap()
    }

    fn end(mut self) -> Option<i32> {
        drop(self.stdin);
        wait(&mut self.child).code()
    }
}

#[test]
fn who_waits_for_an_answer_gets_it() {
    let dir = Dir::new();
    for (args, end) in [
        (&[][..], b'\n'),
        (&["--output-format", "jsonl"], b'\n'),
        (&["-0"], 0),
    ] {
        let mut coprocess = Coprocess::start(&dir, args);
        for n in 0..50 {
            let answer = coprocess.ask(format!("u{n}@a.example").as_bytes(), end);
            assert!(answer.contains(&format!("u{n}@a.example")), "{answer}");
        }
        assert_eq!(coprocess.end(), Some(0));
    }
}

#[test]
fn memory_does_not_grow_with_the_records() {
    let dir = Dir::new();
    let mut coprocess = Coprocess::start(&dir, &[]);
    coprocess.ask(b"u@a.example", b'\n');
    let before = coprocess.peak();
    // 10 MB, then 64 MB, in one record: one error each, and the run goes on.
    for size in [10, 64] {
        let long = vec![b'x'; size * 1_000_000];
        let answer = coprocess.ask(&long, b'\n');
        assert!(answer.starts_with("xxxx"), "{answer}");
        assert!(
            answer.ends_with("\terror\t-\tbad-address\t-\t-"),
            "{answer}"
        );
        assert!(answer.len() < 200, "{}", answer.len());
        let next = coprocess.ask(b"u@b.example", b'\n');
        assert!(next.starts_with("u@b.example\tstatic\ttwo:25\t"));
    }
    let grown = coprocess.peak() - before;
    assert!(grown < 4096, "{grown} KiB more");
    assert_eq!(coprocess.end(), Some(100));
    // The same for many.
    let mut coprocess = Coprocess::start(&dir, &[]);
    let few = coprocess.ask(b"u@a.example", b'\n');
    let before = coprocess.peak();
    for _ in 0..200 {
        let (mut stdin, records) = (&coprocess.stdin, b"u@a.example\n".repeat(1000));
        let writer = || stdin.write_all(&records).unwrap();
        std::thread::scope(|scope| {
            scope.spawn(writer);
            let mut line = String::new();
            for _ in 0..1000 {
                line.clear();
                coprocess.stdout.read_line(&mut line).unwrap();
            }
            assert_eq!(line.trim_end(), few);
        });
    }
    let grown = coprocess.peak() - before;
    assert!(grown < 4096, "{grown} KiB more");
    assert_eq!(coprocess.end(), Some(0));
}

#[test]
fn the_longest_record_is_64_kib() {
    let dir = Dir::new();
    let address = |len: usize| [vec![b'x'; len - 10], b"@a.example\n".to_vec()].concat();
    let ran = batch(&dir, &[], address(65_536));
    assert_eq!(ran.answers(), ["static one:25"]);
    let ran = batch(
        &dir,
        &[],
        [address(65_537), b"u@b.example\n".to_vec()].concat(),
    );
    assert_eq!(ran.answers(), ["error -", "static two:25"]);
    ran.fails(100, &["longer than 65536 bytes"]);
}
