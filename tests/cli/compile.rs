//! qroute-compile, and the programs that use what it makes.

use std::fs::{self, File, Permissions};
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown, symlink};
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::writing::{as_somebody, is_root, names};
use crate::support::{
    Dir, HANGS, Ran, ask, bare, command, drain, offline, run, run_with, signal, start, wait,
};

const TABLE: &str = "# routes\na.example:mx.a:26\n.b.example:mx.b\nA.example:later\n:smart\n";

const COMPILE: &str = env!("CARGO_BIN_EXE_qroute-compile");

fn compiler() -> Command {
    let mut command = bare(COMPILE);
    command.arg("--no-config");
    command
}

fn fails(ran: &Ran, code: i32, words: &[&str]) {
    ran.fails_of("qroute-compile", code, words);
}

#[test]
fn a_table_becomes_a_database_beside_it() {
    let dir = Dir::with(&[("smtproutes", TABLE)]);
    let (table, database) = (dir.join("smtproutes"), dir.join("smtproutes.cdb"));
    let ran = run(compiler().arg(&table));
    assert_eq!((ran.code(), ran.out(), ran.err()), (0, "", ""));
    assert_eq!(names(dir.path()), ["smtproutes", "smtproutes.cdb"]);
    let once = fs::read(&database).unwrap();
    let ran = run(compiler().arg("-v").arg(&table));
    assert!(
        ran.err().ends_with("smtproutes.cdb: 3 routes\n"),
        "{}",
        ran.err()
    );
    assert!(
        once == fs::read(&database).unwrap(),
        "the same text, other bytes"
    );
    assert_eq!(run(compiler().arg("--check").arg(&table)).code(), 0);
    let dump = run(compiler().arg("--dump").arg(&table));
    assert_eq!(
        (dump.code(), dump.out()),
        (
            0,
            ".b.example:mx.b\nA.example:later\n:smart\n"
                .replace('A', "a")
                .as_str()
        )
    );
    // What is printed is a table that decides the same.
    let mut differ = bare(env!("CARGO_BIN_EXE_qroute-diff"));
    differ.arg("--no-config").arg(&table).arg("-");
    let ran = run_with(&mut differ, dump.out());
    assert_eq!((ran.code(), ran.err()), (0, ""), "{}", ran.out());
    // The database may be named, and is enough.
    assert_eq!(
        run(compiler().arg("--dump").arg(&database)).out(),
        dump.out()
    );
    fs::remove_file(&table).unwrap();
    assert_eq!(run(compiler().arg("--dump").arg(&table)).out(), dump.out());
    fails(
        &run(compiler().arg("--check").arg(&table)),
        2,
        &["cannot read", "smtproutes"],
    );
}

#[test]
fn a_home_has_a_table() {
    let home = Dir::with(&[
        ("control/me", "me.example\n"),
        ("control/smtproutes", TABLE),
    ]);
    let compile = |args: &[&str]| run(compiler().env("QMAILHOME", home.path()).args(args));
    assert_eq!(compile(&[]).code(), 0);
    assert!(home.join("control/smtproutes.cdb").is_file());
    assert_eq!(compile(&["--check"]).code(), 0);
    home.file("control/smtproutesdialect", "sagredo\n");
    let ran = compile(&["--check"]);
    fails(&ran, 1, &[]);
    assert!(
        ran.err()
            .contains("is not current: it was made for dialect notqmail"),
        "{}",
        ran.err()
    );
    let other = home.join("other.cdb");
    let ran = run(compiler()
        .arg("--control")
        .arg(home.join("control"))
        .arg("-o")
        .arg(&other));
    assert_eq!((ran.code(), ran.err()), (0, ""));
    assert!(other.is_file());
    let ran = run(compiler().arg("--control").arg(home.path()));
    fails(&ran, 2, &["smtproutes"]);
}

