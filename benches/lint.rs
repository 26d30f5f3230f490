//! qroute-lint beside nsd-checkzone: a table and a zone of as many lines, both sides in one run, medians, ratios. Nothing is
//! judged.
//!
//! `cargo bench --bench lint`, with Debian's `nsd` and `time` installed. `-- LINES RUNS` changes the size of both files
//! (1 000 000) and the number of counted runs of each side (7).

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod sides;

use std::fmt::Write as _;
use std::fs;

use sides::{Lots, Side};

/// A table of `lines` lines, one in a hundred with a mistake of one of ten kinds.
fn table(lines: usize) -> String {
    let mut lots = Lots::new();
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

fn main() {
    let (lines, runs) = (sides::number(0, 1_000_000), sides::number(1, 7));
    let dir = sides::directory("bench-lint");
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
    let title =
        format!("a table of {lines} lines, 1 % of them wrong, and a zone of {lines} records");
    sides::pair(&dir, runs, &title, Side::new(&ours), Side::new(&theirs));
}
