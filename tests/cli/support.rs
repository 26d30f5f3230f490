//! Running the real program in a clean environment.

use std::ffi::OsStr;
use std::io::{Read, Write};
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use serde_json::Value;

/// Only a safety net: no test waits for it.
pub const HANGS: Duration = Duration::from_secs(120);

/// A directory of its own for a test, removed at its end.
pub struct Dir(PathBuf);

impl Dir {
    pub fn new() -> Dir {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("qroute-cli-{}-{number}", std::process::id()));
        std::fs::create_dir(&path).unwrap();
        Dir(path)
    }

    /// A home: files by their path below it.
    pub fn with(files: &[(&str, &str)]) -> Dir {
        let dir = Dir::new();
        for (name, text) in files {
            dir.file(name, text.as_bytes());
        }
        dir
    }

    pub fn path(&self) -> &Path {
        &self.0
    }

    pub fn join(&self, name: impl AsRef<Path>) -> PathBuf {
        self.0.join(name)
    }

    pub fn file(&self, name: impl AsRef<Path>, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.0.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, bytes).unwrap();
        path
    }
}

impl Drop for Dir {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// What the program did.
#[derive(Debug)]
pub struct Ran {
    pub status: ExitStatus,
    pub out: Vec<u8>,
    pub err: Vec<u8>,
}

impl Ran {
    pub fn code(&self) -> i32 {
        self.status
            .code()
            .unwrap_or_else(|| panic!("died of signal {:?}", self.status.signal()))
    }

    pub fn out(&self) -> &str {
        std::str::from_utf8(&self.out).unwrap()
    }

    pub fn err(&self) -> &str {
        std::str::from_utf8(&self.err).unwrap()
    }

    /// The text output: lines of exactly six fields, none empty.
    pub fn lines(&self) -> Vec<Vec<String>> {
        assert!(self.out.is_empty() || self.out.ends_with(b"\n"));
        let lines = self
            .out()
            .lines()
            .map(|l| l.split('\t').map(str::to_owned).collect());
        let lines: Vec<Vec<String>> = lines.collect();
        for line in &lines {
            assert_eq!(line.len(), 6, "{line:?}");
            assert!(line.iter().all(|field| !field.is_empty()), "{line:?}");
        }
        lines
    }

    /// Decision and hops of every line.
    pub fn answers(&self) -> Vec<String> {
        self.lines()
            .iter()
            .map(|l| format!("{} {}", l[1], l[2]))
            .collect()
    }

    /// The one line, without its address.
    pub fn answer(&self) -> String {
        let lines = self.lines();
        assert_eq!(lines.len(), 1, "{self:?}");
        lines[0][1..].join(" ")
    }

    /// The JSON lines.
    pub fn objects(&self) -> Vec<Value> {
        self.out()
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }

    /// The one JSON line.
    pub fn object(&self) -> Value {
        let mut objects = self.objects();
        assert_eq!(objects.len(), 1, "{self:?}");
        objects.remove(0)
    }

    /// Asserts the status, and a message that holds all of `words`.
    #[track_caller]
    pub fn fails(&self, code: i32, words: &[&str]) {
        self.fails_of("qroute-", code, words);
    }

    /// As [`Ran::fails`], for one program.
    #[track_caller]
    pub fn fails_of(&self, program: &str, code: i32, words: &[&str]) {
        let err = String::from_utf8_lossy(&self.err);
        assert_eq!(self.status.code(), Some(code), "{err}");
        for word in words {
            assert!(err.contains(word), "no `{word}` in: {err}");
        }
        let messages = err
            .lines()
            .all(|line| line.starts_with(program) && line.contains(": "));
        assert!(messages || err.starts_with("error: "), "{err}");
    }
}

/// A program with nothing of this environment but the path: every program of this project is started so.
pub fn bare(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    command
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap())
        .stdin(Stdio::null());
    command
}

/// As [`bare`], without configuration.
fn plain(program: &str) -> Command {
    let mut command = bare(program);
    command.arg("--no-config");
    command
}

/// qroute-resolve, which may read configuration.
pub fn command() -> Command {
    bare(env!("CARGO_BIN_EXE_qroute-resolve"))
}

/// qroute-lint without configuration.
pub fn linter() -> Command {
    plain(env!("CARGO_BIN_EXE_qroute-lint"))
}

/// qroute-fmt without configuration.
pub fn formatter() -> Command {
    plain(env!("CARGO_BIN_EXE_qroute-fmt"))
}

/// qroute-convert without configuration.
pub fn converter() -> Command {
    plain(env!("CARGO_BIN_EXE_qroute-convert"))
}

/// qroute-diff without configuration.
pub fn differ() -> Command {
    plain(env!("CARGO_BIN_EXE_qroute-diff"))
}

/// The program without configuration and DNS.
pub fn offline() -> Command {
    let mut command = command();
    command.args(["--no-config", "--no-dns"]);
    command
}

/// Asks `table` alone.
pub fn ask<I: AsRef<OsStr>>(table: &Path, args: impl IntoIterator<Item = I>) -> Ran {
    run(offline().arg("--routes").arg(table).args(args))
}

/// Asks the mail system of a home.
pub fn ask_home<I: AsRef<OsStr>>(home: &Dir, args: impl IntoIterator<Item = I>) -> Ran {
    run(offline().arg("--home").arg(home.path()).args(args))
}

pub fn run(command: &mut Command) -> Ran {
    let mut child = start(command.stdout(Stdio::piped()).stderr(Stdio::piped()));
    let (out, err) = (drain(child.stdout.take()), drain(child.stderr.take()));
    let status = wait(&mut child);
    Ran {
        status,
        out: out.join().unwrap(),
        err: err.join().unwrap(),
    }
}

/// As [`run`], with `input` on standard input.
pub fn run_with(command: &mut Command, input: impl Into<Vec<u8>>) -> Ran {
    let input = input.into();
    let mut child = start(
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped()),
    );
    let mut stdin = child.stdin.take().unwrap();
    // The program may end before it has read everything.
    let feeder = std::thread::spawn(move || drop(stdin.write_all(&input)));
    let (out, err) = (drain(child.stdout.take()), drain(child.stderr.take()));
    let status = wait(&mut child);
    feeder.join().unwrap();
    Ran {
        status,
        out: out.join().unwrap(),
        err: err.join().unwrap(),
    }
}

pub fn start(command: &mut Command) -> Child {
    command.spawn().unwrap()
}

/// Everything that a pipe brings.
pub fn drain(pipe: Option<impl Read + Send + 'static>) -> JoinHandle<Vec<u8>> {
    let mut pipe = pipe.unwrap();
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        pipe.read_to_end(&mut bytes).unwrap();
        bytes
    })
}

pub fn wait(child: &mut Child) -> ExitStatus {
    let start = Instant::now();
    loop {
        if let Some(status) = child.try_wait().unwrap() {
            return status;
        }
        if start.elapsed() > HANGS {
            child.kill().unwrap();
            panic!("the program hangs");
        }
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// Sends a signal by name, at once: another process for it would take milliseconds.
pub fn signal(child: &Child, name: &str) {
    use rustix::process::{Pid, Signal, kill_process};
    let number = match name {
        "INT" => Signal::INT,
        "TERM" => Signal::TERM,
        "STOP" => Signal::STOP,
        "CONT" => Signal::CONT,
        _ => panic!("no signal {name} here"),
    };
    kill_process(Pid::from_child(child), number).unwrap();
}

pub fn contains(text: &[u8], part: &[u8]) -> bool {
    text.windows(part.len()).any(|window| window == part)
}
