//! qroute-remote without a network: arguments, reports, and taking the place of qmail-remote. What it says to servers is in
//! testdata/smtp, which tests/delivery.py runs.

use std::ffi::OsStr;
use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener};
use std::os::unix::ffi::OsStrExt;
use std::process::Command;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread::JoinHandle;

use crate::support::{Dir, Ran, bare, contains, offline, run, run_with};

const MESSAGE: &str = "Subject: t\n\nhello\n";

/// qroute-remote for a home, with nothing of this environment.
fn remote(home: &Dir) -> Command {
    let mut command = bare(env!("CARGO_BIN_EXE_qroute-remote"));
    command
        .env("QMAILHOME", home.path())
        .env("QROUTE_DNS", "127.0.0.1:1");
    command
}

fn home(routes: &str) -> Dir {
    Dir::with(&[
        ("control/me", "client.example\n"),
        ("control/smtproutes", routes),
    ])
}

fn deliver<I: AsRef<OsStr>>(home: &Dir, args: impl IntoIterator<Item = I>) -> Ran {
    let ran = run_with(remote(home).args(args), MESSAGE);
    assert_eq!(ran.err(), "", "standard error is part of the report");
    assert_eq!(ran.code(), 0);
    ran
}

#[track_caller]
fn reports<I: AsRef<OsStr>>(home: &Dir, args: impl IntoIterator<Item = I>, report: &str) {
    assert_eq!(deliver(home, args).out(), report);
}

/// A server for one connection: it says yes to everything. Returns what it was told.
fn server() -> (SocketAddr, JoinHandle<Vec<u8>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let told = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut lines = BufReader::new(stream.try_clone().unwrap());
        let (mut told, mut data) = (Vec::new(), false);
        stream.write_all(b"220 mx.example\r\n").unwrap();
        loop {
            let mut line = Vec::new();
            if lines.read_until(b'\n', &mut line).unwrap_or(0) == 0 {
                return told;
            }
            told.extend_from_slice(&line);
            let reply: &[u8] = match (data, &line[..]) {
                (true, b".\r\n") => b"250 queued\r\n",
                (true, _) => continue,
                (false, b"DATA\r\n") => b"354 go on\r\n",
                (false, b"QUIT\r\n") => return told,
                (false, _) => b"250 ok\r\n",
            };
            data = reply.starts_with(b"354");
            stream.write_all(reply).unwrap();
        }
    });
    (address, told)
}

#[test]
fn arguments_are_never_options() {
    let usage = "DI (qmail-remote) was invoked improperly. (#5.3.5)\n\0";
    let none = home("");
    for args in [&[][..], &["--helo"], &["--help", "x"], &["-h", "a@b"]] {
        reports(&none, args, usage);
    }
    let (address, told) = server();
    let taken = home(&format!(":127.0.0.1:{}\n", address.port()));
    reports(
        &taken,
        ["--help", "--version@client.example", "-@a.example"],
        "r\0K127.0.0.1 accepted message.\nRemote host said: 250 queued\n\0",
    );
    let told = String::from_utf8(told.join().unwrap()).unwrap();
    assert_eq!(
        told,
        "EHLO client.example\r\nMAIL FROM:<--version@client.example>\r\nRCPT TO:<-@a.example>\r\nDATA\r\nSubject: t\r\n\r\nhello\r\n.\r\nQUIT\r\n"
    );
}

#[test]
fn one_argument_may_ask_for_help() {
    let none = home("");
    let help = deliver(&none, ["--help"]);
    let page = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/man/qroute-remote.8"));
    let page = page.unwrap();
    for file in [
        "helohost",
        "authsenders",
        "tlspolicy",
        "timeoutconnect",
        "outgoingip",
        "tcpto",
        "QROUTE_DNS",
    ] {
        assert!(help.out().contains(file) && page.contains(file), "{file}");
    }
    let version = deliver(&none, ["--version"]);
    assert_eq!(
        version.out(),
        concat!("qroute-remote ", env!("CARGO_PKG_VERSION"), "\n")
    );
}

#[test]
fn any_bytes_are_a_host() {
    let none = home("");
    for host in [
        &b"\xFF\x00x"[..1],
        b"a\nb",
        b"\x1B[31m",
        b"-",
        b".",
        b"a..b",
        b"%n%n",
    ] {
        let args = [
            OsStr::from_bytes(host),
            OsStr::new("a@b.example"),
            OsStr::new("c@d.example"),
        ];
        let out = deliver(&none, args).out;
        assert!(
            out.ends_with(b"\0") && matches!(out[0], b'D' | b'Z'),
            "{}",
            out.escape_ascii()
        );
        assert!(!contains(&out, b"\x1B"));
    }
}

