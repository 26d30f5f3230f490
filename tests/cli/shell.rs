//! The programs in a shell: pipelines, `xargs -0`, `set -e`, readers that go away, a full disk behind standard output.

use std::fs::File;
use std::path::Path;
use std::process::{Command, Stdio};

use super::support::{Dir, Ran, bare, drain, run, start, wait};
use super::writing::read;

const OLD: &str =
    "# Acme\nAcme.Example:mx1.acme.example:025\n.partner.example:\nbad.example:mx.example:\n";

/// What each program prints, as a shell has it; the tables stand in the current directory.
const PRINTING: &[&str] = &[
    "qroute-resolve --no-dns --routes old a.example",
    "qroute-resolve --no-dns --routes old --explain a.example",
    "qroute-resolve --no-dns --routes old --output-format json a.example",
    "qroute-resolve --no-dns --routes old --output-format jsonl --batch batch",
    "qroute-resolve --no-dns --routes old -0 a.example",
    "qroute-resolve --kinds",
    "qroute-lint old",
    "qroute-lint --output-format concise old",
    "qroute-lint --output-format json old",
    "qroute-lint --output-format jsonl old",
    "qroute-lint --output-format sarif old",
    "qroute-lint --output-format github old",
    "qroute-lint --output-format gitlab old",
    "qroute-lint --statistics old",
    "qroute-lint --diff old",
    "qroute-lint --fix - <old",
    "qroute-lint --rules",
    "qroute-lint --explain-rule port-empty",
    "qroute-fmt - <old",
    "qroute-fmt --diff old",
    "qroute-fmt --check old",
    "qroute-diff old new",
    "qroute-diff --output-format json old new",
    "qroute-diff --output-format html old new",
    "qroute-diff --addresses batch --list old new",
    "qroute-convert -q new --to xeams",
    "qroute-convert -q new --to cpanel-commands --accept all",
    "qroute-convert -q new --to xeams --diff=text --accept all",
    "qroute-convert --features",
    "qroute-compile --dump compiled",
];

/// What every program that has options prints about itself.
const ABOUT: &[&str] = &[
    "--help",
    "-h",
    "--version",
    "--completions bash",
    "--completions zsh",
    "--completions fish",
];

const PROGRAMS: &[&str] = &[
    "qroute-resolve",
    "qroute-lint",
    "qroute-fmt",
    "qroute-diff",
    "qroute-convert",
    "qroute-compile",
];

fn place() -> Dir {
    let dir = Dir::with(&[("old", OLD), ("new", "acme.example:mx2.acme.example\n")]);
    dir.file(
        "batch",
        "info@acme.example\nb@partner.example\n".repeat(200),
    );
    dir.file("compiled", "acme.example:mx.acme.example\n");
    let made = run(shell(&dir, "qroute-compile compiled").stdin(Stdio::null()));
    assert_eq!(made.code(), 0, "{made:?}");
    dir
}

/// A script of `sh` in `dir`, in which the programs are found by their names and read no configuration of this machine.
fn shell(dir: &Dir, script: &str) -> Command {
    let programs = Path::new(env!("CARGO_BIN_EXE_qroute-resolve"));
    let mut path = programs.parent().unwrap().as_os_str().to_owned();
    path.push(":");
    path.push(std::env::var_os("PATH").unwrap());
    let mut command = bare("sh");
    command.args(["-c", script]).current_dir(dir.path());
    command.env("PATH", path).env("LC_ALL", "C");
    command
}

fn sh(dir: &Dir, script: &str) -> Ran {
    run(&mut shell(dir, script))
}

/// All commands that print, those of [`ABOUT`] for each program.
fn printing() -> Vec<String> {
    let about = PROGRAMS.iter().flat_map(|program| {
        ABOUT
            .iter()
            .map(move |option| format!("{program} {option}"))
    });
    PRINTING
        .iter()
        .map(|&command| command.to_owned())
        .chain(about)
        .collect()
}