#[test]
fn it_says_when_it_is_not_current() {
    let dir = Dir::with(&[("smtproutes", TABLE)]);
    let table = dir.join("smtproutes");
    let check = || {
        let ran = run(compiler().arg("--check").arg(&table));
        (ran.code(), ran.err().to_owned())
    };
    let is = |why: &str| {
        let (code, err) = check();
        assert_eq!(code, 1, "{err}");
        assert!(
            err.contains(why) && err.contains("the text is used"),
            "{err}"
        );
    };
    is("No such file");
    assert_eq!(run(compiler().arg(&table)).code(), 0);
    assert_eq!(check(), (0, String::new()));
    dir.file("smtproutes", format!("{TABLE}\n"));
    is("the text has changed since");
    assert_eq!(run(compiler().arg(&table)).code(), 0);
    fs::set_permissions(&table, Permissions::from_mode(0o600)).unwrap();
    is("the text has changed since");
    dir.file("smtproutes.cdb", [0; 4000]);
    is("it was not made by this version of qroute-compile");
}

#[test]
fn what_cannot_be_carried_is_refused() {
    let dir = Dir::new();
    for (dialect, text, words) in [
        (
            "sagredo",
            "a:mx\nb:mx|user\nc:x\n",
            &[
                "smtproutes:2:1: `b`: the product takes the next line for the password",
                "nothing is written",
            ][..],
        ),
        (
            "skarnet",
            "a:mx \n",
            &["all mail is deferred", "nothing is written"],
        ),
        ("qsmtp", "a:mx\nb: c\n", &["ignores the whole file"]),
        (
            "qsmtp",
            "junk\na:mx\n",
            &["smtproutes:1:2: ``: Qsmtp (Qremote) ends with a crash"],
        ),
    ] {
        let table = dir.file("smtproutes", text);
        let ran = run(compiler().args(["--dialect", dialect]).arg(&table));
        fails(&ran, 1, words);
        assert_eq!(names(dir.path()), ["smtproutes"]);
    }
    // Errors that a value carries are refused when that is asked.
    let table = dir.file("smtproutes", "a:mx:\nb:mx\n");
    let ran = run(compiler().arg("--strict").arg(&table));
    fails(
        &ran,
        1,
        &[
            "smtproutes:1:",
            "[port-empty]",
            "--strict compiles none such; nothing is written",
        ],
    );
    assert_eq!(names(dir.path()), ["smtproutes"]);
    assert_eq!(run(compiler().arg(&table)).code(), 0);
    dir.file("smtproutes", "a:mx\nb:mx\n");
    assert_eq!(run(compiler().arg("--strict").arg(&table)).code(), 0);
}

#[test]
fn nothing_else_is_replaced() {
    let dir = Dir::with(&[
        ("smtproutes", TABLE),
        ("notes.cdb", "my notes\n"),
        ("sub/x", ""),
    ]);
    let table = dir.join("smtproutes");
    let to = |name: &str| run(compiler().arg(&table).arg("-o").arg(dir.join(name)));
    symlink("smtproutes", dir.join("link")).unwrap();
    fails(
        &to("smtproutes"),
        2,
        &["cannot take the place of the table"],
    );
    fails(&to("link"), 2, &["cannot take the place of the table"]);
    fails(
        &to("notes.cdb"),
        2,
        &["is no constant database; nothing is written"],
    );
    fails(&to("sub"), 2, &["is not a regular file"]);
    fails(&to("none/x.cdb"), 2, &["cannot write", "none/x.cdb"]);
    assert_eq!(fs::read_to_string(&table).unwrap(), TABLE);
    assert_eq!(
        fs::read_to_string(dir.join("notes.cdb")).unwrap(),
        "my notes\n"
    );
    fails(
        &run(compiler().arg("-")),
        2,
        &["standard input cannot be compiled"],
    );
    fails(&run(compiler().arg(dir.path())), 2, &["is a directory"]);
    fails(&run(compiler().arg(dir.join("none"))), 2, &["none"]);
    let xml = dir.file("x.xml", "<CustomRouting><Entry/></CustomRouting>");
    fails(
        &run(compiler().arg(xml)),
        2,
        &["qroute-convert makes smtproutes of it"],
    );
    // A link to a database is followed.
    dir.file("real.cdb", "");
    fs::remove_file(dir.join("real.cdb")).unwrap();
    assert_eq!(to("real.cdb").code(), 0);
    symlink("real.cdb", dir.join("to.cdb")).unwrap();
    assert_eq!(to("to.cdb").code(), 0);
    assert_eq!(
        fs::read_link(dir.join("to.cdb")).unwrap(),
        Path::new("real.cdb")
    );
}