#[test]
fn trouble_with_files_is_a_report() {
    let to = ["a.example", "", "b@a.example"];
    let unreadable = "ZUnable to read control files. (#4.3.0)\n\0";
    let mut gone = remote(&home(""));
    let ran = run(gone.env("QMAILHOME", "/nonexistent/home").args(to));
    assert_eq!(
        ran.out(),
        "ZUnable to switch to home directory. (#4.3.0)\n\0"
    );
    reports(&Dir::with(&[("x", "")]), to, unreadable);
    reports(&Dir::with(&[("control/smtproutes", "")]), to, unreadable);
    for name in [
        "smtproutes",
        "authsenders",
        "tlspolicy",
        "timeoutremote",
        "smtproutesdialect",
    ] {
        let dir = Dir::with(&[("control/me", "client.example\n")]);
        std::fs::create_dir(dir.join("control").join(name)).unwrap();
        reports(&dir, to, unreadable);
    }
    // What the checked dialect refuses is the report's text, and no secret is in it.
    let half = Dir::with(&[
        ("control/me", "client.example\n"),
        ("control/authsenders", ":relay.example|joe\n"),
    ]);
    let out = deliver(&half, to);
    assert!(
        out.out()
            .starts_with("ZThe route of this mail cannot be used: ")
    );
    assert!(!out.out().contains("joe"));
}

#[test]
fn a_report_that_cannot_be_written_is_111() {
    let none = home("");
    for path in ["/dev/full", "/dev/null"] {
        let output = OpenOptions::new().write(true).open(path).unwrap();
        let mut command = remote(&none);
        command.args(["a.example", "", "b@a.example"]);
        let ran = command.stdout(output).status().unwrap();
        let expected = if path == "/dev/full" { 111 } else { 0 };
        assert_eq!(ran.code(), Some(expected), "{path}");
    }
}

#[test]
fn a_large_table_is_searched() {
    let mut routes = String::new();
    for number in 0..60_000 {
        routes.push_str(&format!("host{number}.example:127.0.0.9:9\n"));
    }
    let (address, told) = server();
    routes.push_str(&format!("last.example:127.0.0.1:{}\n", address.port()));
    assert!(routes.len() > 1024 * 1024);
    let out = deliver(&home(&routes), ["last.example", "", "b@last.example"]);
    assert_eq!(
        out.out(),
        "r\0K127.0.0.1 accepted message.\nRemote host said: 250 queued\n\0"
    );
    told.join().unwrap();
}

#[test]
fn the_tester_knows_senders_of_the_deliverer() {
    let dir = home(":mx.example\n");
    dir.file(
        "control/authsenders",
        "joe@client.example:relay.example:587|joe|secret\n",
    );
    dir.file("control/smtproutesdialect", "qroute\n");
    let ask = |sender: &str| {
        let mut command = offline();
        command.args(["--hosts", "--home"]).arg(dir.path());
        run(command.args(["--sender", sender, "a.example"])).answer()
    };
    assert!(ask("joe@client.example").starts_with("static relay.example:587 - auth "));
    assert!(ask("zoe@client.example").starts_with("static mx.example:25 - - "));
}

#[test]
fn the_tester_finds_the_same_word_in_smtproutesdialect() {
    // A port that only notqmail reads.
    let dir = home(":127.0.0.1:65537\n");
    for word in [
        "notqmail\n",
        "notqmail\r\n",
        " notqmail",
        "\tnotqmail \r\nqroute\n",
    ] {
        dir.file("control/smtproutesdialect", word);
        let mut command = offline();
        command.args(["--hosts", "--home"]).arg(dir.path());
        let answer = run(command.arg("a.example")).answer().to_owned();
        assert!(
            answer.starts_with("static 127.0.0.1:1 "),
            "{word:?}: {answer}"
        );
        let refused = "ZSorry, I wasn't able to establish an SMTP connection. (#4.4.1)\n\0";
        reports(&dir, ["a.example", "", "b@a.example"], refused);
    }
}

fn contrib(name: &str) -> String {
    format!("{}/testdata/recipes/{name}", env!("CARGO_MANIFEST_DIR"))
}

/// A program that says who it is.
fn program(dir: &Dir, name: &str, word: &str) {
    use std::os::unix::fs::PermissionsExt;
    let path = dir.file(name, format!("#!/bin/sh\nprintf '{word} %s|' \"$@\"\n"));
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).unwrap();
}

/// Ends a thread that looks at the flag, also when a test panics.
struct Stop<'a>(&'a AtomicBool);