#[test]
fn a_closed_pipe_is_141_and_silent() {
    let dir = place();
    for command in printing() {
        // Without a reader from the beginning: nothing depends on who is faster.
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let mut child = start(
            shell(&dir, &format!("exec {command}"))
                .stdout(writer)
                .stderr(Stdio::piped()),
        );
        let err = drain(child.stderr.take());
        assert_eq!(wait(&mut child).code(), Some(141), "{command}");
        let err = String::from_utf8(err.join().unwrap()).unwrap();
        // Findings beside a text or a diff are messages.
        let beside = ["--fix -", "qroute-lint --diff"];
        let silent = err.is_empty() || beside.iter().any(|words| command.contains(words));
        assert!(silent, "{command}: {err}");
    }
}

#[test]
fn a_full_disk_is_2_and_said() {
    let dir = place();
    for command in printing() {
        let full = File::options().write(true).open("/dev/full").unwrap();
        let mut child = start(
            shell(&dir, &format!("exec {command}"))
                .stdout(full)
                .stderr(Stdio::piped()),
        );
        let err = drain(child.stderr.take());
        assert_eq!(wait(&mut child).code(), Some(2), "{command}");
        let err = String::from_utf8(err.join().unwrap()).unwrap();
        let said = "error: cannot write to standard output: No space left on device";
        assert!(err.contains(said), "{command}: {err}");
    }
}

#[test]
fn the_first_line_is_enough_for_head() {
    let dir = place();
    // Far more than a pipe holds.
    let lines: String = (0..20_000).map(|n| format!("d{n}.example:mx:\n")).collect();
    dir.file("long", &lines);
    let many = (0..20_000).map(|n| format!("u{n}@acme.example\n"));
    dir.file("many", many.collect::<String>());
    dir.file("capitals", lines.replace('d', "D"));
    for command in [
        "qroute-resolve --no-dns --routes old --batch long",
        "qroute-lint --output-format concise long",
        "qroute-fmt -",
        "qroute-fmt --for notqmail --diff capitals",
        "qroute-diff --list --addresses many old new",
        "qroute-convert long --to smtproutes",
        "qroute-compile -q long && qroute-compile --dump long",
    ] {
        let script = format!("{{ {command} <long; echo $? >status; }} | head -n 1");
        let ran = sh(&dir, &script);
        assert_eq!(ran.out().lines().count(), 1, "{command}: {ran:?}");
        assert_eq!(read(&dir.join("status")), "141\n", "{command}");
        assert_eq!(ran.err(), "", "{command}");
    }
}

#[test]
fn programs_feed_one_another() {
    let dir = place();
    let ran = sh(
        &dir,
        "qroute-lint -q --fix - <old 2>/dev/null | qroute-fmt --for notqmail - | tee fixed |
            qroute-convert -q - --to xeams --accept all | qroute-convert -q - --to smtproutes | qroute-diff fixed -",
    );
    assert_eq!((ran.code(), ran.out(), ran.err()), (0, "", ""));
    assert_eq!(
        read(&dir.join("fixed")),
        "# Acme\nacme.example:mx1.acme.example:25\n.partner.example:\nbad.example:mx.example\n"
    );
    let ran = sh(
        &dir,
        "sed -n 's/^\\([a-z.]*\\):.*/u@x\\1/p' fixed | tr '\\n' '\\0' |
            qroute-resolve --no-dns --routes fixed --batch - -0 | tr '\\0' '\\n' | cut -f 1-3",
    );
    assert_eq!(
        ran.out(),
        "u@xacme.example\tmx\t-\nu@x.partner.example\tmx\t-\nu@xbad.example\tmx\t-\n"
    );
}

