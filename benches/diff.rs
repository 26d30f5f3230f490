//! qroute-diff beside sort(1) of both files, the least that a comparison by text costs: both sides in one run, medians, ratios.
//! Nothing is judged but the memory.
//!
//! `cargo bench --bench diff`, with Debian's `time` installed. `-- LINES RUNS` changes the size of the tables (1 000 000) and
//! the number of counted runs of each side (3).

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod sides;

use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

use sides::{Lots, Side};

const WORDS: [&str; 12] = [
    "mail", "acme", "north", "blue", "lab", "shop", "port", "delta", "kilo", "omega", "river",
    "stone",
];

/// Most memory in MB, for tables of a million routes.
const MOST_MEGABYTES: u64 = 1024;

/// An old table, one in which one line in a thousand changed, and one in which all did.
fn data(lines: usize) -> PathBuf {
    let dir = sides::directory("bench-diff");
    let mut lots = Lots::new();
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

fn main() {
    let (lines, runs) = (sides::number(0, 1_000_000), sides::number(1, 3));
    let dir = data(lines);
    let program = env!("CARGO_BIN_EXE_qroute-diff");
    for (new, what) in [
        ("old", "the same table twice"),
        ("few", "one line in a thousand changed"),
        ("all", "every line changed"),
    ] {
        let ours = [program, "--no-config", "--dialect", "notqmail", "old", new];
        let both = format!("export LC_ALL=C; sort old >sorted.old && sort {new} >sorted.new");
        let theirs = ["sh", "-c", &both];
        let title = format!("{lines} routes, {what}");
        let peak = sides::pair(&dir, runs, &title, Side::new(&ours), Side::new(&theirs));
        assert!(
            lines > 1_000_000 || peak <= MOST_MEGABYTES,
            "{peak} MB are more than {MOST_MEGABYTES}"
        );
    }
}
