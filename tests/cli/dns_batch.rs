//! Many questions at once, and orders drawn by a seed.

use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use super::dns::{ask, zone};
use super::dns_server::{A, MX, Reply, Server, a};
use super::support::{Dir, command, run_with};

#[test]
fn a_shuffled_order_is_one_real_order() {
    let server = Server::start(zone);
    let order = |seed: &str| {
        let ran = ask(&server, &["--shuffle", "--seed", seed, "u@many.example"]);
        ran.lines()[0][2].clone()
    };
    let orders: Vec<String> = (0..8).map(|seed| order(&seed.to_string())).collect();
    for (seed, first) in orders.iter().enumerate() {
        assert_eq!(&order(&seed.to_string()), first);
        let mut hosts: Vec<&str> = first.split(',').collect();
        hosts.sort_unstable();
        assert_eq!(hosts.len(), 9);
        assert!(hosts[0].starts_with("h0.mx.example["));
    }
    assert!(orders.iter().any(|o| *o != orders[0]), "{orders:?}");
    // Sorted without it, and preferences stay in order with it.
    let sorted = ask(&server, &["u@many.example"]).lines()[0][2].clone();
    let mut hosts: Vec<&str> = sorted.split(',').collect();
    hosts.sort_unstable();
    assert_eq!(hosts.join(","), sorted);
    for seed in ["1", "2", "3"] {
        let ran = ask(&server, &["--shuffle", "--seed", seed, "u@two.example"]);
        assert!(ran.lines()[0][2].ends_with(" c.mx.example[192.0.2.14]:25"));
    }
}

/// Holds every answer back until this many questions wait together.
const TOGETHER: usize = 16;

#[test]
fn a_batch_asks_many_questions_at_once_and_keeps_its_order() {
    let gate = Arc::new((Mutex::new(0usize), Condvar::new()));
    let server = Server::start(move |name, kind| {
        let (count, all) = &*gate;
        let mut count = count.lock().unwrap();
        *count += 1;
        all.notify_all();
        // The time is only a safety net.
        let _ = all.wait_timeout_while(count, Duration::from_secs(20), |n| *n < TOGETHER);
        match (name, kind) {
            (_, MX) => Some(Reply::default()),
            (name, A) => {
                let number: u8 = name[1..name.find('.').unwrap()].parse().unwrap();
                // Later questions are answered earlier.
                std::thread::sleep(Duration::from_millis(u64::from(100 - number)));
                Some(Reply::records([a(&format!("192.0.2.{number}"))]))
            }
            _ => Some(Reply::default()),
        }
    });
    let records: String = (0..100).map(|n| format!("u@d{n}.example\n")).collect();
    let dir = Dir::new();
    let mut command = command();
    command.args([
        "--no-config",
        "--own",
        "198.51.100.1",
        "--batch",
        "-",
        "--dns-server",
    ]);
    command
        .arg(server.address().to_string())
        .arg("--routes")
        .arg(dir.file("smtproutes", ""));
    let ran = run_with(&mut command, records);
    assert_eq!(ran.code(), 0);
    let lines = ran.lines();
    assert_eq!(lines.len(), 100);
    for (n, line) in lines.iter().enumerate() {
        assert_eq!(line[0], format!("u@d{n}.example"));
        assert_eq!(line[2], format!("d{n}.example[192.0.2.{n}]:25"));
    }
    assert!(
        server.most_pending() >= TOGETHER,
        "{}",
        server.most_pending()
    );
}

#[test]
fn one_record_at_a_time_is_answered_with_dns_too() {
    use std::io::{BufRead, BufReader, Write};
    let server = Server::start(zone);
    let dir = Dir::new();
    let mut command = command();
    command.args(["--no-config", "--batch", "-", "--dns-server"]);
    command
        .arg(server.address().to_string())
        .arg("--routes")
        .arg(dir.file("smtproutes", ""));
    command
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped());
    let mut child = super::support::start(&mut command);
    let mut stdin = child.stdin.take().unwrap();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    for (address, host) in [
        ("u@bare.example", "bare"),
        ("u@two.example", "a.mx"),
        ("u@bare.example", "bare"),
    ] {
        writeln!(stdin, "{address}").unwrap();
        let mut line = String::new();
        stdout.read_line(&mut line).unwrap();
        assert!(
            line.starts_with(&format!("{address}\tmx\t{host}")),
            "{line}"
        );
    }
    drop(stdin);
    assert_eq!(super::support::wait(&mut child).code(), Some(0));
}
