//! qroute-resolve beside the programs that people use today: both sides in one run, medians, ratios. Nothing is judged.
//!
//! `cargo bench --bench resolve`, with Debian's `postfix` (for `postmap`) and `time` installed. `-- LINES RUNS` changes the
//! size of the table (1 000 000) and the number of counted runs of each side (7).

#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

const LOOKUPS: usize = 100_000;
const WORDS: [&str; 12] = [
    "mail", "acme", "north", "blue", "lab", "shop", "port", "delta", "kilo", "omega", "river",
    "stone",
];

/// xorshift: the same table at every run.
struct Lots(u64);

impl Lots {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % n as u64) as usize
    }

    fn word(&mut self) -> &'static str {
        WORDS[self.below(WORDS.len())]
    }
}

struct Data {
    dir: PathBuf,
    one: String,
}

/// The same routes as smtproutes and as a Postfix text table, and the same questions for both.
fn data(lines: usize) -> Data {
    let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join("bench-resolve");
    fs::create_dir_all(&dir).expect("a directory for the tables");
    let mut lots = Lots(0x9E37_79B9_7F4A_7C15);
    let (mut routes, mut texthash, mut domains) =
        (String::new(), String::new(), Vec::with_capacity(lines));
    for n in 0..lines {
        let dot = if n % 10 == 0 { "." } else { "" };
        let domain = format!("{dot}{}{n}.{}.example", lots.word(), lots.word());
        let relay = format!("mx{}.{}.example.net", lots.below(1000), lots.word());
        let port = if n % 3 == 0 {
            [":25", ":587", ":2525"][lots.below(3)]
        } else {
            ""
        };
        let _ = writeln!(routes, "{domain}:{relay}{port}");
        let _ = writeln!(texthash, "{domain} smtp:[{relay}]{port}");
        domains.push(domain);
    }
    let (mut addresses, mut keys) = (String::new(), String::new());
    for n in 0..LOOKUPS {
        let domain = &domains[lots.below(lines)];
        let prefix = if n % 5 == 0 { "other-" } else { "" };
        let sub = if domain.starts_with('.') { "sub" } else { "" };
        let _ = writeln!(addresses, "user{n}@{prefix}{sub}{domain}");
        let _ = writeln!(keys, "{prefix}{sub}{domain}");
    }
    let files = [
        ("smtproutes", &routes),
        ("texthash", &texthash),
        ("addresses", &addresses),
        ("keys", &keys),
    ];
    for (name, text) in files {
        fs::write(dir.join(name), text).expect("a table");
    }
    let one = domains[lines / 2].trim_start_matches('.').to_owned();
    Data { dir, one }
}

#[derive(Clone, Copy)]
struct Run {
    seconds: f64,
    kilobytes: u64,
}

/// Runs a command to its end under time(1), which knows the peak memory.
fn run(dir: &Path, command: &[&str], input: Option<&str>) -> Run {
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
        .args(command);
    timed.stdin(input.map_or(Stdio::null(), |name| {
        fs::File::open(dir.join(name)).expect("input").into()
    }));
    let begun = std::time::Instant::now();
    let status = timed
        .stdout(Stdio::null())
        .status()
        .expect("/usr/bin/time (Debian package time)");
    let seconds = begun.elapsed().as_secs_f64();
    // grep and postmap exit 1 when some key is not found; anything above is trouble.
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

/// Runs both in turn and prints medians and the median of the pairwise ratios.
fn pair(
    dir: &Path,
    runs: usize,
    what: &str,
    ours: (&[&str], Option<&str>),
    theirs: (&[&str], Option<&str>),
) {
    let (mut a, mut b) = (Vec::new(), Vec::new());
    for n in 0..=runs {
        let pair = (run(dir, ours.0, ours.1), run(dir, theirs.0, theirs.1));
        // The first pair warms the page cache.
        if n > 0 {
            a.push(pair.0);
            b.push(pair.1);
        }
    }
    let peak = |runs: &[Run]| runs.iter().map(|r| r.kilobytes).max().unwrap_or(0) / 1024;
    let seconds = |runs: &[Run]| median(runs.iter().map(|r| r.seconds).collect());
    let ratio = median(
        a.iter()
            .zip(&b)
            .map(|(a, b)| a.seconds / b.seconds)
            .collect(),
    );
    println!("{what}");
    println!(
        "  {:<44} {:>8.3} s {:>5} MB",
        ours.0[0].rsplit('/').next().unwrap_or(""),
        seconds(&a),
        peak(&a)
    );
    println!(
        "  {:<44} {:>8.3} s {:>5} MB",
        theirs.0.join(" "),
        seconds(&b),
        peak(&b)
    );
    println!("  ratio {ratio:.3}");
}

fn main() {
    let numbers: Vec<usize> = std::env::args()
        .skip(1)
        .filter_map(|a| a.parse().ok())
        .collect();
    let lines = numbers.first().copied().unwrap_or(1_000_000);
    let runs = numbers.get(1).copied().unwrap_or(7).max(1);
    let data = data(lines);
    let program = env!("CARGO_BIN_EXE_qroute-resolve");
    let base = [program, "--no-config", "--no-dns", "--routes", "smtproutes"];

    let batch = [&base[..], &["--batch", "addresses"]].concat();
    let postmap = ["postmap", "-q", "-", "texthash:texthash"];
    let title = format!("{LOOKUPS} addresses against the text of {lines} lines");
    pair(
        &data.dir,
        runs,
        &title,
        (&batch, None),
        (&postmap, Some("keys")),
    );

    let address = format!("user@{}", data.one);
    let one = [&base[..], &[address.as_str()]].concat();
    let pattern = format!("^{}:", data.one);
    let grep = ["grep", "-c", pattern.as_str(), "smtproutes"];
    pair(
        &data.dir,
        runs,
        &format!("one address against the text of {lines} lines"),
        (&one, None),
        (&grep, None),
    );
}
