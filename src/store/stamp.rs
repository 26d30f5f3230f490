//! What a compiled table was made of.

use std::fmt;
use std::fs::Metadata;
use std::os::unix::fs::MetadataExt;
use std::time::Duration;

use crate::formats::smtproutes::Dialect;

/// The first line of the reserved record: the version of what follows.
pub(super) const VERSION: &str = "qroute-compile 1";

/// The steps that the clock of files goes in: at most this long after a change, another one can leave the same time.
const STEP: Duration = Duration::from_millis(20);

/// The same, where times are whole seconds.
const COARSE: Duration = Duration::from_secs(2);

/// What makes a text this text in this state: dialect, size, times of change, inode. What is in it, is told by its hash, which
/// is not asked at a delivery.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// Name of the dialect that it was read in.
    pub dialect: String,
    /// Its size in bytes.
    pub size: u64,
    /// When its bytes changed: seconds, nanoseconds.
    pub modified: (i64, i64),
    /// When anything of it changed.
    pub changed: (i64, i64),
    /// Its number in its file system.
    pub inode: u64,
}

impl Stamp {
    /// That of a text, read as `dialect`.
    pub fn of(dialect: &Dialect, text: &Metadata) -> Self {
        Stamp {
            dialect: dialect.name.to_owned(),
            size: text.len(),
            modified: (text.mtime(), text.mtime_nsec()),
            changed: (text.ctime(), text.ctime_nsec()),
            inode: text.ino(),
        }
    }

    /// The first moment at which whatever changes the text leaves another time: seconds, nanoseconds.
    pub fn settled(&self) -> (i64, i64) {
        let last = self.modified.max(self.changed);
        let coarse = self.modified.1 == 0 && self.changed.1 == 0;
        let step = if coarse { COARSE } else { STEP };
        let nanoseconds = last.1 + i64::from(step.subsec_nanos());
        let seconds = last.0.saturating_add(step.as_secs() as i64);
        (
            seconds.saturating_add(nanoseconds / 1_000_000_000),
            nanoseconds % 1_000_000_000,
        )
    }

    /// Reads the lines that [`Display`](fmt::Display) writes; returns what stands behind them, too. The hash is not kept.
    pub(super) fn read(mut bytes: &[u8]) -> Option<(Self, &[u8])> {
        let mut line = |word: &str| -> Option<&str> {
            let end = memchr::memchr(b'\n', bytes)?;
            let (line, rest) = (std::str::from_utf8(&bytes[..end]).ok()?, &bytes[end + 1..]);
            bytes = rest;
            line.strip_prefix(word)
        };
        if !line(VERSION)?.is_empty() {
            return None;
        }
        let time = |text: &str| {
            let (seconds, nanoseconds) = text.split_once('.')?;
            Some((seconds.parse().ok()?, nanoseconds.parse().ok()?))
        };
        let stamp = Stamp {
            dialect: line("dialect ")?.to_owned(),
            size: line("size ")?.parse().ok()?,
            modified: time(line("mtime ")?)?,
            changed: time(line("ctime ")?)?,
            inode: line("inode ")?.parse().ok()?,
        };
        Some((stamp, bytes))
    }
}

impl fmt::Display for Stamp {
    /// A line each, the version first.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Stamp {
            dialect,
            size,
            modified: (seconds, nanoseconds),
            changed: (changed, of_second),
            inode,
        } = self;
        write!(
            f,
            "{VERSION}\ndialect {dialect}\nsize {size}\nmtime {seconds}.{nanoseconds:09}\nctime {changed}.{of_second:09}\ninode {inode}\n"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stamp() -> Stamp {
        Stamp {
            dialect: "s-qmail".to_owned(),
            size: 12,
            modified: (1_700_000_000, 5),
            changed: (1_700_000_001, 990_000_000),
            inode: 77,
        }
    }

    #[test]
    fn what_is_written_is_read() {
        let text = format!("{}rest", stamp());
        assert_eq!(Stamp::read(text.as_bytes()), Some((stamp(), &b"rest"[..])));
        for length in 0..text.len() - 4 {
            assert_eq!(Stamp::read(&text.as_bytes()[..length]), None);
        }
        let newer = text.replace("compile 1", "compile 12");
        assert_eq!(Stamp::read(newer.as_bytes()), None);
    }

    #[test]
    fn the_clock_goes_in_steps() {
        assert_eq!(stamp().settled(), (1_700_000_002, 10_000_000));
        let whole = Stamp {
            modified: (5, 0),
            changed: (9, 0),
            ..stamp()
        };
        assert_eq!(whole.settled(), (11, 0));
    }
}
