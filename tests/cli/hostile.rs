//! What comes from strangers never drives the terminal.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;

use super::dialects::NAMES;
use super::support::{Dir, Ran, ask, ask_home, command, offline, run, run_with};

/// ESC, CR, BEL, DEL, C1, right-to-left override, zero-width space, line separator, soft hyphen, BOM.
const EVIL: &str = "\x1b[31m\r\x07\x7f\u{9b}\u{202e}\u{2066}\u{200b}\u{2028}\u{ad}\u{feff}";

fn is_harmless(ran: &Ran) {
    for (name, bytes) in [("stdout", &ran.out), ("stderr", &ran.err)] {
        let text = std::str::from_utf8(bytes).unwrap();
        let bad = |c: &char| {
            (c.is_control() && !matches!(c, '\n' | '\t'))
                || matches!(*c as u32, 0xAD | 0x200B..=0x200F | 0x2028..=0x202E | 0x2060..=0x206F | 0xFEFF)
        };
        let found = text.chars().find(bad);
        assert_eq!(found, None, "{name}: {text:?}");
    }
}

#[test]
fn keys_values_and_addresses_are_shown_escaped() {
    let dir = Dir::new();
    let table = format!("d{EVIL}.example:r{EVIL}\n.example:{EVIL}:{EVIL}\n:x{EVIL}|{EVIL}\n");
    let path = dir.file("smtproutes", table);
    let host = format!("d{EVIL}.example");
    for dialect in NAMES {
        for format in ["text", "json", "jsonl"] {
            for also in [&[][..], &["--explain", "-v"], &["--show-secrets"]] {
                let args = ["--dialect", dialect, "--output-format", format];
                let hosts = ["--hosts", &host, "x.example", "z"];
                is_harmless(&ask(&path, args.iter().chain(also).chain(&hosts)));
                let addresses = [&*host, "u\u{202e}@x.example", "u@x.example"];
                is_harmless(&ask(&path, args.iter().chain(also).chain(&addresses)));
            }
        }
    }
}

#[test]
fn json_says_the_same_with_escapes() {
    let dir = Dir::new();
    let path = dir.file("smtproutes", "d:r\u{202e}\u{7f}\u{e0001}\n");
    let ran = ask(&path, ["--output-format", "jsonl", "d"]);
    assert!(
        ran.out().contains("r\\u202e\\u007f\\udb40\\udc01"),
        "{}",
        ran.out()
    );
    assert_eq!(
        ran.object()["groups"][0][0]["host"],
        "r\u{202e}\u{7f}\u{e0001}"
    );
}

#[test]
fn messages_show_names_and_paths_escaped() {
    let dir = Dir::new();
    let path = dir.file("smtproutes", "d:r\n");
    let missing = dir.join(format!("no{EVIL}"));
    ask(&missing, ["d"]).fails(2, &["\\x1B[31m\\x0D\\x07", "\\u{202E}", "No such file"]);
    is_harmless(&ask(&missing, ["d"]));
    for option in [
        "--dialect",
        "--from",
        "--assume",
        "--own",
        "--dns-server",
        "--config",
        "--batch",
        "--output-format",
        "--sender",
        "--timeout",
        "--color",
        "--direction",
    ] {
        let mut command = command();
        command.args([option, EVIL]).arg("--routes").arg(&path);
        let ran = run(command.args(["--timeout", "0.1", "d"]));
        is_harmless(&ran);
        // A sender is a matter of the record, not of the program.
        let code = if option == "--sender" { 100 } else { 2 };
        assert_eq!(ran.code(), code, "{option}: {ran:?}");
    }
    for option in ["--home", "--control"] {
        let ran = run(offline().args([option, EVIL, "d"]));
        ran.fails(2, &["\\x1B"]);
        is_harmless(&ran);
    }
    let unknown = format!("--{EVIL}");
    let ran = run(command().args(["--color", "always", &unknown]));
    ran.fails(2, &["unexpected argument '--", "\\u{202E}"]);
    is_harmless(&ran);
    // Colours are the program's own, never an argument's.
    let mut colored = command();
    colored.env("CLICOLOR_FORCE", "1");
    let ran = run(colored.arg("--plain"));
    assert!(super::support::contains(&ran.err, b"\x1b["));
    is_harmless(&run(colored.arg("--\x1b[31mred")));
    let home = Dir::with(&[("control/me", "m\n")]);
    let variable = format!("{EVIL}={EVIL}");
    let ran = ask_home(&home, ["--dialect", "indimail", "--env", &variable, "d"]);
    ran.fails(2, &["--env"]);
    is_harmless(&ran);
}

#[test]
fn control_files_and_their_names_are_shown_escaped() {
    let dir = Dir::new();
    let path = dir.file(format!("x{EVIL}/smtproutes"), "d:r\n");
    for form in [
        &["--output-format", "json"][..],
        &["--explain", "-v"],
        &["-v"],
    ] {
        is_harmless(&ask(&path, form.iter().chain(&["d"])));
    }
    // A neighbour is announced by its path.
    dir.file(format!("x{EVIL}/authsenders"), "");
    let ran = ask(&path, ["--dialect", "sagredo", "d"]);
    assert!(ran.err().contains("authsenders"));
    is_harmless(&ran);
    dir.file(format!("x{EVIL}/smtproutesdialect"), EVIL);
    let ran = ask(&path, ["d"]);
    ran.fails(2, &["unknown dialect"]);
    is_harmless(&ran);
    for toml in [
        format!("\"{}\" = 1", EVIL.escape_default()),
        format!("a{EVIL} = 1"),
    ] {
        dir.file("qroute.toml", toml);
        let mut command = command();
        command.arg("--config").arg(dir.join("qroute.toml"));
        command.arg("--routes").arg(dir.file("smtproutes", ""));
        let ran = run(command.args(["--no-dns", "d"]));
        ran.fails(2, &["qroute.toml"]);
        is_harmless(&ran);
    }
}

#[test]
fn records_are_shown_escaped() {
    let dir = Dir::new();
    let path = dir.file("smtproutes", ":r\n");
    let batch = format!("u@{EVIL}\n{EVIL}@d\n\u{202e}@d\t{EVIL}\nu@d\r\n\x00\n");
    for form in [&["--output-format", "json"][..], &["--explain"], &[]] {
        let mut command = offline();
        command.arg("--routes").arg(&path).args(["--batch", "-"]);
        let ran = run_with(command.args(form), batch.clone());
        assert_eq!(ran.code(), 100);
        is_harmless(&ran);
    }
}

#[test]
fn backslashes_are_doubled_once() {
    let dir = Dir::new();
    let path = dir.file("smtproutes", "d:a\\b\r\n");
    let server = super::dns_server::Server::start(|_, _| None);
    let mut command = command();
    command.args([
        "--no-config",
        "--dns-server",
        &server.address().to_string(),
        "--routes",
    ]);
    let ran = run(command.arg(&path).arg("d"));
    ran.fails(100, &["`a\\\\b\\x0D` cannot exist in DNS"]);
    let ran = ask(&path, [OsStr::from_bytes(b"--explain"), OsStr::new("d")]);
    assert!(ran.out().contains("d:a\\\\b\\x0D\n"), "{}", ran.out());
}
