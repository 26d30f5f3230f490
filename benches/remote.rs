//! qroute-remote beside other clients: all of them in one run, medians, ratios. Nothing is judged.
//!
//! `cargo bench --bench remote`, with Debian's `postfix` (`smtp-source`, `smtp-sink`), `msmtp`, `openssl` and `time` installed.
//! `-- RUNS LINES` changes the number of counted runs of each side (7) and the size of the large table (1 000 000).
//!
//! `smtp-source` is one process that makes up its messages: what the server can take. `msmtp` and qroute-remote are a process a
//! message, as mail systems start them.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod servers;
mod sides;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use sides::{Run, Side};

const REMOTE: &str = env!("CARGO_BIN_EXE_qroute-remote");

/// Bytes of a message, and how many messages are sent by one process after the other in a run.
const SIZES: [(usize, usize); 4] = [(700, 100), (1024, 100), (1 << 20, 20), (50 << 20, 3)];

/// Deliveries at the same time.
const MANY: usize = 20;

/// Runs `$2` times `$1` processes at once, each with the message `$3` on standard input and the home `$4`.
const BURST: &str = r#"
many=$1 rounds=$2 message=$3 QMAILHOME=$4
export QMAILHOME
shift 4
while [ "$rounds" -gt 0 ]; do
    i=0
    while [ "$i" -lt "$many" ]; do
        "$@" < "$message" &
        i=$((i + 1))
    done
    wait
    rounds=$((rounds - 1))
done
"#;

/// A home whose routes are `routes`.
fn home(dir: &Path, name: &str, routes: &str) -> PathBuf {
    let home = dir.join(name);
    fs::create_dir_all(home.join("control")).expect("a home");
    fs::create_dir_all(home.join("queue/lock")).expect("its queue");
    fs::write(home.join("control/me"), "client.example\n").expect("its name");
    fs::write(home.join("control/smtproutes"), routes).expect("its routes");
    fs::write(home.join("queue/lock/tcpto"), [0; 1024]).expect("its memory");
    home
}

/// A message of `size` bytes, in lines as `smtp-source` writes them.
fn message(dir: &Path, size: usize) -> String {
    let name = format!("message-{size}");
    let head = b"From: <a@client.example>\nTo: <b@last.example>\nSubject: bench\n\n";
    let mut line = [b'X'; 79];
    line[78] = b'\n';
    let mut text = head.to_vec();
    text.extend(line.iter().cycle().take(size - text.len()));
    text.pop();
    text.push(b'\n');
    fs::write(dir.join(&name), text).expect("a message");
    name
}

/// A command, and the home that it is given.
struct Client<'c> {
    home: &'c Path,
    words: Vec<String>,
}

fn remote(home: &Path) -> Client<'_> {
    let words = [REMOTE, "last.example", "a@client.example", "b@last.example"];
    Client {
        home,
        words: words.map(str::to_owned).to_vec(),
    }
}

fn msmtp(port: u16) -> Client<'static> {
    let words = format!(
        "msmtp --file=/dev/null --host=127.0.0.1 --port={port} --domain=client.example --from=a@client.example b@last.example"
    );
    other(&words)
}

/// A process that does nothing: what starting one costs.
fn nothing() -> Client<'static> {
    other("/bin/true")
}

fn other(words: &str) -> Client<'static> {
    Client {
        home: Path::new(""),
        words: words.split(' ').map(str::to_owned).collect(),
    }
}

/// Words of a run: `rounds` times `many` processes of `client`.
fn burst(many: usize, rounds: usize, message: &str, client: &Client<'_>) -> Vec<String> {
    let mut words: Vec<String> = ["sh", "-c", BURST, "burst"].map(str::to_owned).to_vec();
    words.extend([many.to_string(), rounds.to_string(), message.to_owned()]);
    words.push(client.home.display().to_string());
    words.extend_from_slice(&client.words);
    words
}

fn source(port: u16, many: usize, all: usize, size: usize) -> Vec<String> {
    let words = format!(
        "smtp-source -s {many} -m {all} -l {size} -f a@client.example -t b@last.example 127.0.0.1:{port}"
    );
    words.split(' ').map(str::to_owned).collect()
}

