//! Records from the command line and from a batch, in bounded memory.

use std::collections::VecDeque;
use std::ffi::OsString;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::os::unix::ffi::OsStringExt;
use std::path::Path;

use anyhow::{Context, Result, bail};

/// Longest record. What is longer is one error, and the run goes on.
const LONGEST: usize = 64 * 1024;

/// One record as it was read.
pub(super) enum Raw {
    /// An argument: the whole of it is the recipient.
    Argument(Vec<u8>),
    /// A record of a batch: fields separated by TAB.
    Line(Vec<u8>),
    /// The first bytes of a record that is too long.
    TooLong(Vec<u8>),
}

impl Raw {
    /// Bytes held.
    pub fn len(&self) -> usize {
        match self {
            Raw::Argument(text) | Raw::Line(text) | Raw::TooLong(text) => text.len(),
        }
    }
}

/// The records of one run, in order.
pub(super) struct Records {
    arguments: VecDeque<OsString>,
    batch: Option<BufReader<Box<dyn Read>>>,
    separator: u8,
    taken: u64,
    /// Size of the batch in bytes, when it is a file.
    pub size: Option<u64>,
}

impl Records {
    /// The arguments, then the batch.
    ///
    /// # Errors
    /// The batch cannot be opened, or is a directory.
    pub fn new(arguments: Vec<OsString>, batch: Option<&Path>, nul: bool) -> Result<Self> {
        let separator = if nul { 0 } else { b'\n' };
        let mut records = Records {
            arguments: arguments.into(),
            batch: None,
            separator,
            taken: 0,
            size: None,
        };
        if let Some(path) = batch {
            let source: Box<dyn Read> = if path.as_os_str() == "-" {
                Box::new(io::stdin())
            } else {
                let file =
                    File::open(path).with_context(|| format!("cannot read {}", path.display()))?;
                let meta = file
                    .metadata()
                    .with_context(|| format!("cannot read {}", path.display()))?;
                if meta.is_dir() {
                    bail!(
                        "{} is a directory; --batch reads a file of addresses",
                        path.display()
                    );
                }
                records.size = meta.is_file().then_some(meta.len());
                Box::new(file)
            };
            records.batch = Some(BufReader::with_capacity(LONGEST, source));
        }
        Ok(records)
    }

    /// True when the next record may have to be waited for: time to hand out what is done.
    pub fn may_block(&self) -> bool {
        // A file never makes us wait.
        self.size.is_none()
            && self.arguments.is_empty()
            && self
                .batch
                .as_ref()
                .is_some_and(|b| !b.buffer().contains(&self.separator))
    }

    /// Bytes of the batch read so far.
    pub fn taken(&self) -> u64 {
        self.taken
    }

    /// The next record; `None` at the end. A last record without its separator counts.
    ///
    /// # Errors
    /// The batch cannot be read.
    pub fn next(&mut self) -> io::Result<Option<Raw>> {
        if let Some(argument) = self.arguments.pop_front() {
            return Ok(Some(Raw::Argument(argument.into_vec())));
        }
        let Some(batch) = &mut self.batch else {
            return Ok(None);
        };
        let mut record = Vec::new();
        let mut long = false;
        let mut any = false;
        loop {
            let available = match batch.fill_buf() {
                Ok(available) => available,
                Err(e) if e.kind() == io::ErrorKind::Interrupted => continue,
                Err(e) => return Err(e),
            };
            if available.is_empty() {
                break;
            }
            any = true;
            let end = memchr::memchr(self.separator, available);
            let part = &available[..end.unwrap_or(available.len())];
            let room = (LONGEST - record.len()).min(part.len());
            long |= room < part.len();
            record.extend_from_slice(&part[..room]);
            let used = part.len() + usize::from(end.is_some());
            self.taken += used as u64;
            batch.consume(used);
            if end.is_some() {
                break;
            }
        }
        Ok(match (any, long) {
            (false, _) => None,
            (true, false) => Some(Raw::Line(record)),
            (true, true) => {
                record.truncate(64);
                Some(Raw::TooLong(record))
            }
        })
    }
}
