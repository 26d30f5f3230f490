//! Every way in which a program writes a file, in every situation in which writing ends badly: the old file is as it was, and
//! nothing is left beside it.
//!
//! A real full disk, on which even a byte does not fit, is in `.ci/in-clean-root`.

use std::fs::{self, Permissions};
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::support::{Dir, HANGS, bare, run, signal, start, wait};
use super::writing::{as_somebody, lock, names, read};

/// A way to write: its name, the program, its arguments as a shell has them, and the file that it writes; everything stands
/// in the current directory.
struct Writer {
    what: &'static str,
    program: &'static str,
    args: &'static str,
    file: &'static str,
    /// What is in the file before; `None` when it is the table itself.
    before: Option<&'static str>,
}

const FMT: &str = env!("CARGO_BIN_EXE_qroute-fmt");
const LINT: &str = env!("CARGO_BIN_EXE_qroute-lint");
const CONVERT: &str = env!("CARGO_BIN_EXE_qroute-convert");

const WRITERS: &[Writer] = &[
    Writer {
        what: "fmt",
        program: FMT,
        args: "smtproutes",
        file: "smtproutes",
        before: None,
    },
    Writer {
        what: "lint --fix",
        program: LINT,
        args: "--fix -q --statistics smtproutes",
        file: "smtproutes",
        before: None,
    },
    Writer {
        what: "a new baseline",
        program: LINT,
        args: "--write-baseline new --statistics smtproutes",
        file: "new",
        before: Some(""),
    },
    Writer {
        what: "a baseline again",
        program: LINT,
        args: "--write-baseline old --statistics smtproutes",
        file: "old",
        before: Some("{\"version\": 1, \"findings\": []}\n"),
    },
    Writer {
        what: "convert -o to a new file",
        program: CONVERT,
        args: "-q smtproutes --to postfix-transport --accept all -o new",
        file: "new",
        before: Some(""),
    },
    Writer {
        what: "convert -o over a file",
        program: CONVERT,
        args: "-q smtproutes --to postfix-transport --accept all --overwrite -o old",
        file: "old",
        before: Some("a.example smtp:[b.example]\n"),
    },
    Writer {
        what: "convert --merge",
        program: CONVERT,
        args: "-q smtproutes --to postfix-transport --accept all --merge old -o old",
        file: "old",
        before: Some("a.example smtp:[b.example]\n"),
    },
    Writer {
        what: "a new report",
        program: CONVERT,
        args: "-q smtproutes --to cpanel-commands --accept all --report new",
        file: "new",
        before: Some(""),
    },
    Writer {
        what: "a report again",
        program: CONVERT,
        args: "-q smtproutes --to cpanel-commands --accept all --report old",
        file: "old",
        before: Some("{}\n"),
    },
];

impl Writer {
    /// A directory with the table of `routes` lines and what is there before.
    fn dir(&self, routes: usize) -> Dir {
        let dir = Dir::new();
        let good = (0..routes).map(|n| format!("G{n}.Example:MX.example:025 \n"));
        let bad = (0..routes).map(|n| format!("bad{n}.example:mx.example:\n"));
        dir.file("w/smtproutes", good.chain(bad).collect::<String>());
        if self.file == "old" {
            dir.file("w/old", self.before.unwrap());
        }
        dir
    }

    /// What stands in the directory, by name.
    fn state(dir: &Dir) -> Vec<(String, String)> {
        let w = dir.join("w");
        let files = names(&w).into_iter();
        files
            .map(|name| (name.clone(), read(&w.join(name))))
            .collect()
    }

    /// The command, through a shell that first runs `before`.
    fn command(&self, dir: &Dir, before: &str) -> Command {
        let mut command = bare("sh");
        let script = format!("{before}\nexec \"$0\" --no-config {}", self.args);
        command.args(["-c", &script, self.program]);
        command.current_dir(dir.join("w"));
        command
    }
}

#[test]
fn each_of_them_writes() {
    for writer in WRITERS {
        let dir = writer.dir(3);
        let before = Writer::state(&dir);
        let ran = run(&mut writer.command(&dir, ""));
        assert!([0, 1].contains(&ran.code()), "{}: {ran:?}", writer.what);
        let text = read(&dir.join("w").join(writer.file));
        assert!(!text.is_empty(), "{}", writer.what);
        let after = Writer::state(&dir);
        // One file is new or another one, and the rest is as it was.
        let changed: Vec<_> = after.iter().filter(|file| !before.contains(file)).collect();
        assert_eq!(changed.len(), 1, "{}: {after:?}", writer.what);
        assert_eq!(changed[0].0, writer.file, "{}", writer.what);
        let mode = fs::metadata(dir.join("w").join(writer.file))
            .unwrap()
            .mode();
        assert_eq!(
            mode & 0o777,
            0o644,
            "{}: readable as others are",
            writer.what
        );
        if writer.before.is_some_and(|before| !before.is_empty()) {
            a_link_stays(writer);
        }
    }
}