#[test]
fn owner_and_mode_are_those_of_the_text() {
    let dir = Dir::with(&[("smtproutes", TABLE)]);
    let table = dir.join("smtproutes");
    if is_root() {
        chown(&table, Some(12345), Some(12346)).unwrap();
    }
    fs::set_permissions(&table, Permissions::from_mode(0o640)).unwrap();
    let state = |path: &Path| {
        let meta = fs::metadata(path).unwrap();
        (meta.mode() & 0o7777, meta.uid(), meta.gid())
    };
    for _ in 0..2 {
        assert_eq!(run(compiler().arg(&table)).code(), 0);
        assert_eq!(state(&dir.join("smtproutes.cdb")), state(&table));
        // The second time there is one with another mode.
        fs::set_permissions(dir.join("smtproutes.cdb"), Permissions::from_mode(0o666)).unwrap();
    }
}

#[test]
fn others_may_compile_what_they_may_read() {
    let dir = Dir::with(&[("sub/smtproutes", TABLE)]);
    let (sub, table) = (dir.join("sub"), dir.join("sub/smtproutes"));
    fs::set_permissions(&sub, Permissions::from_mode(0o555)).unwrap();
    fs::set_permissions(&table, Permissions::from_mode(0o644)).unwrap();
    let ran = run(as_somebody(&dir, COMPILE).arg(&table));
    fails(&ran, 2, &["cannot write", "Permission denied"]);
    assert_eq!(names(&sub), ["smtproutes"]);
    fs::set_permissions(&sub, Permissions::from_mode(0o777)).unwrap();
    let ran = run(as_somebody(&dir, COMPILE).arg(&table));
    assert_eq!(ran.code(), 0, "{}", ran.err());
    if is_root() {
        assert!(
            ran.err()
                .contains("belongs to you, not to the owner of the text (0:0), and has mode 0644"),
            "{}",
            ran.err()
        );
    }
    // Nobody reads the routes of a table that few may read.
    fs::remove_file(sub.join("smtproutes.cdb")).unwrap();
    fs::set_permissions(&table, Permissions::from_mode(0o640)).unwrap();
    if is_root() {
        chown(&table, Some(0), Some(65534)).unwrap();
    }
    assert_eq!(run(as_somebody(&dir, COMPILE).arg(&table)).code(), 0);
    let mode = fs::metadata(sub.join("smtproutes.cdb")).unwrap().mode();
    assert_eq!(mode & 0o007, 0);
}

/// A limit of the size of files is the full disk that every system has.
#[test]
fn a_full_disk_keeps_the_old_database() {
    let dir = Dir::new();
    let text: String = (0..5000).map(|n| format!("h{n}.example:mx{n}\n")).collect();
    let table = dir.file("smtproutes", "old.example:mx\n");
    assert_eq!(run(compiler().arg(&table)).code(), 0);
    let old = fs::read(dir.join("smtproutes.cdb")).unwrap();
    dir.file("smtproutes", text);
    let mut shell = bare("sh");
    shell
        .args(["-c", "ulimit -f 8; exec \"$0\" --no-config \"$1\""])
        .arg(COMPILE)
        .arg(&table);
    fails(
        &run(&mut shell),
        2,
        &[
            "cannot write",
            "smtproutes.cdb, which is as it was",
            "File too large",
        ],
    );
    assert!(old == fs::read(dir.join("smtproutes.cdb")).unwrap());
    assert_eq!(names(dir.path()), ["smtproutes", "smtproutes.cdb"]);
    let mut full = compiler();
    full.arg("--dump")
        .arg(&table)
        .stdout(File::options().write(true).open("/dev/full").unwrap());
    let ran = full.stderr(Stdio::piped()).output().unwrap();
    assert_eq!(ran.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&ran.stderr).contains("cannot write to standard output"));
}

/// A table that takes a while, with the program in the middle of writing its database.
struct Writing {
    dir: Dir,
    child: Child,
}