/// What is measured here says something only when the message arrives.
fn must_deliver(dir: &Path, message: &str, client: &Client<'_>) {
    let ran = Command::new(&client.words[0])
        .args(&client.words[1..])
        .env("QMAILHOME", client.home)
        .current_dir(dir)
        .stdin(fs::File::open(dir.join(message)).expect("a message"))
        .output()
        .expect("a client");
    let report = String::from_utf8_lossy(&ran.stdout);
    let sent = client.words[0] != REMOTE || report.starts_with("r\0K");
    assert!(
        ran.status.success() && sent,
        "{:?}: {} {report}",
        client.words,
        ran.status
    );
}

/// Runs all sides in turn; the first round warms the page cache.
fn measure(dir: &Path, runs: usize, sides: &[Vec<String>]) -> Vec<Vec<Run>> {
    let mut all = vec![Vec::new(); sides.len()];
    for n in 0..=runs {
        for (side, kept) in sides.iter().zip(&mut all) {
            let words: Vec<&str> = side.iter().map(String::as_str).collect();
            let run = sides::run(dir, Side::new(&words));
            if n > 0 {
                kept.push(run);
            }
        }
    }
    all
}

fn seconds(runs: &[Run]) -> f64 {
    sides::median(runs.iter().map(|run| run.seconds).collect())
}

/// One line a side: milliseconds a message, how many times that of ours is, and the most memory of one process.
fn print(title: &str, messages: usize, names: &[&str], all: &[Vec<Run>]) {
    println!("{title}");
    for (name, runs) in names.iter().zip(all) {
        let ratios = all[0].iter().zip(runs).map(|(a, b)| a.seconds / b.seconds);
        println!(
            "  {name:<24} {:>9.3} ms a message {:>8.1} MB  ratio {:.3}",
            seconds(runs) * 1000.0 / messages as f64,
            runs.iter().map(|run| run.kilobytes).max().unwrap_or(0) as f64 / 1024.0,
            sides::median(ratios.collect()),
        );
    }
}

fn main() {
    let (runs, lines) = (sides::number(0, 7), sides::number(1, 1_000_000));
    let dir = sides::directory("bench-remote");
    let sink = servers::Sink::start();
    let clear = home(&dir, "clear", &format!(":127.0.0.1:{}\n", sink.port));
    let tls_port = servers::tls(&dir);
    let inside = home(&dir, "tls", &format!(":127.0.0.1:{tls_port}\n"));

    for (size, rounds) in SIZES {
        let message = message(&dir, size);
        for client in [remote(&clear), remote(&inside), msmtp(sink.port)] {
            must_deliver(&dir, &message, &client);
        }
        for (many, rounds) in [(1, rounds), (MANY, rounds.div_ceil(MANY))] {
            let all = many * rounds;
            let sides = [
                burst(many, rounds, &message, &remote(&clear)),
                burst(many, rounds, &message, &remote(&inside)),
                source(sink.port, many, all, size),
                burst(many, rounds, &message, &msmtp(sink.port)),
                burst(many, rounds, &message, &nothing()),
            ];
            let measured = measure(&dir, runs, &sides);
            let title = format!("{size} bytes, {many} at a time, {all} in all");
            let names = [
                "qroute-remote",
                "qroute-remote, TLS",
                "smtp-source",
                "msmtp",
                "(a process)",
            ];
            print(&title, all, &names, &measured);
        }
    }
    table(&dir, runs, lines, sink.port);
}

/// What a large table costs a delivery: the key stands in its last line.
fn table(dir: &Path, runs: usize, lines: usize, port: u16) {
    let last = format!("last.example:127.0.0.1:{port}\n");
    let mut routes = String::new();
    for n in 0..lines {
        routes.push_str(&format!(
            "host{n}.example:mx{}.relay.example:2525\n",
            n % 1000
        ));
    }
    routes.push_str(&last);
    let (small, large) = (home(dir, "small", &last), home(dir, "large", &routes));
    let message = message(dir, 1024);
    let rounds = 20;
    let sides = [&large, &small].map(|home| burst(1, rounds, &message, &remote(home)));
    must_deliver(dir, &message, &remote(&large));
    let measured = measure(dir, runs, &sides);
    let names = ["with the large table", "with one line"];
    let title = format!("1024 bytes, a table of {lines} lines, the key last");
    print(&title, rounds, &names, &measured);
    let costs = (seconds(&measured[0]) - seconds(&measured[1])) * 1000.0 / rounds as f64;
    println!("  the table costs {costs:.1} ms");
}
