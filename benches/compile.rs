//! qroute-compile and what its databases are for, beside postmap, grep and tinycdb: both sides in one run, medians, ratios.
//! Nothing is judged.
//!
//! `cargo bench --bench compile`, with Debian's `postfix`, `postfix-cdb`, `tinycdb` and `time` installed. `-- LINES RUNS` changes
//! the size of the table (1 000 000) and the number of counted runs of each side (5).

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod sides;

use std::fmt::Write as _;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use qroute::formats::smtproutes::{self, Dialect};
use qroute::source::Input;
use qroute::store::{MemoryStore, Records, Stamp};
use sides::{Lots, Side, median};

const COMPILE: &str = env!("CARGO_BIN_EXE_qroute-compile");
const RESOLVE: &str = env!("CARGO_BIN_EXE_qroute-resolve");

struct Data {
    dir: PathBuf,
    one: String,
}

/// The same routes for us, for Postfix and for tinycdb, and the same questions.
fn data(lines: usize) -> Data {
    let dir = sides::directory("bench-compile");
    let mut lots = Lots::new();
    let words = [
        "mail", "acme", "north", "blue", "lab", "shop", "port", "delta",
    ];
    let word = |lots: &mut Lots| words[lots.below(words.len())];
    let (mut routes, mut postfix, mut records) = (String::new(), String::new(), String::new());
    let mut domains = Vec::with_capacity(lines);
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
        let _ = writeln!(postfix, "{domain} smtp:[{relay}]{port}");
        let value = format!("{relay}{port}");
        let _ = writeln!(
            records,
            "+{},{}:{domain}->{value}",
            domain.len(),
            value.len()
        );
        domains.push(domain);
    }
    records.push('\n');
    let (mut addresses, mut keys) = (String::new(), String::new());
    for n in 0..lines {
        let domain = &domains[lots.below(lines)];
        let prefix = if n % 5 == 0 { "other-" } else { "" };
        let sub = if domain.starts_with('.') { "sub" } else { "" };
        let _ = writeln!(addresses, "user{n}@{prefix}{sub}{domain}");
        let _ = writeln!(keys, "{prefix}{sub}{domain}");
    }
    for (name, text) in [
        ("smtproutes", &routes),
        ("plain", &routes),
        ("transport", &postfix),
        ("records", &records),
        ("addresses", &addresses),
        ("keys", &keys),
    ] {
        fs::write(dir.join(name), text).expect("a table");
    }
    let one = domains[lines / 2 + 1].trim_start_matches('.').to_owned();
    Data { dir, one }
}

fn done(dir: &Path, words: &[&str]) {
    let status = Command::new(words[0])
        .args(&words[1..])
        .current_dir(dir)
        .status();
    assert!(status.expect(words[0]).success(), "{words:?}");
}

/// The database alone, of a table that is read and indexed already, beside `cdb -c` of the same records.
fn writing(dir: &Path, runs: usize) {
    let dialect = Dialect::find("notqmail").expect("a dialect");
    let text = fs::read(dir.join("smtproutes")).unwrap();
    let meta = fs::metadata(dir.join("smtproutes")).unwrap();
    let input = Input::single("smtproutes", "smtproutes", text).unwrap();
    let store = MemoryStore::new(smtproutes::read(input, dialect).unwrap());
    let records = Records::of(&store, dialect).unwrap();
    let (mut ours, mut theirs, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
    for n in 0..=runs {
        let begun = Instant::now();
        let file = File::create(dir.join("ours.cdb")).unwrap();
        records.write(file, &Stamp::of(dialect, &meta)).unwrap();
        let own = begun.elapsed().as_secs_f64();
        let words = ["cdb", "-c", "theirs.cdb", "records"];
        let other = sides::run(dir, Side::new(&words)).seconds;
        if n > 0 {
            ours.push(own);
            theirs.push(other);
            ratios.push(own / other);
        }
    }
    println!("the database written, of a table in memory");
    println!("  {:<60} {:>8.3} s", "store::Records::write", median(ours));
    println!(
        "  {:<60} {:>8.3} s",
        "cdb -c theirs.cdb records",
        median(theirs)
    );
    println!("  ratio {:.3}", median(ratios));
}

fn main() {
    let (lines, runs) = (sides::number(0, 1_000_000), sides::number(1, 5));
    let Data { dir, one } = data(lines);
    let base = [RESOLVE, "--no-config", "--no-dns", "--routes"];
    let compile = [COMPILE, "--no-config", "smtproutes"];
    done(&dir, &compile);
    done(&dir, &["postmap", "cdb:transport"]);

    let address = format!("user@{one}");
    let ours = [&base[..], &["smtproutes", &address]].concat();
    let theirs = ["postmap", "-q", &one, "cdb:transport"];
    let title = format!("one address, {lines} lines compiled");
    sides::pair(&dir, runs, &title, Side::new(&ours), Side::new(&theirs));

    // The same text without a database beside it.
    let ours = [&base[..], &["plain", &address]].concat();
    let title = format!("one address, {lines} lines of text");
    let theirs = ["postmap", "-q", &one, "texthash:transport"];
    sides::pair(&dir, runs, &title, Side::new(&ours), Side::new(&theirs));
    let pattern = format!("^{one}:");
    let theirs = ["grep", "-c", &pattern, "plain"];
    sides::pair(&dir, runs, &title, Side::new(&ours), Side::new(&theirs));

    let ours = [&base[..], &["smtproutes", "--batch", "addresses"]].concat();
    let theirs = Side {
        words: &["postmap", "-q", "-", "cdb:transport"],
        input: Some("keys"),
    };
    let title = format!("{lines} addresses, all keys of each, beside {lines} raw keys");
    sides::pair(&dir, runs, &title, Side::new(&ours), theirs);

    writing(&dir, runs);
    let title = format!("{lines} lines compiled");
    let theirs = ["cdb", "-c", "theirs.cdb", "records"];
    sides::pair(&dir, runs, &title, Side::new(&compile), Side::new(&theirs));
    let theirs = ["postmap", "cdb:transport"];
    sides::pair(&dir, runs, &title, Side::new(&compile), Side::new(&theirs));
}
