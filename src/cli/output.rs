//! Standard output: written whole records at a time, quiet about a closed pipe, loud about a full disk.

use std::io::{self, BufWriter, ErrorKind, IsTerminal, Stdout, Write};
use std::os::unix::fs::FileTypeExt;
use std::process::ExitCode;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context, Result};
use clap::Parser;

use super::Exit;
use super::replace::remove_temporaries;
use crate::source::harmless;

/// Bytes that a pipe takes whole or not at all (`PIPE_BUF` of Linux): a program that dies while its reader is slow leaves no
/// record cut in two.
const WHOLE: usize = 4096;

/// How long a signal waits for a reader that takes nothing.
const GRACE: Duration = Duration::from_secs(1);

/// The buffered standard output; complete records reach it even when the program is interrupted.
#[derive(Clone)]
pub(super) struct Output {
    buffer: Arc<Mutex<BufWriter<Stdout>>>,
}

impl Output {
    /// Opens standard output. SIGINT and SIGTERM end the program as they always do, but for the records that are complete:
    /// those are written first, if their reader takes them in time, and temporary files are removed.
    ///
    /// # Errors
    /// The system's, when signals cannot be watched.
    pub fn new() -> io::Result<Self> {
        let pipe = std::fs::metadata("/dev/stdout").is_ok_and(|meta| meta.file_type().is_fifo());
        let capacity = if pipe { WHOLE } else { 64 * 1024 };
        let buffer = Arc::new(Mutex::new(BufWriter::with_capacity(capacity, io::stdout())));
        let shared = Arc::clone(&buffer);
        let mut signals = signal_hook::iterator::Signals::new([
            signal_hook::consts::SIGINT,
            signal_hook::consts::SIGTERM,
        ])?;
        std::thread::Builder::new()
            .name("signals".to_owned())
            .spawn(move || {
                for signal in signals.forever() {
                    remove_temporaries();
                    last_flush(&shared);
                    let _ = signal_hook::low_level::emulate_default_handler(signal);
                }
            })?;
        Ok(Output { buffer })
    }

    /// Writes one record.
    ///
    /// # Errors
    /// As [`Write::write_all`].
    pub fn write(&self, record: &[u8]) -> Result<()> {
        self.buffer
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .write_all(record)
            .context(FAILED)
    }

    /// Writes a patch: raw, but harmless on a terminal.
    ///
    /// # Errors
    /// As [`Write::write_all`].
    pub fn write_diff(&self, diff: &[u8]) -> Result<()> {
        if !io::stdout().is_terminal() {
            return self.write(diff);
        }
        for line in diff.split_inclusive(|&b| b == b'\n') {
            let text = harmless(&String::from_utf8_lossy(line.trim_ascii_end()));
            self.write(format!("{text}\n").as_bytes())?;
        }
        Ok(())
    }

    /// Hands everything to the system.
    ///
    /// # Errors
    /// As [`Write::flush`].
    pub fn flush(&self) -> Result<()> {
        self.buffer
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .flush()
            .context(FAILED)
    }
}

const FAILED: &str = "cannot write to standard output";

/// Writes what is complete and keeps everybody from writing more. A reader that has stopped reading holds the lock for
/// ever: it must not keep the program from ending.
fn last_flush(buffer: &Arc<Mutex<BufWriter<Stdout>>>) {
    let (done, wait) = std::sync::mpsc::channel();
    let buffer = Arc::clone(buffer);
    std::thread::spawn(move || {
        let mut buffer = buffer.lock().unwrap_or_else(PoisonError::into_inner);
        let _ = buffer.flush();
        let _ = done.send(());
        loop {
            std::thread::park();
        }
    });
    let _ = wait.recv_timeout(GRACE);
}

/// Reads the command line. `Err` is the exit code of a program that has nothing more to do: `--help`, `--version`, usage.
///
/// # Errors
/// See above; what there is to say is said.
pub fn parse<A: Parser>(program: &str) -> std::result::Result<A, ExitCode> {
    let error = match A::try_parse() {
        Ok(args) => return Ok(args),
        Err(error) => error,
    };
    let hostile = |argument: std::ffi::OsString| {
        let text = argument.to_string_lossy();
        harmless(&text) != text
    };
    if error.use_stderr() && std::env::args_os().any(hostile) {
        // An argument that would drive the terminal is repeated without colour, and without its effect.
        let text = error.render().to_string();
        let shown: Vec<String> = text.lines().map(harmless).collect();
        let _ = writeln!(io::stderr(), "{}", shown.join("\n"));
        return Err(ExitCode::from(Exit::Unusable.code()));
    }
    let printed = error.print().and_then(|()| io::stdout().flush());
    let result = printed.context(FAILED).map(|()| match error.use_stderr() {
        true => Exit::Unusable,
        false => Exit::Success,
    });
    Err(finish(program, result))
}

/// The exit code for what a program returned. A closed pipe ends it silently; every other error is said and is 2.
pub fn finish(program: &str, result: Result<Exit>) -> ExitCode {
    let exit = match result {
        Ok(exit) => exit,
        Err(error) if is_closed_pipe(&error) => Exit::ClosedPipe,
        Err(error) => {
            let text = harmless(&format!("{error:#}"));
            let _ = writeln!(io::stderr(), "{program}: error: {text}");
            Exit::Unusable
        }
    };
    ExitCode::from(exit.code())
}

/// True when the reader of the output went away.
pub(super) fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|e| {
        e.downcast_ref::<io::Error>()
            .is_some_and(|e| e.kind() == ErrorKind::BrokenPipe)
    })
}
