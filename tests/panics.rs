//! A panic of qroute-remote is a crash without a word, in every thread and in every profile.
//!
//! The program has no switch that makes it panic, and must have none. This test is a program itself (`harness = false`, so that
//! nothing of the test harness is printed): it starts itself again as one that calls what qroute-remote calls, with arguments
//! that panic when they are asked for.

#![allow(clippy::expect_used)]

use std::ffi::OsString;
use std::os::unix::process::ExitStatusExt;
use std::process::{Command, ExitCode, Stdio};

use qroute::cli::remote;

const SIGABRT: i32 = 6;

/// How the arguments behave.
const CASES: [&str; 4] = ["at-once", "in-the-middle", "in-a-thread", "while-unwinding"];

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    if arguments.next().as_deref() == Some("--crash") {
        return crash(&arguments.next().unwrap_or_default());
    }
    println!("running {} tests", CASES.len() + 1);
    for case in CASES {
        check(case);
    }
    unharmed();
    let passed = CASES.len() + 1;
    println!("test result: ok. {passed} passed; 0 failed; 0 ignored; 0 measured; 0 filtered out");
    ExitCode::SUCCESS
}

/// The program as it is started by bin/qroute-remote.rs, but for its arguments.
fn crash(case: &str) -> ExitCode {
    let case = case.to_owned();
    let mut words = ["example.test", "a@client.test", "b@example.test"].into_iter();
    remote(std::iter::from_fn(move || {
        match case.as_str() {
            "at-once" => panic!("text of a panic"),
            "in-the-middle" if words.len() == 1 => panic!("text of a panic"),
            "in-a-thread" => {
                let _ = std::thread::spawn(|| panic!("text of a panic")).join();
            }
            "while-unwinding" => {
                let _late = Late;
                panic!("text of a panic");
            }
            _ => {}
        }
        words.next().map(OsString::from)
    }))
}

struct Late;

impl Drop for Late {
    fn drop(&mut self) {
        println!("written by a destructor");
        panic!("a second panic");
    }
}

fn run(case: &str) -> std::process::Output {
    let this = std::env::current_exe().expect("this program");
    Command::new(this)
        .args(["--crash", case])
        .env("QMAILHOME", "/nonexistent/home")
        // What would make the usual hook say more.
        .env("RUST_BACKTRACE", "full")
        .stdin(Stdio::null())
        .output()
        .expect("this program again")
}

/// SIGABRT, and not a byte of a report.
fn check(case: &str) {
    let ran = run(case);
    assert_eq!(ran.status.signal(), Some(SIGABRT), "{case}: {}", ran.status);
    assert_eq!(ran.stdout.escape_ascii().to_string(), "", "{case}");
    assert_eq!(ran.stderr.escape_ascii().to_string(), "", "{case}");
    println!("test {case} ... ok");
}

/// The same program without a panic reports: the silence above is not its own.
fn unharmed() {
    let ran = run("not-at-all");
    assert_eq!(ran.status.code(), Some(0));
    assert_eq!(
        ran.stdout,
        b"ZUnable to switch to home directory. (#4.3.0)\n\0"
    );
    assert_eq!(ran.stderr, b"");
    println!("test unharmed ... ok");
}
