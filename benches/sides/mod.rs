//! Two programs beside each other: both run in turn, medians, ratios. Nothing is judged here.
//!
//! Needs Debian's `time`.

#![allow(dead_code)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// xorshift: the same data at every run.
pub struct Lots(u64);

impl Lots {
    pub fn new() -> Self {
        Lots(0x9E37_79B9_7F4A_7C15)
    }

    pub fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % n as u64) as usize
    }
}

/// Number `n` on the command line, counted from 0; `default` without.
pub fn number(n: usize, default: usize) -> usize {
    let numbers = std::env::args().skip(1).filter_map(|a| a.parse().ok());
    numbers
        .skip(n)
        .map(|n: usize| n.max(1))
        .next()
        .unwrap_or(default)
}

/// A directory for the files of bench `name`.
pub fn directory(name: &str) -> PathBuf {
    let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::create_dir_all(&dir).expect("a directory for the files");
    dir
}

/// A command, and the file that it reads on standard input.
#[derive(Clone, Copy)]
pub struct Side<'a> {
    pub words: &'a [&'a str],
    pub input: Option<&'a str>,
}

impl<'a> Side<'a> {
    pub fn new(words: &'a [&'a str]) -> Self {
        Side { words, input: None }
    }

    fn title(self) -> String {
        let program = self.words[0].rsplit('/').next().unwrap_or("");
        let rest = self.words[1..].join(" ");
        let mut title = format!("{program} {rest}");
        if title.len() > 60 {
            title = program.to_owned();
        }
        title
    }
}

/// What a run took: time, and the most memory of one process.
#[derive(Clone, Copy)]
pub struct Run {
    pub seconds: f64,
    pub kilobytes: u64,
}

/// Runs a command to its end under time(1), which knows the peak memory.
pub fn run(dir: &Path, side: Side<'_>) -> Run {
    let report = dir.join("time");
    let mut timed = Command::new("/usr/bin/time");
    timed
        .current_dir(dir)
        .args([
            "-o".as_ref(),
            report.as_os_str(),
            "-f".as_ref(),
            "%e %M".as_ref(),
        ])
        .args(side.words);
    timed.stdin(side.input.map_or(Stdio::null(), |name| {
        fs::File::open(dir.join(name)).expect("input").into()
    }));
    let begun = std::time::Instant::now();
    let status = timed
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .expect("/usr/bin/time (Debian package time)");
    let seconds = begun.elapsed().as_secs_f64();
    // 1 says that something was found, or not found; anything above is trouble.
    assert!(
        status.code().is_some_and(|code| code < 2),
        "{:?}: {status}",
        side.words
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

/// The value in the middle.
pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// Runs both in turn, `runs` times, and prints medians and the median of the pairwise ratios. Returns the most memory that ours
/// took, in MB.
pub fn pair(dir: &Path, runs: usize, what: &str, ours: Side<'_>, theirs: Side<'_>) -> u64 {
    let (mut a, mut b) = (Vec::new(), Vec::new());
    for n in 0..=runs {
        let pair = (run(dir, ours), run(dir, theirs));
        // The first pair warms the page cache.
        if n > 0 {
            a.push(pair.0);
            b.push(pair.1);
        }
    }
    println!("{what}");
    let peak = |runs: &[Run]| runs.iter().map(|r| r.kilobytes).max().unwrap_or(0) / 1024;
    for (side, runs) in [(ours, &a), (theirs, &b)] {
        let seconds = median(runs.iter().map(|r| r.seconds).collect());
        let peak = peak(runs);
        println!("  {:<60} {seconds:>8.3} s {peak:>5} MB", side.title());
    }
    let ratios = a.iter().zip(&b).map(|(a, b)| a.seconds / b.seconds);
    println!("  ratio {:.3}", median(ratios.collect()));
    peak(&a)
}