impl Drop for Stop<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

#[test]
fn qmail_remote_is_replaced_without_a_moment_in_which_it_is_missing() {
    let dir = Dir::new();
    program(&dir, "bin/qmail-remote", "old");
    program(&dir, "new/qroute-remote", "new");
    let bin = dir.join("bin");
    let switch = |to: &OsStr| {
        let status = bare(contrib("switch-qmail-remote"))
            .arg(&bin)
            .arg(to)
            .status();
        assert!(status.unwrap().success());
    };
    let new = dir.join("new/qroute-remote");
    let (stop, opened) = (AtomicBool::new(false), AtomicUsize::new(0));
    std::thread::scope(|scope| {
        // Whoever opens it always finds one of the two.
        scope.spawn(|| {
            while !stop.load(Ordering::Relaxed) {
                assert!(
                    File::open(bin.join("qmail-remote")).is_ok(),
                    "there is none"
                );
                opened.fetch_add(1, Ordering::Relaxed);
            }
        });
        let _stop = Stop(&stop);
        for _ in 0..20 {
            switch(new.as_os_str());
            switch(OsStr::new("back"));
        }
    });
    assert!(opened.load(Ordering::Relaxed) > 1000);
    let say = || run(bare(bin.join("qmail-remote")).arg("x"));
    assert_eq!(say().out(), "old x|");
    switch(new.as_os_str());
    assert_eq!(say().out(), "new x|");
    // What is no program is not put there.
    for (bad, code) in [("/nonexistent/qroute-remote", 1), ("relative", 2)] {
        let ran = run(bare(contrib("switch-qmail-remote")).arg(&bin).arg(bad));
        assert_eq!(ran.code(), code);
        assert_eq!(say().out(), "new x|");
    }
    switch(OsStr::new("back"));
    assert_eq!(say().out(), "old x|");
}

#[test]
fn a_canary_takes_the_hosts_that_are_listed() {
    let dir = Dir::new();
    program(&dir, "bin/qmail-remote.orig", "old");
    program(&dir, "new/qroute-remote", "new");
    let say = |host: &str| {
        let mut command = bare(contrib("qmail-remote-canary"));
        command
            .env("QMAILHOME", dir.path())
            .env("CANARY_NEW", dir.join("new/qroute-remote"))
            .args([host, "", "a b@c"]);
        let ran = run(&mut command);
        assert_eq!(ran.err(), "");
        ran.out().to_owned()
    };
    assert_eq!(say("one.example"), "old one.example|old |old a b@c|");
    dir.file("control/canaryhosts", "one.example\ntwo.example\n");
    assert_eq!(say("One.Example"), "new One.Example|new |new a b@c|");
    for other in ["three.example", "one", "", "-v", "one.example\nx", ".*"] {
        assert!(say(other).starts_with("old"), "{other:?}");
    }
    std::fs::remove_file(dir.join("new/qroute-remote")).unwrap();
    assert!(
        say("one.example").starts_with("old"),
        "the old one goes on without the new one"
    );
}

#[test]
fn from_some_hosts_to_all_and_back() {
    let dir = Dir::new();
    program(&dir, "bin/qmail-remote", "old");
    program(&dir, "new/qroute-remote", "new");
    dir.file("control/canaryhosts", "one.example\n");
    let (bin, new) = (dir.join("bin"), dir.join("new/qroute-remote"));
    let switch = |to: &OsStr| {
        let ran = run(bare(contrib("switch-qmail-remote")).arg(&bin).arg(to));
        assert_eq!((ran.code(), ran.err()), (0, ""));
    };
    // As qmail-rspawn does: by the name in bin.
    let who = |host: &str| {
        let mut command = bare(bin.join("qmail-remote"));
        command
            .env("QMAILHOME", dir.path())
            .env("CANARY_NEW", &new)
            .args([host, "", "a@b"]);
        run(&mut command).out().split(' ').next().map(str::to_owned)
    };
    let both = || (who("one.example").unwrap(), who("two.example").unwrap());
    let words = |one: &str, two: &str| (one.to_owned(), two.to_owned());
    assert_eq!(both(), words("old", "old"));
    switch(OsStr::new(&contrib("qmail-remote-canary")));
    assert_eq!(both(), words("new", "old"));
    switch(new.as_os_str());
    assert_eq!(both(), words("new", "new"));
    switch(OsStr::new(&contrib("qmail-remote-canary")));
    assert_eq!(both(), words("new", "old"));
    switch(OsStr::new("back"));
    assert_eq!(both(), words("old", "old"));
}