impl Writing {
    /// Stops it there; `None` when it was faster.
    fn new(lines: usize) -> Option<Self> {
        let dir = Dir::new();
        let text = (0..lines).map(|n| format!("h{n}.example:mx{n}.example:26\n"));
        let table = dir.file("smtproutes", text.collect::<String>());
        let mut command = compiler();
        command.arg(&table);
        let mut child = start(command.stdout(Stdio::piped()).stderr(Stdio::piped()));
        let begun = Instant::now();
        let is_begun = |name: &String| {
            name.starts_with(".qroute-")
                && fs::metadata(dir.join(name)).is_ok_and(|meta| meta.len() > 0)
        };
        while !names(dir.path()).iter().any(is_begun) {
            assert!(begun.elapsed() < HANGS, "no temporary file");
            if child.try_wait().unwrap().is_some() {
                return None;
            }
            std::thread::sleep(Duration::from_micros(200));
        }
        signal(&child, "STOP");
        Some(Writing { dir, child })
    }

    /// Does `then` with programs that were stopped in time, until it says that it met one before the rename.
    fn meet(what: &str, mut then: impl FnMut(Writing) -> bool) {
        // A larger file takes longer to write.
        let met = (1..=50).any(|attempt| Writing::new(40_000 * attempt).is_some_and(&mut then));
        assert!(met, "{what}: every program was faster");
    }
}

#[test]
fn a_signal_leaves_nothing() {
    for (name, number) in [("INT", 2), ("TERM", 15)] {
        Writing::meet(name, |mut writing| {
            signal(&writing.child, name);
            signal(&writing.child, "CONT");
            let ended = wait(&mut writing.child);
            let left = names(writing.dir.path());
            // It may have been past the rename; half a database it never is.
            assert!(left.iter().all(|name| !name.starts_with('.')), "{left:?}");
            ended.signal() == Some(number) && left == ["smtproutes"]
        });
    }
}

#[test]
fn a_text_that_changes_meanwhile_is_not_compiled() {
    Writing::meet("a change", |mut writing| {
        let text = writing.dir.join("smtproutes");
        let mut text = fs::OpenOptions::new().append(true).open(text).unwrap();
        std::io::Write::write_all(&mut text, b"more:mx\n").unwrap();
        signal(&writing.child, "CONT");
        let (out, err) = (
            drain(writing.child.stdout.take()),
            drain(writing.child.stderr.take()),
        );
        let ran = Ran {
            status: wait(&mut writing.child),
            out: out.join().unwrap(),
            err: err.join().unwrap(),
        };
        if ran.code() == 0 {
            return false;
        }
        fails(
            &ran,
            2,
            &["changed while it was compiled; nothing is written"],
        );
        assert_eq!(names(writing.dir.path()), ["smtproutes"]);
        true
    });
}

/// Renames a key of the database, as nobody does, so that what uses it shows.
fn spoil(database: &Path, old: &str, new: &str) {
    let time = fs::metadata(database).unwrap().modified().unwrap();
    let mut bytes = fs::read(database).unwrap();
    let at = memchr::memmem::find(&bytes, old.as_bytes()).unwrap();
    bytes[at..at + new.len()].copy_from_slice(new.as_bytes());
    fs::write(database, bytes).unwrap();
    let file = File::options().write(true).open(database).unwrap();
    file.set_modified(time).unwrap();
}

