//! qroute-diff beside sort(1) of both files, the least that a comparison by text costs: both sides in one run, medians, ratios.
//! Nothing is judged but the memory.
//!
//! `cargo bench --bench diff`, with Debian's `time` installed. `-- LINES RUNS` changes the size of the tables (1 000 000) and
//! the number of counted runs of each side (3).

#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

const WORDS: [&str; 12] = [
    "mail", "acme", "north", "blue", "lab", "shop", "port", "delta", "kilo", "omega", "river",
    "stone",
];

/// Most memory in MB, for tables of a million routes.
const MOST_MEGABYTES: u64 = 1024;

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

/// An old table, one in which one line in a thousand changed, and one in which all did.
fn data(lines: usize) -> PathBuf {
    let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join("bench-diff");
    fs::create_dir_all(&dir).expect("a directory for the tables");
    let mut lots = Lots(0x9E37_79B9_7F4A_7C15);
    let (mut old, mut few, mut all) = (String::new(), String::new(), String::new());
    for n in 0..lines {
        let dot = if n % 10 == 0 { "." } else { "" };
        let word = WORDS[lots.below(WORDS.len())];
        let domain = format!("{dot}{word}{n}.{}.example", WORDS[lots.below(WORDS.len())]);
        let relay = format!("mx{}.example.net", lots.below(1000));
        let _ = writeln!(old, "{domain}:{relay}");
        let port = if n % 1000 == 0 { ":587" } else { "" };
        let _ = writeln!(few, "{domain}:{relay}{port}");
        let _ = writeln!(all, "{domain}:new-{relay}");
    }
    for (name, text) in [("old", old), ("few", few), ("all", all)] {
        fs::write(dir.join(name), text).expect("a table");
    }
    dir
}

/// Seconds and peak megabytes of a command.
fn run(dir: &Path, command: &[&str]) -> (f64, u64) {
    let report = dir.join("time");
    let begun = Instant::now();
    let status = Command::new("/usr/bin/time")
        .current_dir(dir)
        .env("LC_ALL", "C")
        .arg("-o")
        .arg(&report)
        .args(["-f", "%M"])
        .args(command)
        .stdout(Stdio::null())
        .status()
        .expect("/usr/bin/time (Debian package time)");
    let seconds = begun.elapsed().as_secs_f64();
    assert!(
        status.code().is_some_and(|code| code < 2),
        "{command:?}: {status}"
    );
    let report = fs::read_to_string(report).expect("the report of time");
    let kilobytes: u64 = report
        .split_whitespace()
        .last()
        .and_then(|m| m.parse().ok())
        .expect("peak memory");
    (seconds, kilobytes / 1024)
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
    let runs = numbers.get(1).copied().unwrap_or(3).max(1);
    let dir = data(lines);
    let program = env!("CARGO_BIN_EXE_qroute-diff");
    for (new, what) in [
        ("old", "the same table twice"),
        ("few", "one line in a thousand changed"),
        ("all", "every line changed"),
    ] {
        let ours = [program, "--no-config", "--dialect", "notqmail", "old", new];
        let both = format!("sort old >sorted.old; sort {new} >sorted.new");
        let theirs = ["sh", "-c", &both];
        let (mut seconds, mut sorted, mut peak) = (Vec::new(), Vec::new(), 0);
        for n in 0..=runs {
            let (a, memory) = run(&dir, &ours);
            let (b, _) = run(&dir, &theirs);
            // The first pair warms the page cache.
            if n > 0 {
                seconds.push(a);
                sorted.push(b);
                peak = peak.max(memory);
            }
        }
        let ratio = seconds.iter().zip(&sorted).map(|(a, b)| a / b).collect();
        println!("{lines} routes, {what}");
        println!("  qroute-diff      {:>8.3} s {peak:>5} MB", median(seconds));
        println!("  sort, both files {:>8.3} s", median(sorted));
        println!("  ratio {:.3}", median(ratio));
        assert!(
            lines > 1_000_000 || peak <= MOST_MEGABYTES,
            "{peak} MB are more than {MOST_MEGABYTES}"
        );
    }
}
