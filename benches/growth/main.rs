//! How the cost of each program grows with its table: a thousand lines to ten million.
//!
//! `cargo bench --bench growth` prints a table and writes `testdata/bench/growth.tsv` and `testdata/bench/growth.svg`, which the
//! README shows. `-- LARGEST` stops at a smaller table (10 000 000). Every size is run five times up to 100 000 lines, three
//! times at a million and once beyond; the least time is kept, because other work on the machine only adds to it. Needs
//! Debian's `time`, and 6 GB of memory for the largest.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod plot;
#[path = "../sides/mod.rs"]
mod sides;

use std::fmt::Write as _;
use std::fs;
use std::io::{BufWriter, Write as _};
use std::path::Path;

use sides::{Lots, Run, Side};

const SIZES: [usize; 5] = [1_000, 10_000, 100_000, 1_000_000, 10_000_000];

/// What is run, by a name for people; `TABLE` is the table, which has a database beside it where `COMPILED` is named.
const WORK: &[(&str, &[&str])] = &[
    (
        "resolve, one address, compiled",
        &[
            env!("CARGO_BIN_EXE_qroute-resolve"),
            "--no-config",
            "--no-dns",
            "--routes",
            "COMPILED",
            "u@last.example",
        ],
    ),
    (
        "resolve, one address, text",
        &[
            env!("CARGO_BIN_EXE_qroute-resolve"),
            "--no-config",
            "--no-dns",
            "--routes",
            "TABLE",
            "u@last.example",
        ],
    ),
    (
        "remote, one message, compiled",
        &[
            env!("CARGO_BIN_EXE_qroute-remote"),
            "last.example",
            "s@own.example",
            "u@last.example",
        ],
    ),
    (
        "resolve, as many addresses as lines",
        &[
            env!("CARGO_BIN_EXE_qroute-resolve"),
            "--no-config",
            "--no-dns",
            "--routes",
            "TABLE",
            "--batch",
            "addresses",
        ],
    ),
    (
        "lint",
        &[
            env!("CARGO_BIN_EXE_qroute-lint"),
            "--no-config",
            "--dialect",
            "notqmail",
            "TABLE",
        ],
    ),
    (
        "compile",
        &[
            env!("CARGO_BIN_EXE_qroute-compile"),
            "--no-config",
            "-o",
            "made.cdb",
            "TABLE",
        ],
    ),
    (
        "fmt --check",
        &[
            env!("CARGO_BIN_EXE_qroute-fmt"),
            "--no-config",
            "--check",
            "TABLE",
        ],
    ),
    (
        "diff, with itself",
        &[
            env!("CARGO_BIN_EXE_qroute-diff"),
            "--no-config",
            "TABLE",
            "TABLE",
        ],
    ),
    (
        "convert to s/qmail",
        &[
            env!("CARGO_BIN_EXE_qroute-convert"),
            "--no-config",
            "--from",
            "smtproutes",
            "--to",
            "smtproutes",
            "--to-dialect",
            "s-qmail",
            "TABLE",
        ],
    ),
];

/// A table of `lines` lines and as many addresses, and a home for qroute-remote.
fn data(dir: &Path, lines: usize) {
    let mut lots = Lots::new();
    let file = |name: &str| BufWriter::new(fs::File::create(dir.join(name)).unwrap());
    let (mut table, mut addresses) = (file("table"), file("addresses"));
    for n in 1..lines {
        let dot = if n % 10 == 0 { "." } else { "" };
        let port = if n % 3 == 0 { ":587" } else { "" };
        writeln!(
            table,
            "{dot}d{n}.net{}.example:mx{}.example.net{port}",
            lots.below(5000),
            lots.below(1000)
        )
        .unwrap();
        writeln!(addresses, "user@d{n}.net{}.example", lots.below(5000)).unwrap();
    }
    // Nothing listens there, so that a delivery ends at once.
    writeln!(table, "last.example:127.0.0.1:1").unwrap();
    writeln!(addresses, "user@last.example").unwrap();
    drop((table, addresses));
    fs::create_dir_all(dir.join("home/control")).unwrap();
    fs::write(dir.join("home/control/me"), "own.example\n").unwrap();
    for name in ["compiled", "home/control/smtproutes"] {
        fs::copy(dir.join("table"), dir.join(name)).unwrap();
        let mut compile = std::process::Command::new(env!("CARGO_BIN_EXE_qroute-compile"));
        let dialect = if name == "compiled" {
            "notqmail"
        } else {
            "qroute"
        };
        let status = compile
            .args(["--no-config", "--dialect", dialect, name])
            .current_dir(dir)
            .status();
        assert!(status.unwrap().success());
    }
}

fn least(dir: &Path, words: &[&str], times: usize) -> Run {
    let words: Vec<&str> = words
        .iter()
        .map(|&word| match word {
            "TABLE" => "table",
            "COMPILED" => "compiled",
            word => word,
        })
        .collect();
    let side = Side {
        words: &words,
        input: words
            .iter()
            .any(|w| w.ends_with("qroute-remote"))
            .then_some("message"),
    };
    let runs: Vec<Run> = (0..times).map(|_| sides::run(dir, side)).collect();
    Run {
        seconds: runs.iter().map(|run| run.seconds).fold(f64::MAX, f64::min),
        kilobytes: runs.iter().map(|run| run.kilobytes).max().unwrap_or(0),
    }
}

fn main() {
    let largest = sides::number(0, 10_000_000);
    let dir = sides::directory("bench-growth");
    fs::write(dir.join("message"), "Subject: t\n\nx\n").unwrap();
    // qroute-remote is told its home by the environment; all processes below get it.
    let home = dir.join("home");
    let sizes: Vec<usize> = SIZES.into_iter().filter(|&size| size <= largest).collect();
    let mut rows: Vec<(&str, Vec<Run>)> =
        WORK.iter().map(|(name, _)| (*name, Vec::new())).collect();
    for &lines in &sizes {
        data(&dir, lines);
        let times = match lines {
            0..=100_000 => 5,
            100_001..=1_000_000 => 3,
            _ => 1,
        };
        for ((name, words), (_, runs)) in WORK.iter().zip(&mut rows) {
            let env = ["/usr/bin/env", &format!("QMAILHOME={}", home.display())].map(str::to_owned);
            let words: Vec<&str> = match words[0].ends_with("remote") {
                true => env
                    .iter()
                    .map(String::as_str)
                    .chain(words.iter().copied())
                    .collect(),
                false => words.to_vec(),
            };
            let run = least(&dir, &words, times);
            println!(
                "{lines:>9} lines  {name:<38} {:>9.4} s {:>6} MB",
                run.seconds,
                run.kilobytes / 1024
            );
            runs.push(run);
        }
    }
    let mut table = String::from("work\tlines\tseconds\tmegabytes\n");
    for (name, runs) in &rows {
        for (lines, run) in sizes.iter().zip(runs) {
            writeln!(
                table,
                "{name}\t{lines}\t{:.4}\t{}",
                run.seconds,
                run.kilobytes.div_ceil(1024)
            )
            .unwrap();
        }
    }
    let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/bench");
    fs::create_dir_all(&kept).unwrap();
    let series: Vec<(&str, Vec<f64>)> = rows
        .iter()
        .map(|(name, runs)| (*name, runs.iter().map(|run| run.seconds).collect()))
        .collect();
    fs::write(kept.join("growth.svg"), plot::svg(&sizes, &series)).unwrap();
    fs::write(kept.join("growth.tsv"), table).unwrap();
    let _ = fs::remove_dir_all(&dir);
}