/// Names with blanks, line ends and a leading dash are names.
#[test]
fn names_come_from_xargs() {
    let dir = Dir::new();
    let strange = ["a b/smtproutes", "line\nend/smtproutes", "-dash/smtproutes"];
    for name in strange {
        dir.file(name, "Zoo.example:MX:025 \n");
    }
    let find = "find . -name smtproutes -print0 | sort -z";
    let ran = sh(
        &dir,
        &format!("{find} | xargs -0 qroute-fmt --for notqmail --check"),
    );
    assert_eq!(ran.status.code(), Some(123), "{ran:?}");
    // One line a file, whatever its name.
    assert_eq!(ran.out().lines().count(), 3, "{ran:?}");
    assert!(ran.out().contains("line\\x0Aend/smtproutes"), "{ran:?}");
    let ran = sh(
        &dir,
        &format!("{find} | xargs -0 qroute-fmt -q --for notqmail"),
    );
    assert_eq!((ran.code(), ran.out(), ran.err()), (0, "", ""));
    for name in strange {
        assert_eq!(read(&dir.join(name)), "zoo.example:mx:25\n");
        dir.file(name, "bad.example:mx.example:\n");
    }
    let lint = "qroute-lint --select port-empty --output-format concise";
    let ran = sh(&dir, &format!("{find} | xargs -0 {lint}"));
    assert_eq!(
        (ran.status.code(), ran.out().lines().count()),
        (Some(123), 3)
    );
    let ran = sh(&dir, &format!("{find} | xargs -0 {lint} --fix"));
    assert_eq!((ran.code(), ran.out()), (0, ""), "{ran:?}");
    for name in strange {
        assert_eq!(read(&dir.join(name)), "bad.example:mx.example\n");
    }
    let ran = sh(
        &dir,
        &format!(
            "{find} | xargs -0 -I@ qroute-convert -q @ --to postfix-transport -o @.new
             {find} | xargs -0 -I@ qroute-diff -q --from-new postfix-transport @ @.new >differences
             printf 'u@bad.example\\0d.example\\0' |
                xargs -0 qroute-resolve --no-dns --routes './-dash/smtproutes' | cut -f 1-3"
        ),
    );
    assert_eq!(ran.err(), "");
    assert_eq!(
        ran.out(),
        "u@bad.example\tstatic\tmx.example:25\nd.example\tmx\t-\n"
    );
    for name in strange {
        assert_eq!(
            read(&dir.join(format!("{name}.new"))),
            "bad.example  smtp:[mx.example]\n"
        );
    }
}

/// A script under `set -e` goes on when all is well, and stops at the first program that has something to say.
#[test]
fn scripts_stop_where_they_should() {
    let dir = place();
    let well = "set -eu
        sed -i /partner/d old
        qroute-lint -q --fix old || [ $? -eq 1 ]
        qroute-lint old
        qroute-fmt --for notqmail old
        qroute-fmt --for notqmail --check old
        qroute-diff old old
        qroute-resolve --no-dns --routes old u@acme.example >answer
        qroute-convert -q old --to xeams --accept all -o table.xml
        qroute-convert -q table.xml --to smtproutes -o back
        qroute-diff old back
        qroute-compile --strict old
        qroute-compile --check old
        qroute-compile --dump old | qroute-diff old -
        echo done";
    let ran = sh(&dir, well);
    assert_eq!((ran.code(), ran.out()), (0, "done\n"), "{ran:?}");
    let place = place();
    for (command, code) in [
        ("qroute-lint -q old >/dev/null", 1),
        ("qroute-fmt --check old >/dev/null", 1),
        ("qroute-diff old new >/dev/null", 1),
        ("qroute-convert old --to cpanel-commands >/dev/null", 1),
        (
            "qroute-convert new --to xeams --diff=text --accept all >/dev/null",
            3,
        ),
        ("qroute-resolve --no-dns --routes old \"\" >/dev/null", 100),
        ("qroute-resolve --no-dns --routes old --no-such-option", 2),
        ("qroute-lint nowhere", 2),
        ("qroute-fmt nowhere", 2),
        ("qroute-diff nowhere old", 2),
        ("qroute-convert nowhere --to xeams", 2),
        ("qroute-compile --strict old 2>/dev/null", 1),
        ("qroute-compile --check new 2>/dev/null", 1),
        ("qroute-compile nowhere", 2),
    ] {
        let ran = sh(&place, &format!("set -e\n{command}\necho reached"));
        assert_eq!((ran.code(), ran.out()), (code, ""), "{command}: {ran:?}");
    }
}
