//! The text that is compiled, read at a moment after which no change of it goes unseen.

use std::fs::{File, Metadata};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use anyhow::{Context, Result, bail};

use crate::control::read_from;
use crate::formats::smtproutes::Dialect;
use crate::source::State;
use crate::store::Stamp;

/// Longest wait for the clock. A text from the future is compiled at once.
const PATIENCE: Duration = Duration::from_secs(3);

/// What the clock of files may be behind the system's.
const LAG: Duration = Duration::from_millis(15);

/// A text that was read.
pub(super) struct Text {
    path: PathBuf,
    /// What to call it.
    pub shown: String,
    /// It, open.
    pub file: File,
    /// What was read.
    pub bytes: Vec<u8>,
    before: Metadata,
    /// Its time lies in the future: until then no database is current.
    pub is_early: bool,
}

impl Text {
    /// Reads `path` when its last change is long enough ago that another one would leave another time.
    ///
    /// # Errors
    /// No such file, none that is regular, one that cannot be read or has 4 GiB or more.
    pub fn read(path: &Path, dialect: &Dialect) -> Result<Self> {
        let shown = path.display().to_string();
        let cannot = || format!("cannot read {shown}");
        // A pipe is not even opened: that would wait for its writer.
        let meta = std::fs::metadata(path).with_context(cannot)?;
        if meta.is_dir() {
            bail!(
                "{shown} is a directory; --home or --control compiles the table of a mail system"
            );
        }
        if !meta.is_file() {
            bail!(
                "{shown} is not a regular file: there is nothing that a database could be compared with later"
            );
        }
        let file = File::open(path).with_context(cannot)?;
        let is_early = !wait(&Stamp::of(dialect, &file.metadata().with_context(cannot)?));
        let before = file.metadata().with_context(cannot)?;
        let State::Bytes(bytes) = read_from(&file, before.len()).with_context(cannot)? else {
            bail!("cannot read {shown}");
        };
        Ok(Text {
            path: path.to_owned(),
            shown,
            file,
            bytes,
            before,
            is_early,
        })
    }

    /// What it was when it was read.
    pub fn stamp(&self, dialect: &Dialect) -> Stamp {
        Stamp::of(dialect, &self.before)
    }

    /// True for another name of the text itself.
    pub fn is_at(&self, path: &Path) -> bool {
        let same =
            |meta: Metadata| (meta.dev(), meta.ino()) == (self.before.dev(), self.before.ino());
        std::fs::metadata(path).is_ok_and(same)
    }

    /// Looks whether it is still what was read, under its name.
    ///
    /// # Errors
    /// It is not.
    pub fn check_unchanged(&self, dialect: &Dialect) -> Result<()> {
        let shown = &self.shown;
        let now = std::fs::metadata(&self.path)
            .with_context(|| format!("cannot read {shown} again, nothing is written"))?;
        if Stamp::of(dialect, &now) != self.stamp(dialect) || now.dev() != self.before.dev() {
            bail!("{shown} changed while it was compiled; nothing is written, try again");
        }
        Ok(())
    }
}

/// Waits until `stamp` is settled; false when that would take too long.
fn wait(stamp: &Stamp) -> bool {
    let (seconds, nanoseconds) = stamp.settled();
    let settled = Duration::new(
        u64::try_from(seconds).unwrap_or(0),
        u32::try_from(nanoseconds).unwrap_or(0),
    );
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    let left = (settled + LAG).saturating_sub(now.unwrap_or_default());
    if left > PATIENCE {
        return false;
    }
    std::thread::sleep(left);
    true
}
