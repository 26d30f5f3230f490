//! Temporary files that no signal leaves behind.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use tempfile::{Builder, NamedTempFile, PersistError};

/// The temporary files there are. Making and renaming one happens under this lock, so that a signal never meets one in
/// between.
static THERE: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

fn there() -> MutexGuard<'static, Vec<PathBuf>> {
    THERE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Removes all temporary files, and keeps everybody from making or renaming one: the program is about to end.
pub(in crate::cli) fn remove_temporaries() {
    let guard = there();
    for path in guard.iter() {
        // Nobody can be told.
        let _ = std::fs::remove_file(path);
    }
    // Held for ever: a file that was removed must not be looked for.
    std::mem::forget(guard);
}

/// A temporary file in the directory where it is wanted; removed unless it was renamed.
#[derive(Debug)]
pub(super) struct Temporary<F = File> {
    file: Option<NamedTempFile<F>>,
    path: PathBuf,
}

impl Temporary {
    /// An empty file that nobody else may read.
    ///
    /// # Errors
    /// As `open(2)`.
    pub fn new_in(dir: &Path) -> std::io::Result<Self> {
        Temporary::register(|builder| builder.tempfile_in(dir))
    }

    /// The file, to be written to.
    pub fn file(&mut self) -> std::io::Result<&mut File> {
        let gone = || std::io::ErrorKind::NotFound;
        Ok(self.file.as_mut().ok_or_else(gone)?.as_file_mut())
    }
}

impl Temporary<()> {
    /// Another name of the file `of`.
    ///
    /// # Errors
    /// As `link(2)`.
    pub fn link_in(dir: &Path, of: &Path) -> std::io::Result<Self> {
        Temporary::register(|builder| builder.make_in(dir, |path| std::fs::hard_link(of, path)))
    }
}

impl<F> Temporary<F> {
    fn register(
        make: impl FnOnce(&Builder<'_, '_>) -> std::io::Result<NamedTempFile<F>>,
    ) -> std::io::Result<Self> {
        let mut there = there();
        let mut builder = Builder::new();
        // Hidden, and nothing that a walk takes for a table.
        builder.prefix(".qroute-").suffix(".tmp");
        let file = make(&builder)?;
        let path = file.path().to_owned();
        there.push(path.clone());
        Ok(Temporary {
            file: Some(file),
            path,
        })
    }

    /// Renames it to `target`, whatever is there.
    ///
    /// # Errors
    /// As `rename(2)`; the temporary file is removed.
    pub fn rename(self, target: &Path) -> std::io::Result<()> {
        self.name(|file| file.persist(target))
    }

    /// Renames it to `target`, where nothing may be: system and file system make sure of that in one step.
    ///
    /// # Errors
    /// `AlreadyExists`, and as `rename(2)`; the temporary file is removed.
    pub fn name_first(self, target: &Path) -> std::io::Result<()> {
        self.name(|file| file.persist_noclobber(target))
    }

    fn name<T>(
        mut self,
        persist: impl FnOnce(NamedTempFile<F>) -> Result<T, PersistError<F>>,
    ) -> std::io::Result<()> {
        let mut there = there();
        let result = match self.file.take() {
            Some(file) => persist(file).map(|_| ()).map_err(|e| e.error),
            None => Err(std::io::ErrorKind::NotFound.into()),
        };
        there.retain(|path| *path != self.path);
        result
    }
}

impl<F> Drop for Temporary<F> {
    fn drop(&mut self) {
        if let Some(file) = self.file.take() {
            let mut there = there();
            drop(file);
            there.retain(|path| *path != self.path);
        }
    }
}
