//! Files are replaced whole or not at all.

use std::ffi::OsStr;
use std::fs::{self, File, Permissions};
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown, symlink};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rustix::fs::{FlockOperation, XattrFlags, flock};

use super::support::{Dir, HANGS, Ran, bare, drain, formatter, run, signal, start, wait};

const FMT: &str = env!("CARGO_BIN_EXE_qroute-fmt");
const OLD: &str = "Zoo:MX\n";
const NEW: &str = "zoo:mx\n";

pub fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap()
}

/// Names in a directory, hidden ones too.
pub fn names(dir: &Path) -> Vec<String> {
    let entries = fs::read_dir(dir).unwrap();
    let mut names: Vec<String> = entries
        .map(|e| e.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

pub fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

pub fn lock(dir: &Path) -> File {
    let dir = File::open(dir).unwrap();
    flock(&dir, FlockOperation::LockExclusive).unwrap();
    dir
}

#[test]
fn a_link_stays_and_its_target_is_replaced() {
    let dir = Dir::with(&[("real/table", OLD), ("x", "")]);
    let link = dir.join("smtproutes");
    symlink("real/table", &link).unwrap();
    // The lock is that of the target's directory.
    let held = lock(dir.path());
    assert_eq!(run(formatter().arg("--backup").arg(&link)).code(), 0);
    drop(held);
    assert_eq!(fs::read_link(&link).unwrap(), Path::new("real/table"));
    assert_eq!(read(&dir.join("real/table")), NEW);
    assert_eq!(names(&dir.join("real")), ["table", "table~"]);
    assert_eq!(read(&dir.join("real/table~")), OLD);
    symlink("nowhere", dir.join("dangling")).unwrap();
    run(formatter().arg(dir.join("dangling"))).fails(2, &["cannot read", "dangling"]);
}

#[test]
fn mode_owner_and_attributes_are_kept() {
    let dir = Dir::with(&[("smtproutes", OLD)]);
    let table = dir.join("smtproutes");
    if is_root() {
        chown(&table, Some(12345), Some(12346)).unwrap();
    }
    fs::set_permissions(&table, Permissions::from_mode(0o2640)).unwrap();
    let set =
        |name: &str, value: &[u8]| rustix::fs::setxattr(&table, name, value, XattrFlags::empty());
    // user::rw-, user:23456:r--, group::r--, mask::r--, other::---
    let mut acl = 2u32.to_le_bytes().to_vec();
    let entries = [
        (1u16, 6u16, u32::MAX),
        (2, 4, 23456),
        (4, 4, u32::MAX),
        (16, 4, u32::MAX),
        (32, 0, u32::MAX),
    ];
    for (tag, bits, id) in entries {
        acl.extend([tag.to_le_bytes(), bits.to_le_bytes()].concat());
        acl.extend(id.to_le_bytes());
    }
    let kept = [
        set("user.qroute", b"value"),
        set("system.posix_acl_access", &acl),
    ];
    assert!(
        kept.iter().any(Result::is_ok),
        "this file system has neither attributes nor ACLs: set TMPDIR"
    );
    let state = || {
        let meta = fs::metadata(&table).unwrap();
        let value = |name: &str| {
            let mut buffer = vec![0; 1000];
            let len = rustix::fs::getxattr(&table, name, &mut buffer[..]).ok()?;
            Some(buffer[..len].to_vec())
        };
        let values = ["user.qroute", "system.posix_acl_access"].map(value);
        (meta.mode(), meta.uid(), meta.gid(), values)
    };
    let before = state();
    assert_eq!(run(formatter().arg(&table)).code(), 0);
    assert_eq!(read(&table), NEW);
    assert_eq!(state(), before);
}

/// A copy of a program that any user may run, started as a user who is not root.
pub fn as_somebody(dir: &Dir, original: &str) -> Command {
    let program = dir.join("program");
    // Copied by another process: were it open for writing here, a test that forks meanwhile would keep it busy.
    let mut copy = Command::new("cp");
    copy.arg(original).arg(&program);
    assert!(copy.status().unwrap().success());
    fs::set_permissions(&program, Permissions::from_mode(0o755)).unwrap();
    fs::set_permissions(dir.path(), Permissions::from_mode(0o755)).unwrap();
    let mut command = bare(program);
    command.arg("--no-config");
    if is_root() {
        command.uid(65534).gid(65534);
    }
    command
}

#[test]
fn a_directory_that_may_not_be_written_keeps_the_old_file() {
    let dir = Dir::with(&[("sub/smtproutes", OLD)]);
    let sub = dir.join("sub");
    let table = sub.join("smtproutes");
    fs::set_permissions(&table, Permissions::from_mode(0o644)).unwrap();
    fs::set_permissions(&sub, Permissions::from_mode(0o555)).unwrap();
    let ran = run(as_somebody(&dir, FMT).arg(&table));
    ran.fails(
        2,
        &[
            "cannot replace",
            "as it was: nothing is written",
            "Permission denied",
        ],
    );
    assert_eq!(read(&table), OLD);
    assert_eq!(names(&sub), ["smtproutes"]);
    fs::set_permissions(&sub, Permissions::from_mode(0o755)).unwrap();
}

#[test]
fn a_file_that_may_not_be_read_or_given_is_left() {
    let dir = Dir::with(&[("a/smtproutes", OLD), ("b/smtproutes", OLD)]);
    let [a, b] = ["a", "b"].map(|name| dir.join(name).join("smtproutes"));
    fs::set_permissions(&a, Permissions::from_mode(0o000)).unwrap();
    run(as_somebody(&dir, FMT).arg(&a)).fails(2, &["cannot read", "Permission denied"]);
    // Whoever may write the directory, but is not the owner, would make the file its own. Without root there is no file of
    // somebody else's to try with: then the owner is the same, and the file is replaced.
    fs::set_permissions(b.parent().unwrap(), Permissions::from_mode(0o777)).unwrap();
    fs::set_permissions(&b, Permissions::from_mode(0o644)).unwrap();
    let ran = run(as_somebody(&dir, FMT).arg(&b));
    if is_root() {
        ran.fails(
            2,
            &[
                "cannot keep its owner and group (0:0)",
                "nothing is written",
            ],
        );
        assert_eq!(read(&b), OLD);
    } else {
        assert_eq!((ran.code(), read(&b)), (0, NEW.to_owned()));
    }
    assert_eq!(names(b.parent().unwrap()), ["smtproutes"]);
}

/// A limit of the size of files is the full disk that every system has.
#[test]
fn a_full_disk_keeps_the_old_file() {
    let dir = Dir::new();
    let text = "Zoo:MX\n".repeat(20_000);
    let table = dir.file("smtproutes", &text);
    let mut shell = bare("sh");
    shell
        .args(["-c", "ulimit -f 8; exec \"$0\" --no-config \"$1\""])
        .arg(env!("CARGO_BIN_EXE_qroute-fmt"))
        .arg(&table);
    let ran = run(&mut shell);
    ran.fails(
        2,
        &[
            "cannot replace",
            "as it was: nothing is written",
            "File too large",
        ],
    );
    assert_eq!(read(&table), text);
    assert_eq!(names(dir.path()), ["smtproutes"]);
}

#[test]
fn another_program_in_the_directory_is_waited_for() {
    let dir = Dir::with(&[("smtproutes", OLD)]);
    let table = dir.join("smtproutes");
    let held = lock(dir.path());
    let mut child = start(formatter().arg(&table));
    std::thread::sleep(Duration::from_millis(500));
    assert_eq!(read(&table), OLD);
    assert!(child.try_wait().unwrap().is_none(), "it does not wait");
    drop(held);
    assert_eq!(wait(&mut child).code(), Some(0));
    assert_eq!(read(&table), NEW);
}

#[test]
fn another_program_is_not_waited_for_for_ever() {
    let dir = Dir::with(&[("smtproutes", OLD)]);
    let table = dir.join("smtproutes");
    let _held = lock(dir.path());
    let ran = run(formatter().arg(&table));
    ran.fails(
        2,
        &["another program has locked the directory", "5 seconds"],
    );
    assert_eq!(read(&table), OLD);
    // Looking needs no lock.
    assert_eq!(run(formatter().arg("--check").arg(&table)).code(), 1);
}

/// Two tables, of which the program has written the first beside itself and waits for the directory of the second.
struct Waiting {
    dir: Dir,
    held: Option<File>,
    child: Child,
}

impl Waiting {
    fn new() -> Self {
        let dir = Dir::with(&[("a/smtproutes", OLD), ("b/smtproutes", OLD)]);
        let held = Some(lock(&dir.join("b")));
        let tables = ["a", "b"].map(|name| dir.join(name).join("smtproutes"));
        let mut command = formatter();
        let child = start(
            command
                .args(tables)
                .stdout(Stdio::piped())
                .stderr(Stdio::piped()),
        );
        let begun = Instant::now();
        while names(&dir.join("a")).len() < 2 {
            assert!(begun.elapsed() < HANGS, "no temporary file");
            std::thread::sleep(Duration::from_millis(2));
        }
        // Its bytes are there, too.
        while !names(&dir.join("a")).iter().any(|name| {
            name.starts_with(".qroute-")
                && fs::read(dir.join("a").join(name)).is_ok_and(|b| b == NEW.as_bytes())
        }) {
            assert!(begun.elapsed() < HANGS, "no text in the temporary file");
            std::thread::sleep(Duration::from_millis(2));
        }
        Waiting { dir, held, child }
    }

    fn table(&self, name: &str) -> std::path::PathBuf {
        self.dir.join(name).join("smtproutes")
    }

    fn end(&mut self) -> Ran {
        self.held = None;
        let (out, err) = (
            drain(self.child.stdout.take()),
            drain(self.child.stderr.take()),
        );
        Ran {
            status: wait(&mut self.child),
            out: out.join().unwrap(),
            err: err.join().unwrap(),
        }
    }
}

#[test]
fn a_signal_leaves_the_old_file_and_nothing_else() {
    for (name, number) in [("INT", 2), ("TERM", 15)] {
        let mut waiting = Waiting::new();
        signal(&waiting.child, name);
        // The lock is still held: it dies waiting.
        assert_eq!(wait(&mut waiting.child).signal(), Some(number));
        for name in ["a", "b"] {
            assert_eq!(read(&waiting.table(name)), OLD);
            assert_eq!(names(&waiting.dir.join(name)), ["smtproutes"]);
        }
    }
}

#[test]
fn all_files_are_written_before_the_first_is_replaced() {
    let mut waiting = Waiting::new();
    assert_eq!(read(&waiting.table("a")), OLD);
    let ran = waiting.end();
    assert_eq!(ran.code(), 0);
    assert!(
        ran.err().contains("2 of 2 files are replaced"),
        "{}",
        ran.err()
    );
    assert!(ran.err().contains("several renames are not one step"));
    for name in ["a", "b"] {
        assert_eq!(read(&waiting.table(name)), NEW);
        assert_eq!(names(&waiting.dir.join(name)), ["smtproutes"]);
    }
}

#[test]
fn a_file_that_changed_meanwhile_is_left() {
    let mut waiting = Waiting::new();
    fs::write(waiting.table("a"), "Zoo:changed\n").unwrap();
    let ran = waiting.end();
    ran.fails(
        2,
        &[
            "a/smtproutes changed since it was read; nothing is written",
            "1 of 2 files",
        ],
    );
    assert_eq!(read(&waiting.table("a")), "Zoo:changed\n");
    assert_eq!(names(&waiting.dir.join("a")), ["smtproutes"]);
    assert_eq!(read(&waiting.table("b")), NEW);
}

#[test]
fn a_file_may_be_named_twice() {
    let dir = Dir::with(&[("smtproutes", OLD)]);
    let table = dir.join("smtproutes");
    symlink("smtproutes", dir.join("link")).unwrap();
    let ran = run(formatter().args([&table, &dir.join("link"), dir.path(), &table]));
    assert_eq!((ran.code(), ran.err()), (0, ""));
    assert_eq!(read(&table), NEW);
}

#[test]
fn backups() {
    let dir = Dir::with(&[("smtproutes", OLD)]);
    let table = dir.join("smtproutes");
    let inode = |name: &str| fs::metadata(dir.join(name)).unwrap().ino();
    let first = inode("smtproutes");
    let args = |backup: &'static str| {
        [
            OsStr::new(backup).to_owned(),
            table.clone().into_os_string(),
        ]
    };
    assert_eq!(run(formatter().args(args("--backup"))).code(), 0);
    assert_eq!(
        (read(&table), read(&dir.join("smtproutes~"))),
        (NEW.to_owned(), OLD.to_owned())
    );
    // It is the old file itself.
    assert_eq!(inode("smtproutes~"), first);
    // Nothing changes, nothing is kept.
    assert_eq!(run(formatter().args(args("--backup=.old"))).code(), 0);
    assert_eq!(names(dir.path()), ["smtproutes", "smtproutes~"]);
    fs::write(&table, OLD).unwrap();
    fs::create_dir(dir.join("smtproutes.old")).unwrap();
    run(formatter().args(args("--backup=.old"))).fails(2, &["cannot keep a backup", "as it was"]);
    assert_eq!(read(&table), OLD);
    assert_eq!(
        names(dir.path()),
        ["smtproutes", "smtproutes.old", "smtproutes~"]
    );
}
