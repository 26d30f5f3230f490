//! The message on standard input.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::os::fd::AsFd;

use crate::smtp::Message;

/// Standard input: a file of the queue, or whatever somebody redirects.
pub(super) struct Standard {
    file: File,
    /// Where the message begins, when one can go back there.
    start: Option<u64>,
}

impl Standard {
    /// The message from where standard input stands.
    ///
    /// # Errors
    /// The system's, when standard input is closed.
    pub fn input() -> io::Result<Self> {
        let mut file = File::from(io::stdin().as_fd().try_clone_to_owned()?);
        // A pipe has no position, and a terminal has one that means nothing.
        let regular = file.metadata().is_ok_and(|meta| meta.is_file());
        let start = file.stream_position().ok().filter(|_| regular);
        Ok(Standard { file, start })
    }
}

impl Read for Standard {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.file.read(into)
    }
}

impl Message for Standard {
    fn rewind(&mut self) -> bool {
        self.start
            .is_some_and(|start| self.file.seek(SeekFrom::Start(start)).is_ok())
    }
}
