//! Standard output: written whole records at a time, quiet about a closed pipe, loud about a full disk.

use std::io::{self, BufWriter, ErrorKind, Stdout, Write};
use std::process::ExitCode;
use std::sync::{Arc, Mutex, PoisonError};

use super::Exit;

/// The buffered standard output; complete records reach it even when the program is interrupted.
#[derive(Clone)]
pub(super) struct Output {
    buffer: Arc<Mutex<BufWriter<Stdout>>>,
}

impl Output {
    /// Opens standard output. SIGINT and SIGTERM end the program as they always do, but for the records that are complete:
    /// those are written first.
    ///
    /// # Errors
    /// The system's, when signals cannot be watched.
    pub fn new() -> io::Result<Self> {
        let buffer = Arc::new(Mutex::new(BufWriter::with_capacity(
            64 * 1024,
            io::stdout(),
        )));
        let shared = Arc::clone(&buffer);
        let mut signals = signal_hook::iterator::Signals::new([
            signal_hook::consts::SIGINT,
            signal_hook::consts::SIGTERM,
        ])?;
        std::thread::Builder::new()
            .name("signals".to_owned())
            .spawn(move || {
                for signal in signals.forever() {
                    // A record is written under the lock, so that none is cut.
                    let mut buffer = shared.lock().unwrap_or_else(PoisonError::into_inner);
                    let _ = buffer.flush();
                    let _ = signal_hook::low_level::emulate_default_handler(signal);
                }
            })?;
        Ok(Output { buffer })
    }

    /// Writes one record.
    ///
    /// # Errors
    /// As [`Write::write_all`].
    pub fn write(&self, record: &[u8]) -> io::Result<()> {
        self.buffer
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .write_all(record)
    }

    /// Hands everything to the system.
    ///
    /// # Errors
    /// As [`Write::flush`].
    pub fn flush(&self) -> io::Result<()> {
        self.buffer
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .flush()
    }
}

/// The exit code for what a program returned. A closed pipe ends it silently; every other error is said and is 2.
pub fn finish(program: &str, result: anyhow::Result<Exit>) -> ExitCode {
    let exit = match result {
        Ok(exit) => exit,
        Err(error) if is_closed_pipe(&error) => Exit::ClosedPipe,
        Err(error) => {
            let _ = writeln!(io::stderr(), "{program}: error: {error:#}");
            Exit::Unusable
        }
    };
    ExitCode::from(exit.code())
}

fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|e| {
        e.downcast_ref::<io::Error>()
            .is_some_and(|e| e.kind() == ErrorKind::BrokenPipe)
    })
}
