//! A file as it was read.

use std::fs::{File, Metadata};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use anyhow::{Context, Result, bail};

use super::attributes::Attributes;
use super::lock::{DirectoryLock, Locks};
use crate::control::read_from;
use crate::source::State;

/// A file that may be replaced: its bytes, what makes it this file in this state, and the lock of its directory.
#[derive(Debug)]
pub(in crate::cli) struct Original {
    /// What to call it: the path that was given.
    shown: String,
    /// Where it really is.
    target: PathBuf,
    /// What was read.
    pub bytes: Vec<u8>,
    identity: Identity,
    attributes: Attributes,
    lock: Rc<DirectoryLock>,
}

/// Changes when somebody touches the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Identity {
    device: u64,
    inode: u64,
    size: u64,
    modified: (i64, i64),
    changed: (i64, i64),
}

impl Identity {
    fn of(meta: &Metadata) -> Self {
        Identity {
            device: meta.dev(),
            inode: meta.ino(),
            size: meta.size(),
            modified: (meta.mtime(), meta.mtime_nsec()),
            changed: (meta.ctime(), meta.ctime_nsec()),
        }
    }
}

impl Original {
    /// Reads `path` under the lock of the directory that it really is in; a symbolic link is followed to its target.
    ///
    /// # Errors
    /// No such file, none that is regular, one that cannot be read or has 4 GiB or more; a directory that cannot be locked.
    pub fn open(locks: &mut Locks, path: &Path) -> Result<Self> {
        let shown = path.display().to_string();
        let cannot = || format!("cannot read {shown}");
        let target = path.canonicalize().with_context(cannot)?;
        // A pipe is not even opened: that would wait for its writer.
        if !std::fs::metadata(&target).with_context(cannot)?.is_file() {
            bail!("{shown} is not a regular file; `-` reads standard input");
        }
        let lock = locks.of(target.parent().unwrap_or(Path::new("/")))?;
        let file = File::open(&target).with_context(cannot)?;
        let before = file.metadata().with_context(cannot)?;
        let State::Bytes(bytes) = read_from(&file, before.len()).with_context(cannot)? else {
            bail!("cannot read {shown}");
        };
        let attributes = Attributes::of(&file).with_context(cannot)?;
        let identity = Identity::of(&file.metadata().with_context(cannot)?);
        if identity != Identity::of(&before) {
            bail!("{shown} changed while it was read; nothing is written");
        }
        Ok(Original {
            shown,
            target,
            bytes,
            identity,
            attributes,
            lock,
        })
    }

    /// What to call it in messages.
    pub fn shown(&self) -> &str {
        &self.shown
    }

    /// Where it really is.
    pub fn target(&self) -> &Path {
        &self.target
    }

    /// The directory that it really is in.
    pub(super) fn directory(&self) -> &Path {
        self.target.parent().unwrap_or(Path::new("/"))
    }

    pub(super) fn attributes(&self) -> &Attributes {
        &self.attributes
    }

    pub(super) fn lock(&self) -> &DirectoryLock {
        &self.lock
    }

    /// Looks whether the file is still the one that was read.
    ///
    /// # Errors
    /// It is not: another file, another size, another time, other bytes.
    pub(super) fn check_unchanged(&self) -> Result<()> {
        let shown = &self.shown;
        let cannot = || format!("cannot read {shown} again, nothing is written");
        let now = std::fs::symlink_metadata(&self.target).with_context(cannot)?;
        // Bytes too: two changes within a clock tick have the same time.
        if Identity::of(&now) != self.identity || !self.same_bytes().with_context(cannot)? {
            bail!("{shown} changed since it was read; nothing is written, try again");
        }
        Ok(())
    }

    fn same_bytes(&self) -> std::io::Result<bool> {
        use std::io::Read;
        let mut file = File::open(&self.target)?;
        let mut buffer = vec![0; 64 * 1024];
        let mut rest = self.bytes.as_slice();
        loop {
            let len = file.read(&mut buffer)?;
            if len == 0 {
                return Ok(rest.is_empty());
            }
            match rest.strip_prefix(&buffer[..len]) {
                Some(more) => rest = more,
                None => return Ok(false),
            }
        }
    }
}
