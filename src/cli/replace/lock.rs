//! One program at a time in a directory.

use std::fs::File;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::rc::{Rc, Weak};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use rustix::fs::{FlockOperation, flock};
use rustix::io::Errno;

/// How long another program may hold the lock.
const PATIENCE: Duration = Duration::from_secs(5);

/// Time between two tries.
const PAUSE: Duration = Duration::from_millis(20);

/// An exclusive `flock(2)` on a directory itself; it ends with the value.
#[derive(Debug)]
pub(in crate::cli) struct DirectoryLock {
    file: File,
}

impl DirectoryLock {
    /// Locks `dir`. Waits up to five seconds for a program that holds it.
    ///
    /// # Errors
    /// It is no directory, cannot be opened or locked, or stays locked.
    pub fn take(dir: &Path) -> Result<Self> {
        let shown = dir.display();
        let file = File::open(dir).with_context(|| format!("cannot open the directory {shown}"))?;
        let start = Instant::now();
        loop {
            match flock(&file, FlockOperation::NonBlockingLockExclusive) {
                Ok(()) => return Ok(DirectoryLock { file }),
                Err(Errno::WOULDBLOCK) if start.elapsed() < PATIENCE => std::thread::sleep(PAUSE),
                Err(Errno::WOULDBLOCK) => bail!(
                    "another program has locked the directory {shown} for more than {} seconds; nothing is written there, try again when it has ended",
                    PATIENCE.as_secs()
                ),
                Err(error) => {
                    return Err(error).with_context(|| {
                        format!("cannot lock the directory {shown}, and nothing is written without a lock")
                    });
                }
            }
        }
    }

    /// Makes what was renamed in it last.
    ///
    /// # Errors
    /// As `fsync(2)`.
    pub fn sync(&self) -> std::io::Result<()> {
        self.file.sync_all()
    }
}

/// The locks of a run. Files of one directory share one, which ends with the last of them.
#[derive(Debug, Default)]
pub(in crate::cli) struct Locks {
    held: Vec<(u64, u64, Weak<DirectoryLock>)>,
}

impl Locks {
    /// The lock of `dir`: the one that this program holds, or a new one.
    ///
    /// # Errors
    /// As [`DirectoryLock::take`].
    pub fn of(&mut self, dir: &Path) -> Result<Rc<DirectoryLock>> {
        let dir = if dir.as_os_str().is_empty() {
            PathBuf::from(".")
        } else {
            dir.to_owned()
        };
        let meta = std::fs::metadata(&dir)
            .with_context(|| format!("cannot open the directory {}", dir.display()))?;
        let id = (meta.dev(), meta.ino());
        self.held.retain(|(_, _, lock)| lock.strong_count() > 0);
        let mut held = self.held.iter();
        if let Some(lock) = held
            .find(|(dev, ino, _)| (*dev, *ino) == id)
            .and_then(|(_, _, lock)| lock.upgrade())
        {
            return Ok(lock);
        }
        let lock = Rc::new(DirectoryLock::take(&dir)?);
        self.held.push((id.0, id.1, Rc::downgrade(&lock)));
        Ok(lock)
    }
}