#[test]
fn resolve_uses_it_as_long_as_it_is_current() {
    let dir = Dir::with(&[("smtproutes", TABLE)]);
    let (table, database) = (dir.join("smtproutes"), dir.join("smtproutes.cdb"));
    let answer = || {
        let ran = ask(&table, ["u@a.example", "x.b.example", "c.example"]);
        (ran.code(), ran.out().to_owned())
    };
    let text = answer();
    assert!(
        text.1.contains("later:25") && text.1.contains("smtproutes:4"),
        "{}",
        text.1
    );
    assert_eq!(run(compiler().arg(&table)).code(), 0);
    assert_eq!(answer(), text);
    spoil(&database, "a.examplelater", "x.example");
    assert_ne!(answer(), text, "the database is not asked");
    // Explanations name the lines that lose, and come from the text.
    let explained = run(offline()
        .arg("--routes")
        .arg(&table)
        .args(["--explain", "a.example"]));
    assert!(
        explained.out().contains("A.example:later")
            && explained.out().contains("line 2 a later line"),
        "{}",
        explained.out()
    );
    // So do answers of another dialect, and of a text that was touched.
    let ran =
        run(offline()
            .arg("--routes")
            .arg(&table)
            .args(["--dialect", "sagredo", "a.example"]));
    assert!(ran.out().contains("later"), "{}", ran.out());
    fs::set_permissions(&table, Permissions::from_mode(0o600)).unwrap();
    assert_eq!(answer(), text);
    let ran = run(offline()
        .arg("-v")
        .arg("--routes")
        .arg(&table)
        .arg("a.example"));
    assert!(
        ran.err().contains(
            "smtproutes.cdb is not current: the text has changed since; the text is used"
        ),
        "{}",
        ran.err()
    );
}

#[test]
fn a_home_is_asked_by_its_database() {
    let home = Dir::with(&[
        ("control/me", "me.example\n"),
        ("control/locals", "local.example\n"),
        ("control/smtproutes", TABLE),
    ]);
    let control = home.join("control");
    let answer = || {
        let mut asked = command();
        asked.args(["--no-dns", "--home"]).arg(home.path());
        run(asked.args(["u@a.example", "u@local.example"]))
            .out()
            .to_owned()
    };
    let text = answer();
    assert_eq!(run(compiler().arg("--control").arg(&control)).code(), 0);
    assert_eq!(answer(), text);
    spoil(
        &control.join("smtproutes.cdb"),
        "a.examplelater",
        "x.example",
    );
    assert_ne!(answer(), text, "the database is not asked");
}

#[test]
fn remote_uses_it_as_long_as_it_is_current() {
    // Nothing listens at the first; the second has no address that could be asked for.
    let home = Dir::with(&[
        ("control/me", "me.example\n"),
        (
            "control/smtproutes",
            "a.example:127.0.0.1:1\n:no.invalid:1\n",
        ),
    ]);
    let deliver = || {
        let mut remote = bare(env!("CARGO_BIN_EXE_qroute-remote"));
        remote
            .env("QMAILHOME", home.path())
            .env("QROUTE_DNS", "127.0.0.1:1");
        let ran = run_with(
            remote.args(["a.example", "s@me.example", "u@a.example"]),
            "Subject: t\n\nx\n",
        );
        assert_eq!((ran.code(), ran.err()), (0, ""));
        ran.out().to_owned()
    };
    let routes = home.join("control/smtproutes");
    let text = deliver();
    // It is made for the dialect of qroute-remote, which is another than that of the tester when nothing names one.
    assert_eq!(
        run(compiler().args(["--dialect", "qroute"]).arg(&routes)).code(),
        0
    );
    assert_eq!(deliver(), text);
    spoil(
        &home.join("control/smtproutes.cdb"),
        "a.example127",
        "x.example",
    );
    assert_ne!(deliver(), text, "the database is not asked");
    // Silently back to the text.
    home.file(
        "control/smtproutes",
        "a.example:127.0.0.1:1\n:no.invalid:1\n\n",
    );
    assert_eq!(deliver(), text);
}

#[test]
fn lint_says_what_is_stale() {
    let home = Dir::with(&[
        ("control/me", "me.example\n"),
        ("control/smtproutes", "a.example:mx.example\n"),
    ]);
    let lint = || {
        let mut linter = bare(env!("CARGO_BIN_EXE_qroute-lint"));
        linter
            .arg("--no-config")
            .arg("--control")
            .arg(home.join("control"));
        let ran = run(linter.args(["--select", "stale-compiled"]));
        (ran.code(), ran.out().to_owned())
    };
    let table = home.join("control/smtproutes");
    assert_eq!(run(compiler().arg(&table)).code(), 0);
    assert_eq!(lint(), (0, String::new()));
    home.file(
        "control/smtproutes",
        "a.example:mx.example\nb.example:mx.example\n",
    );
    let (code, out) = lint();
    assert_eq!(code, 1);
    assert!(
        out.contains("stale-compiled") && out.contains("b.example"),
        "{out}"
    );
    // The same routes, but not what it was made of: qroute does not use it.
    assert_eq!(run(compiler().arg(&table)).code(), 0);
    assert_eq!(lint(), (0, String::new()));
    assert_eq!(
        run(compiler().args(["--dialect", "sagredo"]).arg(&table)).code(),
        0
    );
    let (code, out) = lint();
    assert_eq!(code, 1);
    assert!(out.contains("made for dialect sagredo"), "{out}");
}

