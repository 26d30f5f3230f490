//! Files that are made of another one, and take the place of what was made before.

use std::fs::{File, Permissions};
use std::io;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::rc::Rc;

use anyhow::{Context, Result};

use super::attributes::Attributes;
use super::lock::{DirectoryLock, Locks};
use super::staged::stay_alive_beyond_the_limit;
use super::temporary::Temporary;

/// A file under another name, in the directory where it will be.
#[derive(Debug)]
pub(in crate::cli) struct Made {
    shown: String,
    target: PathBuf,
    temporary: Temporary,
    lock: Rc<DirectoryLock>,
}

impl Made {
    /// An empty file that nobody else may read, under the lock of the directory that `path` is in. A symbolic link at `path`
    /// is followed.
    ///
    /// # Errors
    /// The directory is missing, or cannot be locked or written to.
    pub fn begin(locks: &mut Locks, path: &Path) -> Result<Self> {
        stay_alive_beyond_the_limit();
        let shown = path.display().to_string();
        let cannot = || format!("cannot write {shown}");
        let target = match path.canonicalize() {
            Ok(target) => target,
            Err(_) => {
                let dir = match path.parent() {
                    Some(dir) if !dir.as_os_str().is_empty() => dir,
                    _ => Path::new("."),
                };
                let name = path.file_name().with_context(cannot)?;
                dir.canonicalize().with_context(cannot)?.join(name)
            }
        };
        let dir = target.parent().unwrap_or(Path::new("/"));
        let lock = locks.of(dir)?;
        let temporary = Temporary::new_in(dir).with_context(cannot)?;
        Ok(Made {
            shown,
            target,
            temporary,
            lock,
        })
    }

    /// The file, to be written to.
    ///
    /// # Errors
    /// As `dup(2)`.
    pub fn file(&mut self) -> io::Result<File> {
        self.temporary.file()?.try_clone()
    }

    /// Gives it all that `source` carries besides its bytes. Where the owner cannot be given, only who may read the source
    /// may read it; the text says so.
    ///
    /// # Errors
    /// One of them cannot be kept.
    pub fn give(&mut self, source: &File) -> Result<Option<String>> {
        let cannot = format!("cannot write {}", self.shown);
        let file = self.temporary.file().with_context(|| cannot.clone())?;
        let (own, other) = (file.metadata()?, source.metadata()?);
        let same = (own.uid(), own.gid()) == (other.uid(), other.gid());
        if same || rustix::process::geteuid().is_root() {
            Attributes::of(source)
                .and_then(|attributes| attributes.give(file))
                .context(cannot)?;
            return Ok(None);
        }
        let mode = match other.mode() & 0o004 {
            0 => 0o600,
            _ => other.mode() & 0o777,
        };
        file.set_permissions(Permissions::from_mode(mode))
            .context(cannot)?;
        Ok(Some(format!(
            "{} belongs to you, not to the owner of the text ({}:{}), and has mode {mode:04o}: run it as root to keep both",
            self.shown,
            other.uid(),
            other.gid()
        )))
    }

    /// Puts it in its place.
    ///
    /// # Errors
    /// It cannot be synced or renamed: what was there is as it was. An error of the last sync says that it is replaced.
    pub fn commit(mut self) -> Result<()> {
        let shown = self.shown;
        let cannot = || format!("cannot write {shown}, which is as it was");
        self.temporary
            .file()
            .and_then(|file| file.sync_all())
            .with_context(cannot)?;
        self.temporary.rename(&self.target).with_context(cannot)?;
        self.lock
            .sync()
            .with_context(|| format!("{shown} is written, but its directory cannot be synced"))
    }
}
