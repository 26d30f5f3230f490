//! Files that are not there yet.

use std::io::{ErrorKind, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use anyhow::{Context, Result, bail};

use super::lock::{DirectoryLock, Locks};
use super::original::Original;
use super::staged::stay_alive_beyond_the_limit;
use super::temporary::Temporary;

/// A new file, complete on disk under another name.
#[derive(Debug)]
pub(in crate::cli) struct Created {
    path: PathBuf,
    temporary: Temporary,
    lock: Rc<DirectoryLock>,
}

impl Created {
    /// Writes `bytes` beside where they will be, under the lock of the directory. With secrets nobody else may read them.
    ///
    /// # Errors
    /// There is something of that name; the directory is missing, cannot be locked or written to.
    pub fn stage(locks: &mut Locks, path: &Path, bytes: &[u8], secret: bool) -> Result<Self> {
        let shown = path.display().to_string();
        let cannot = || format!("cannot write {shown}");
        let dir = match path.parent() {
            Some(dir) if !dir.as_os_str().is_empty() => dir,
            _ => Path::new("."),
        };
        let dir = dir.canonicalize().with_context(cannot)?;
        let lock = locks.of(&dir)?;
        if path.symlink_metadata().is_ok() {
            bail!("{shown} is there already");
        }
        stay_alive_beyond_the_limit();
        let mut temporary = Temporary::new_in(&dir).with_context(cannot)?;
        let file = temporary.file().with_context(cannot)?;
        file.write_all(bytes).with_context(cannot)?;
        let mode = if secret { 0o600 } else { 0o666 & !umask() };
        let permissions = std::fs::Permissions::from_mode(mode);
        file.set_permissions(permissions).with_context(cannot)?;
        file.sync_all().with_context(cannot)?;
        Ok(Created {
            path: path.to_owned(),
            temporary,
            lock,
        })
    }

    /// What to call the file.
    pub fn shown(&self) -> String {
        self.path.display().to_string()
    }

    /// Gives the file its name.
    ///
    /// # Errors
    /// Somebody took the name in the meantime, and keeps it; the rename fails.
    pub fn commit(self) -> Result<()> {
        let shown = self.shown();
        // Asking first whether the name is free would leave a moment in which somebody else takes it.
        match self.temporary.name_first(&self.path) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                bail!("{shown} is there already; nothing is written")
            }
            named => named.with_context(|| format!("cannot write {shown}"))?,
        }
        self.lock
            .sync()
            .with_context(|| format!("{shown} is written, but its directory cannot be synced"))
    }
}

/// Writes `bytes` to `path`: as a new file, or in the place of the one that is there.
///
/// # Errors
/// As [`Created::stage`] and [`Created::commit`], [`Original::stage`] and `Staged::commit`.
pub(in crate::cli) fn write_whole(locks: &mut Locks, path: &Path, bytes: &[u8]) -> Result<()> {
    if path.symlink_metadata().is_err() {
        return Created::stage(locks, path, bytes, false)?.commit();
    }
    let original = Original::open(locks, path)?;
    if original.bytes == bytes {
        return Ok(());
    }
    original.stage(bytes)?.commit(None)
}

/// What the user takes away from the mode of new files. Asking for it by umask(2) would change it.
fn umask() -> u32 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("Umask:"));
    let mask = line.and_then(|mask| u32::from_str_radix(mask.trim(), 8).ok());
    mask.unwrap_or(0o022)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_file_never_replaces_one() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("f");
        let mut locks = Locks::default();
        let one = Created::stage(&mut locks, &path, b"one", true).unwrap();
        let two = Created::stage(&mut locks, &path, b"two", false).unwrap();
        one.commit().unwrap();
        let refused = two.commit().unwrap_err().to_string();
        assert!(refused.ends_with("f is there already; nothing is written"));
        assert_eq!(std::fs::read(&path).unwrap(), b"one");
        let mode = std::fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        Created::stage(&mut locks, &path, b"", false).unwrap_err();
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1);
    }
}
