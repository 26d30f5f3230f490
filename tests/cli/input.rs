//! Input that cannot be used: what is said, and how the program ends.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use super::support::{Dir, ask, ask_home, bare, command, offline, run, run_with};

fn routes(dir: &Dir) -> std::path::PathBuf {
    dir.file("smtproutes", ":r\n")
}

#[test]
fn a_table_that_is_not_there() {
    let dir = Dir::new();
    let missing = dir.join("none");
    let shown = missing.display().to_string();
    let ran = ask(&missing, ["d"]);
    ran.fails(2, &[&shown, "No such file"]);
    assert!(ran.out.is_empty());
    ask(dir.path(), ["d"]).fails(2, &["is a directory", "--home"]);
    ask(&dir.join("none/smtproutes"), ["d"]).fails(2, &["No such file"]);
    let file = routes(&dir);
    ask(&file.join("x"), ["d"]).fails(2, &["Not a directory"]);
}

#[test]
fn a_home_that_is_not_there() {
    let dir = Dir::new();
    let home = |option: &str, path: &Path| run(offline().arg(option).arg(path).arg("d"));
    home("--home", &dir.join("none")).fails(2, &["none/control", "--home", "--routes"]);
    home("--control", &dir.join("none")).fails(2, &["none", "No such file"]);
    home("--control", &routes(&dir)).fails(2, &["is not a directory", "--routes"]);
}

/// As root no mode keeps anybody out: a link to itself and a file whose reading fails stand for all that cannot be read.
#[test]
fn a_table_that_cannot_be_read() {
    let dir = Dir::new();
    std::os::unix::fs::symlink("loop", dir.join("loop")).unwrap();
    ask(&dir.join("loop"), ["d"]).fails(2, &["cannot read", "loop"]);
    // Nothing is mapped at address 0.
    ask(Path::new("/proc/self/mem"), ["d"]).fails(2, &["cannot read /proc/self/mem"]);
    let batch = |path: &str| {
        let mut command = offline();
        command
            .arg("--routes")
            .arg(routes(&dir))
            .args(["--batch", path]);
        run(&mut command)
    };
    batch("/proc/self/mem").fails(2, &["cannot read the batch"]);
    batch(dir.join("loop").to_str().unwrap()).fails(2, &["cannot read", "loop"]);
    batch(dir.join("none").to_str().unwrap()).fails(2, &["cannot read", "none"]);
    batch(dir.path().to_str().unwrap()).fails(2, &["is a directory"]);
}

/// Where the tests run as root and `setpriv` is there, as somebody else; elsewhere as who we are.
#[test]
fn a_table_that_this_user_may_not_read() {
    let dir = Dir::with(&[("control/me", "m\n"), ("control/smtproutes", ":r\n")]);
    let table = dir.join("control/smtproutes");
    let program = env!("CARGO_BIN_EXE_qroute-resolve");
    let other = |args: &[&OsStr]| {
        let mut command = match std::fs::File::open(&table) {
            // Root, whom no mode keeps out.
            Ok(_) => {
                let mut command = bare("setpriv");
                command.args(["--reuid=65534", "--regid=65534", "--clear-groups", program]);
                command
            }
            Err(_) => bare(program),
        };
        command
            .args(["--no-config", "--no-dns", "d"])
            .args(args)
            .output()
    };
    std::fs::set_permissions(&table, PermissionsExt::from_mode(0o000)).unwrap();
    match other(&[OsStr::new("--version")]) {
        Ok(output) if output.status.success() => {}
        _ => {
            eprintln!("skipped: no other user can run the program here");
            return;
        }
    }
    let cases: [(&[&OsStr], &str); 2] = [
        (
            &[OsStr::new("--routes"), table.as_os_str()],
            "ermission denied",
        ),
        (
            &[OsStr::new("--home"), dir.path().as_os_str()],
            "this user may not read it",
        ),
    ];
    for (args, words) in cases {
        let output = other(args).unwrap();
        let err = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{err}");
        assert!(err.contains(words) && err.contains("smtproutes"), "{err}");
        assert!(output.stdout.is_empty());
    }
}

#[test]
fn pipes_and_devices_are_refused_and_nothing_waits() {
    let dir = Dir::with(&[("control/me", "m\n")]);
    let pipe = dir.join("pipe");
    assert!(
        Command::new("mkfifo")
            .arg(&pipe)
            .status()
            .unwrap()
            .success()
    );
    for path in [&pipe, Path::new("/dev/zero"), Path::new("/dev/null")] {
        ask(path, ["d"]).fails(2, &["is not a regular file"]);
    }
    // A control file that is one keeps the product from working; the tool says so and waits for nobody.
    for (name, code) in [("smtproutes", 111), ("locals", 2), ("smtproutesdialect", 2)] {
        let link = dir.join("control").join(name);
        std::os::unix::fs::symlink(&pipe, &link).unwrap();
        let ran = ask_home(&dir, ["u@d"]);
        assert_eq!(ran.code(), code, "{name}: {ran:?}");
        std::fs::remove_file(link).unwrap();
    }
}

