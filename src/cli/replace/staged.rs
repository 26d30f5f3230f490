//! From a new text on disk to the file.

use std::ffi::{OsStr, OsString};
use std::io::Write;
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use anyhow::{Context, Result, bail};

use super::original::Original;
use super::temporary::Temporary;

/// What the old file is called afterwards: its name with this at the end.
#[derive(Clone, Debug)]
pub(in crate::cli) struct Backup(OsString);

impl Backup {
    /// Checks a suffix.
    ///
    /// # Errors
    /// It is empty, or names another directory.
    pub fn new(suffix: &OsStr) -> Result<Self> {
        if suffix.is_empty() || suffix.as_bytes().contains(&b'/') {
            bail!("--backup wants a suffix without `/` that is not empty, such as `~` or `.old`");
        }
        Ok(Backup(suffix.to_owned()))
    }

    /// True for names that it gives.
    pub fn made(&self, name: &OsStr) -> bool {
        name.as_bytes().ends_with(self.0.as_bytes())
    }
}

/// A new text, complete on disk beside the file that it will replace.
#[derive(Debug)]
pub(in crate::cli) struct Staged {
    original: Original,
    temporary: Temporary,
}

impl Original {
    /// Writes `new` beside the file, with everything that the old one carries. The old file is not touched.
    ///
    /// # Errors
    /// It cannot be written or synced, or mode, owner, ACL or label cannot be kept; the temporary file is removed.
    pub fn stage(self, new: &[u8]) -> Result<Staged> {
        let temporary = write_beside(&self, new).with_context(|| {
            format!(
                "cannot replace {}, which is as it was: nothing is written",
                self.shown()
            )
        })?;
        Ok(Staged {
            original: self,
            temporary,
        })
    }

    /// Replaces the file by `new`; says whether there was anything to replace. For the tests of a single file.
    ///
    /// # Errors
    /// As [`Original::stage`] and [`Staged::commit`].
    #[cfg(test)]
    pub fn replace(self, new: &[u8], backup: Option<&Backup>) -> Result<bool> {
        if self.bytes == new {
            return Ok(false);
        }
        self.stage(new)?.commit(backup)?;
        Ok(true)
    }
}

fn write_beside(original: &Original, bytes: &[u8]) -> Result<Temporary> {
    stay_alive_beyond_the_limit();
    let dir = original.directory();
    let cannot = || {
        format!(
            "cannot write a temporary file in the directory {}",
            dir.display()
        )
    };
    let mut temporary = Temporary::new_in(dir).with_context(cannot)?;
    let file = temporary.file().with_context(cannot)?;
    file.write_all(bytes).with_context(cannot)?;
    original.attributes().give(file)?;
    file.sync_all().with_context(cannot)?;
    Ok(temporary)
}

/// A limit of file sizes (`ulimit -f`) then is an error of the write, not the death of the program.
pub(super) fn stay_alive_beyond_the_limit() {
    static WATCHED: std::sync::Once = std::sync::Once::new();
    WATCHED.call_once(|| {
        let seen = Arc::new(AtomicBool::new(false));
        // Where it cannot be watched the program dies, and the old file is as it was.
        let _ = signal_hook::flag::register(rustix::process::Signal::XFSZ.as_raw(), seen);
    });
}

impl Staged {
    /// What to call the file.
    pub fn shown(&self) -> &str {
        self.original.shown()
    }

    /// Puts the new text in the place of the file, and keeps the old one as `backup` says: there is no moment without the
    /// file.
    ///
    /// # Errors
    /// The file changed since it was read, the backup cannot be made, the rename fails: the file is as it was. An error of
    /// the last sync says that it is replaced.
    pub fn commit(self, backup: Option<&Backup>) -> Result<()> {
        self.original.check_unchanged()?;
        let Staged {
            original,
            temporary,
        } = self;
        let shown = original.shown();
        if let Some(backup) = backup {
            keep(&original, backup)
                .with_context(|| format!("cannot keep a backup of {shown}, which is as it was"))?;
        }
        temporary
            .rename(original.target())
            .with_context(|| format!("cannot replace {shown}, which is as it was"))?;
        original
            .lock()
            .sync()
            .with_context(|| format!("{shown} is replaced, but its directory cannot be synced"))
    }
}

/// Gives the old file one more name; where the file system has no links, a copy.
fn keep(original: &Original, backup: &Backup) -> Result<()> {
    let mut name = original.target().as_os_str().to_owned();
    name.push(&backup.0);
    let name = PathBuf::from(name);
    let renamed = match Temporary::link_in(original.directory(), original.target()) {
        Ok(link) => link.rename(&name),
        Err(_) => write_beside(original, &original.bytes)?.rename(&name),
    };
    renamed.with_context(|| format!("cannot make {}", name.display()))
}

