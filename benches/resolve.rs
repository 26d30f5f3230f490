//! qroute-resolve beside the programs that people use today: both sides in one run, medians, ratios. Nothing is judged.
//!
//! `cargo bench --bench resolve`, with Debian's `postfix` (for `postmap`) and `time` installed. `-- LINES RUNS` changes the
//! size of the table (1 000 000) and the number of counted runs of each side (7).

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod sides;

use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

use sides::{Lots, Side};

const LOOKUPS: usize = 100_000;
const WORDS: [&str; 12] = [
    "mail", "acme", "north", "blue", "lab", "shop", "port", "delta", "kilo", "omega", "river",
    "stone",
];

fn word(lots: &mut Lots) -> &'static str {
    WORDS[lots.below(WORDS.len())]
}

struct Data {
    dir: PathBuf,
    one: String,
}

/// The same routes as smtproutes and as a Postfix text table, and the same questions for both.
fn data(lines: usize) -> Data {
    let dir = sides::directory("bench-resolve");
    let mut lots = Lots::new();
    let (mut routes, mut texthash, mut domains) =
        (String::new(), String::new(), Vec::with_capacity(lines));
    for n in 0..lines {
        let dot = if n % 10 == 0 { "." } else { "" };
        let domain = format!("{dot}{}{n}.{}.example", word(&mut lots), word(&mut lots));
        let relay = format!("mx{}.{}.example.net", lots.below(1000), word(&mut lots));
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

fn main() {
    let (lines, runs) = (sides::number(0, 1_000_000), sides::number(1, 7));
    let data = data(lines);
    let program = env!("CARGO_BIN_EXE_qroute-resolve");
    let base = [program, "--no-config", "--no-dns", "--routes", "smtproutes"];

    let batch = [&base[..], &["--batch", "addresses"]].concat();
    let postmap = Side {
        words: &["postmap", "-q", "-", "texthash:texthash"],
        input: Some("keys"),
    };
    let title = format!("{LOOKUPS} addresses against the text of {lines} lines");
    sides::pair(&data.dir, runs, &title, Side::new(&batch), postmap);

    let address = format!("user@{}", data.one);
    let one = [&base[..], &[address.as_str()]].concat();
    let pattern = format!("^{}:", data.one);
    let grep = ["grep", "-c", pattern.as_str(), "smtproutes"];
    let title = format!("one address against the text of {lines} lines");
    sides::pair(&data.dir, runs, &title, Side::new(&one), Side::new(&grep));
}