#[test]
fn other_formats_are_refused() {
    let dir = Dir::new();
    let table = routes(&dir);
    ask(&table, ["--from", "smtproutez", "d"]).fails(
        2,
        &[
            "unknown format `smtproutez`; did you mean `smtproutes`?",
            "--formats",
        ],
    );
    ask(&table, ["--from", "lotus", "d"]).fails(2, &["unknown format `lotus`; --formats"]);
    for planned in ["mailertable", "exim", "opensmtpd", "exchange", "ddei"] {
        ask(&table, ["--from", planned, "d"]).fails(2, &[planned, "known and not read"]);
    }
    assert_eq!(ask(&table, ["--from", "smtproutes", "d"]).code(), 0);
    let mut command = offline();
    command
        .env("QROUTE_FROM", "exim")
        .arg("--routes")
        .arg(&table)
        .arg("d");
    run(&mut command).fails(2, &["exim"]);
    // A variable that is empty is one that is not set.
    assert_eq!(run(command.env("QROUTE_FROM", "")).code(), 0);
    let xml = dir.file("routes.xml", "\u{feff}<?xml version=\"1.0\"?><a/>\n");
    ask(&xml, ["d"]).fails(2, &["XML with the root element <a>", "--from"]);
    assert_eq!(ask(&xml, ["--from", "smtproutes", "d"]).code(), 0);
    ask(&table, ["--assume", "order=first", "d"]).fails(2, &["nothing to assume"]);
}

#[test]
fn usage() {
    let dir = Dir::new();
    let table = routes(&dir);
    let none: [&str; 0] = [];
    ask(&table, none).fails(2, &["nothing to resolve", "--help"]);
    let ran = run(offline().args(["--routes", "-", "--batch", "-"]));
    ran.fails(2, &["cannot both read standard input"]);
    for args in [
        &["--home", "/x"][..],
        &["--control", "/x"],
        &["--env", "A=b"],
        &["--seed", "1"],
        &["-q", "-v"],
        &["--nosuch"],
        &["--jobs", "0"],
        &["--output-format", "yaml"],
        &["--timeout", "0"],
        &["--timeout", "-1"],
        &["--timeout", "nan"],
        &["--timeout", "soon"],
    ] {
        let ran = ask(&table, args.iter().chain(&["d"]));
        assert_eq!(ran.code(), 2, "{args:?}");
        assert!(ran.out.is_empty() && !ran.err.is_empty(), "{args:?}");
    }
    let mut online = command();
    online.args(["--no-config", "--dns-server", "ns.example", "--routes"]);
    run(online.arg(&table).arg("d")).fails(2, &["--dns-server", "ns.example"]);
    let mut online = command();
    online.args([
        "--no-config",
        "--dns-server",
        "127.0.0.1:9",
        "--own",
        "a b",
        "--routes",
    ]);
    run(online.arg(&table).arg("d")).fails(2, &["--own", "a b"]);
    let help = run(command().arg("--help"));
    assert_eq!((help.code(), help.err()), (0, ""));
    assert!(help.out().contains("Exit status:"));
    let version = run(command().arg("--version"));
    assert_eq!(version.code(), 0);
    assert!(version.out().starts_with("qroute-resolve "));
}

/// One bad address a line: what is said of it.
#[test]
fn what_is_no_address() {
    let dir = Dir::new();
    let table = routes(&dir);
    let long = format!("u@{}", "a.".repeat(150));
    let cases: [(&[u8], &str); 12] = [
        (b"u@", "the domain behind @ is missing"),
        (b"@d", "the local part before @ is missing"),
        (b"", "the record is empty"),
        (b"<u@d>", "angle brackets"),
        (long.as_bytes(), "longer than 253 bytes"),
        (b"u@d\x01", "control bytes"),
        (b"u\x1b@d", "control bytes"),
        (b"u@d\x7f", "control bytes"),
        (b"u@d\n", "control bytes"),
        (b"u@d\ts@e", "control bytes"),
        (b"u@d\r", "ends in CR"),
        (b"u@\xff.d", "not valid UTF-8"),
    ];
    for (address, words) in cases {
        let ran = ask(&table, [OsStr::from_bytes(address)]);
        assert_eq!(ran.answer(), "error - bad-address - -", "{address:?}");
        ran.fails(100, &["error: ", words]);
        assert_eq!(ran.err().lines().count(), 1);
        // -q leaves the errors.
        let quiet = ask(&table, [OsStr::new("-q"), OsStr::from_bytes(address)]);
        assert_eq!(quiet.err(), ran.err());
    }
    let just = format!("u@{}aaa", "a.".repeat(125));
    assert_eq!(ask(&table, [&just]).answers(), ["static r:25"]);
    assert_eq!(
        ask(&table, [&format!("{just}.")]).answers(),
        ["static r:25"]
    );
    assert_eq!(ask(&table, ["ü@bücher.example"]).answers(), ["static r:25"]);
    let ran = ask(&table, ["--sender", "s\x07@e", "u@d"]);
    ran.fails(100, &["the sender holds control bytes"]);
}

#[test]
fn messages_about_records_end_somewhere() {
    let dir = Dir::new();
    let mut command = offline();
    command
        .arg("--routes")
        .arg(routes(&dir))
        .args(["--batch", "-"]);
    let ran = run_with(&mut command, "u@\n".repeat(1000));
    assert_eq!(ran.lines().len(), 1000);
    assert!(
        (10..50).contains(&ran.err().lines().count()),
        "{}",
        ran.err()
    );
    assert!(
        ran.err()
            .ends_with("more of this is in the output and is not said here\n")
    );
}