#[test]
fn postfix_gets_what_postmap_makes() {
    let dir = Dir::new();
    let table = dir.file("transport", "Example.org smtp:[mx]\nexample.net\n");
    let ran = run(compiler().args(["--for", "postfix"]).arg(&table));
    fails(
        &ran,
        1,
        &["transport:2:", "[no-result]", "nothing is written"],
    );
    assert_eq!(names(dir.path()), ["transport"]);
    let table = dir.file(
        "transport",
        "Example.org smtp:[mx]\n# x\n.b.example\n  relay:\nexample.ORG x:\n",
    );
    let ran = run(compiler().args(["--for", "postfix"]).arg(&table));
    assert_eq!((ran.code(), ran.err()), (0, ""));
    let bytes = fs::read(dir.join("transport.cdb")).unwrap();
    let records: Vec<_> = qroute::control::cdb_records(&bytes)
        .map(|(key, data)| (&bytes[key], &bytes[data]))
        .collect();
    assert_eq!(
        records,
        [
            (&b"example.org"[..], &b"smtp:[mx]"[..]),
            (b".b.example", b"relay:")
        ]
    );
    let ran = run(compiler().arg(&table));
    fails(&ran, 2, &["--for postfix compiles it"]);
    let ran = run(compiler()
        .args(["--for", "postfix", "--dialect", "sagredo"])
        .arg(&table));
    fails(&ran, 2, &["--dialect sagredo"]);
}

#[test]
fn exim_gets_route_data() {
    let dir = Dir::new();
    let table = dir.file(
        "smtproutes",
        "a.example:mx.a\n.b.example:mx.b:26\nC.example:\n.c.example:mx.c\nd.example:[10.0.0.1]\n.x.b.example:\n:smart:587\n",
    );
    let out = dir.join("routes.cdb");
    let exim = |args: &[&str]| {
        run(compiler()
            .args(["--for", "exim", "-o"])
            .arg(&out)
            .args(args)
            .arg(&table))
    };
    let ran = run(compiler().args(["--for", "exim"]).arg(&table));
    fails(&ran, 2, &["name the database with -o"]);
    assert_eq!(exim(&["--dialect", "qroute"]).code(), 0);
    let bytes = fs::read(&out).unwrap();
    let records: Vec<String> = qroute::control::cdb_records(&bytes)
        .map(|(key, data)| {
            let text = |range| String::from_utf8_lossy(&bytes[range]).into_owned();
            format!("{}={}", text(key), text(data))
        })
        .collect();
    assert_eq!(
        records,
        [
            "*=smart::587 byname",
            ".b.example=mx.b::26 byname",
            ".c.example=mx.c byname",
            ".x.b.example=",
            "a.example=mx.a byname",
            // The domain itself is not below itself.
            "b.example=smart::587 byname",
            "c.example=",
            "d.example=10.0.0.1",
            "x.b.example=mx.b::26 byname",
        ]
    );
    dir.file("smtproutes", "a.example:mx.a|user|secret\n");
    fs::remove_file(&out).unwrap();
    let ran = exim(&["--dialect", "sagredo"]);
    fails(
        &ran,
        1,
        &[
            "smtproutes:1:1: mail for a.example: route data have no credentials",
            "nothing is written",
        ],
    );
    assert!(!ran.err().contains("secret"));
    // To notqmail all of it is the name of a host; it is hidden all the same.
    let ran = exim(&["--dialect", "notqmail"]);
    fails(&ran, 1, &["is no host name that route data hold"]);
    assert!(!ran.err().contains("secret"), "{}", ran.err());
    assert_eq!(names(dir.path()), ["smtproutes"]);
}