/// The target of a symbolic link is replaced, the link stays.
fn a_link_stays(writer: &Writer) {
    let dir = writer.dir(3);
    let link = dir.join("w").join(writer.file);
    dir.file("real/there", read(&link));
    fs::remove_file(&link).unwrap();
    symlink("../real/there", &link).unwrap();
    let ran = run(&mut writer.command(&dir, ""));
    assert!([0, 1].contains(&ran.code()), "{}: {ran:?}", writer.what);
    assert_eq!(fs::read_link(&link).unwrap(), Path::new("../real/there"));
    assert_ne!(read(&link), writer.before.unwrap(), "{}", writer.what);
}

#[test]
fn a_directory_that_may_not_be_written() {
    for writer in WRITERS {
        let dir = writer.dir(3);
        let before = Writer::state(&dir);
        let w = dir.join("w");
        fs::set_permissions(&w, Permissions::from_mode(0o555)).unwrap();
        let mut command = as_somebody(&dir, writer.program);
        command.args(writer.args.split(' ')).current_dir(&w);
        let ran = run(&mut command);
        fs::set_permissions(&w, Permissions::from_mode(0o755)).unwrap();
        ran.fails(2, &[writer.file, "Permission denied"]);
        assert_eq!(Writer::state(&dir), before, "{}", writer.what);
    }
}

/// A limit of the size of files is the full disk that every system has: half of the file fits.
#[test]
fn a_disk_that_fills_up_in_the_middle() {
    for writer in WRITERS {
        let dir = writer.dir(600);
        let before = Writer::state(&dir);
        let ran = run(&mut writer.command(&dir, "ulimit -f 8"));
        ran.fails(2, &[writer.file, "File too large"]);
        assert_eq!(Writer::state(&dir), before, "{}", writer.what);
    }
}

/// Stopped while the temporary file is there and the rename is still to come, and then ended by a signal.
#[test]
fn a_signal_in_the_middle() {
    for (writer, (name, number)) in WRITERS
        .iter()
        .zip([("TERM", 15), ("INT", 2)].into_iter().cycle())
    {
        let met = (1..=100).any(|attempt| {
            // Where syncing costs nothing, as in memory, a larger file takes longer to write.
            let dir = writer.dir(200 + 40 * attempt);
            let before = Writer::state(&dir);
            let mut command = writer.command(&dir, "");
            let mut child = start(command.stdout(Stdio::null()).stderr(Stdio::null()));
            let w = dir.join("w");
            let begun = Instant::now();
            while names(&w).len() == before.len() && child.try_wait().unwrap().is_none() {
                assert!(begun.elapsed() < HANGS, "{}: it hangs", writer.what);
                std::thread::sleep(Duration::from_micros(200));
            }
            if child.try_wait().unwrap().is_some() {
                return false;
            }
            signal(&child, "STOP");
            let there = names(&w).iter().any(|name| name.starts_with(".qroute-"));
            signal(&child, name);
            signal(&child, "CONT");
            let ended = wait(&mut child);
            let after = Writer::state(&dir);
            let hidden = after.iter().any(|(name, _)| name.starts_with('.'));
            assert!(!hidden, "{}: something is left behind", writer.what);
            // It may have been past the rename; half a file it never is.
            let met = there && ended.signal() == Some(number) && after == before;
            if !met {
                let at = after.iter().find(|(name, _)| name == writer.file);
                let text = &at.expect("the file is lost").1;
                assert!(text.ends_with('\n') && text.len() > 1000, "{}", writer.what);
            }
            met
        });
        assert!(met, "{}: never met in the middle of a write", writer.what);
    }
}

/// Another program holds the directory: the signal need not wait for it.
#[test]
fn a_signal_while_it_waits_for_a_directory() {
    for writer in WRITERS {
        let dir = writer.dir(3);
        let before = Writer::state(&dir);
        let held = lock(&dir.join("w"));
        let mut command = writer.command(&dir, "");
        let mut child = start(command.stdout(Stdio::null()).stderr(Stdio::null()));
        std::thread::sleep(Duration::from_millis(150));
        assert!(
            child.try_wait().unwrap().is_none(),
            "{}: it does not wait",
            writer.what
        );
        signal(&child, "TERM");
        assert_eq!(wait(&mut child).signal(), Some(15), "{}", writer.what);
        drop(held);
        assert_eq!(Writer::state(&dir), before, "{}", writer.what);
    }
}
