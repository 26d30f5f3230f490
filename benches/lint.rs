//! qroute-lint beside nsd-checkzone: a table and a zone of as many lines, both sides in one run, medians, ratios. Nothing is
//! judged.
//!
//! `cargo bench --bench lint`, with Debian's `nsd` and `time` installed. `-- LINES RUNS` changes the size of both files
//! (1 000 000) and the number of counted runs of each side (7).

#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// xorshift: the same table at every run.
struct Lots(u64);

impl Lots {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % n as u64) as usize
    }
}

/// A table of `lines` lines, one in a hundred with a mistake of one of ten kinds.
fn table(lines: usize) -> String {
    let mut lots = Lots(0x9E37_79B9_7F4A_7C15);
    let mut text = String::with_capacity(lines * 48);
    text.push_str("# routes of all customers\n");
    for n in 1..lines.saturating_sub(1) {
        let relay = format!("relay{}.example.net", lots.below(1000));
        let _ = match n % 100 {
            0 => mistake(&mut text, n, &relay),
            1..=60 => writeln!(text, "dom{n}.example:{relay}"),
            61..=70 => writeln!(text, ".dom{n}.example:{relay}"),
            71..=85 => writeln!(
                text,
                "dom{n}.example:{relay}:{}",
                [25, 587, 2525][lots.below(3)]
            ),
            86..=90 => writeln!(text, "dom{n}.example:"),
            91..=93 => writeln!(text, "# customer {n}, since 2019"),
            94 => writeln!(text),
            _ => writeln!(text, "mail.dom{n}.city{}.example:{relay}", lots.below(5000)),
        };
    }
    text.push_str(":smarthost.example.net:587\n");
    text
}

fn mistake(text: &mut String, n: usize, relay: &str) -> std::fmt::Result {
    match n / 100 % 10 {
        0 => writeln!(text, "dom{n}.example:{relay}\r"),
        1 => writeln!(text, " dom{n}.example:{relay}"),
        2 => writeln!(text, "dom{n}.example:{relay}:"),
        3 => writeln!(text, "dom{n}.example:{relay} # old"),
        4 => writeln!(text, "dom{n}.example {relay}"),
        5 => writeln!(text, "dom{}.example:other.example.net", n - 50),
        6 => writeln!(text, "dom{n}.example:smarthost.example.net:587"),
        7 => writeln!(text, "dom{n}.example:127.0.0.1"),
        8 => writeln!(text, "*.dom{n}.example:{relay}"),
        _ => writeln!(text, "dom{n}.example:{relay}:65561"),
    }
}

/// A zone of as many records.
fn zone(lines: usize) -> String {
    let mut text = String::with_capacity(lines * 48);
    text.push_str("$ORIGIN example.\n$TTL 3600\n");
    text.push_str("@ IN SOA ns.example. hostmaster.example. 1 7200 3600 604800 3600\n");
    text.push_str("@ IN NS ns.example.\nns IN A 192.0.2.1\n");
    for n in 0..lines.saturating_sub(3) {
        let _ = writeln!(
            text,
            "dom{n} IN MX 10 relay{}.example.net.",
            n * 7919 % 1000
        );
    }
    text
}

#[derive(Clone, Copy)]
struct Run {
    seconds: f64,
    kilobytes: u64,
}

/// Runs a command to its end under time(1), which knows the peak memory.
fn run(dir: &Path, command: &[&str]) -> Run {
    let report = dir.join("time");
    let begun = std::time::Instant::now();
    let status = Command::new("/usr/bin/time")
        .current_dir(dir)
        .args([
            "-o".as_ref(),
            report.as_os_str(),
            "-f".as_ref(),
            "%e %M".as_ref(),
        ])
        .args(command)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .expect("/usr/bin/time (Debian package time)");
    let seconds = begun.elapsed().as_secs_f64();
    // qroute-lint exits 1 when it finds something; anything above is trouble.
    assert!(
        status.code().is_some_and(|code| code < 2),
        "{command:?}: {status}"
    );
    let report = fs::read_to_string(report).expect("the report of time");
    let memory = report
        .split_whitespace()
        .last()
        .and_then(|m| m.parse().ok())
        .expect("peak memory");
    Run {
        seconds,
        kilobytes: memory,
    }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn main() {
    let numbers: Vec<usize> = std::env::args()
        .skip(1)
        .filter_map(|a| a.parse().ok())
        .collect();
    let lines = numbers.first().copied().unwrap_or(1_000_000);
    let runs = numbers.get(1).copied().unwrap_or(7).max(1);
    let dir: PathBuf = Path::new(env!("CARGO_TARGET_TMPDIR")).join("bench-lint");
    fs::create_dir_all(&dir).expect("a directory for the files");
    fs::write(dir.join("smtproutes"), table(lines)).expect("the table");
    fs::write(dir.join("zone"), zone(lines)).expect("the zone");
    let ours = [
        env!("CARGO_BIN_EXE_qroute-lint"),
        "--no-config",
        "--dialect",
        "notqmail",
        "--output-format",
        "concise",
        "smtproutes",
    ];
    let theirs = ["nsd-checkzone", "example", "zone"];
    let (mut a, mut b) = (Vec::new(), Vec::new());
    for n in 0..=runs {
        let pair = (run(&dir, &ours), run(&dir, &theirs));
        // The first pair warms the page cache.
        if n > 0 {
            a.push(pair.0);
            b.push(pair.1);
        }
    }
    let seconds = |runs: &[Run]| median(runs.iter().map(|r| r.seconds).collect());
    let peak = |runs: &[Run]| runs.iter().map(|r| r.kilobytes).max().unwrap_or(0) / 1024;
    let ratios = a.iter().zip(&b).map(|(a, b)| a.seconds / b.seconds);
    println!("a table of {lines} lines, 1 % of them wrong, and a zone of {lines} records");
    for (what, runs) in [("qroute-lint", &a), ("nsd-checkzone", &b)] {
        println!("  {what:<20} {:>8.3} s {:>5} MB", seconds(runs), peak(runs));
    }
    println!("  ratio {:.3}", median(ratios.collect()));
}