/// Replaces several files: all new texts are on disk before the first rename, and no file is replaced when one of them
/// changed since it was read. Files whose text is the same are left alone. Returns how many were replaced.
///
/// Several renames are not one step: an error in between says how far they came.
///
/// # Errors
/// As [`Original::stage`] and [`Staged::commit`].
pub(in crate::cli) fn replace_all(
    files: Vec<(Original, Vec<u8>)>,
    backup: Option<&Backup>,
) -> Result<usize> {
    let changed = files
        .into_iter()
        .filter(|(original, new)| original.bytes != *new);
    let staged: Vec<Staged> = changed
        .map(|(original, new)| original.stage(&new))
        .collect::<Result<_>>()?;
    for file in &staged {
        file.original.check_unchanged()?;
    }
    let all = staged.len();
    for (done, file) in staged.into_iter().enumerate() {
        file.commit(backup).with_context(|| match done {
            0 => format!("none of {all} files is replaced"),
            _ => format!(
                "{done} of {all} files are replaced, the others are as they were: several renames are not one step"
            ),
        })?;
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::super::{Locks, Original};
    use super::*;
    use std::fs;
    use std::path::Path;

    fn names(dir: &Path) -> Vec<String> {
        let entries = fs::read_dir(dir).unwrap();
        let mut names: Vec<String> = entries
            .map(|e| e.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    fn open(path: &Path) -> Original {
        Original::open(&mut Locks::default(), path).unwrap()
    }

    #[test]
    fn equal_text_is_not_written() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("f");
        fs::write(&path, "a").unwrap();
        let backup = Backup::new(OsStr::new("~")).unwrap();
        assert!(!open(&path).replace(b"a", Some(&backup)).unwrap());
        assert_eq!(names(dir.path()), ["f"]);
        assert!(open(&path).replace(b"b", Some(&backup)).unwrap());
        assert_eq!(fs::read(dir.path().join("f~")).unwrap(), b"a");
        assert!(open(&path).replace(b"c", Some(&backup)).unwrap());
        assert_eq!(fs::read(dir.path().join("f~")).unwrap(), b"b");
        assert_eq!(fs::read(&path).unwrap(), b"c");
        assert_eq!(names(dir.path()), ["f", "f~"]);
    }

    #[test]
    fn a_changed_file_is_not_replaced() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("f");
        let changes: [&dyn Fn(); 4] = [
            &|| fs::write(&path, "other").unwrap(),
            &|| {
                // The same file, size and time of change of its bytes.
                let before = fs::metadata(&path).unwrap().modified().unwrap();
                fs::write(&path, "b").unwrap();
                let file = fs::File::options().write(true).open(&path).unwrap();
                file.set_modified(before).unwrap();
            },
            &|| {
                fs::write(dir.path().join("g"), "a").unwrap();
                fs::rename(dir.path().join("g"), &path).unwrap();
            },
            &|| fs::remove_file(&path).unwrap(),
        ];
        for change in changes {
            fs::write(&path, "a").unwrap();
            let original = open(&path);
            change();
            let then = fs::read(&path).ok();
            let error = original.replace(b"new", None).unwrap_err();
            assert!(format!("{error:#}").contains("nothing is written"));
            assert_eq!(fs::read(&path).ok(), then);
            assert!(names(dir.path()).iter().all(|name| name == "f"));
        }
    }

    #[test]
    fn several_files_are_written_before_the_first_is_replaced() {
        let dir = tempfile::tempdir().unwrap();
        let [a, b] = ["a", "b"].map(|name| dir.path().join(name));
        for path in [&a, &b] {
            fs::write(path, "old").unwrap();
        }
        let mut locks = Locks::default();
        let mut both =
            || [&a, &b].map(|path| (Original::open(&mut locks, path).unwrap(), b"new".to_vec()));
        let files = both().into();
        fs::write(&b, "changed").unwrap();
        replace_all(files, None).unwrap_err();
        assert_eq!(fs::read(&a).unwrap(), b"old");
        assert_eq!(names(dir.path()), ["a", "b"]);
        assert_eq!(replace_all(both().into(), None).unwrap(), 2);
        assert_eq!(replace_all(both().into(), None).unwrap(), 0);
        assert_eq!(fs::read(&b).unwrap(), b"new");
        assert!(Backup::new(OsStr::new("a/b")).is_err());
    }
}
