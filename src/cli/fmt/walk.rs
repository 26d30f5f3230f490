//! Tables below a directory.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use walkdir::WalkDir;

use crate::cli::messages::Messages;
use crate::cli::replace::Backup;
use crate::formats::FORMATS;

/// Endings of files that are no tables although they are called so: backups, compiled tables, leftovers of editors.
const OTHERS: [&[u8]; 11] = [
    b"~", b".bak", b".cdb", b".dat", b".db", b".new", b".old", b".orig", b".rej", b".swp", b".tmp",
];

/// The tables below `dir`, by name in a stable order; links are not followed. What cannot be searched is said, and is `Err`
/// besides what was found.
pub(super) fn tables(
    dir: &Path,
    backup: Option<&Backup>,
    messages: &Messages,
) -> (Vec<PathBuf>, bool) {
    let mut found = Vec::new();
    let mut complete = true;
    for entry in WalkDir::new(dir).follow_links(false).sort_by_file_name() {
        match entry {
            Ok(entry) => {
                let name = entry.file_name();
                let ours = backup.is_some_and(|backup| backup.made(name));
                if entry.file_type().is_file() && is_table(name) && !ours {
                    found.push(entry.into_path());
                }
            }
            Err(error) => {
                messages.error(&format!("cannot search {}: {error}", dir.display()));
                complete = false;
            }
        }
    }
    (found, complete)
}

/// `smtproutes`, `esmtproutes`, and either with an ending; the names of other formats' files.
fn is_table(name: &OsStr) -> bool {
    let name = name.as_bytes();
    let rest = name.strip_prefix(b"e").unwrap_or(name);
    let of_qmail = rest.starts_with(b"smtproutes")
        && rest != b"smtproutesdialect"
        && !OTHERS.iter().any(|other| name.ends_with(other));
    let mut others = FORMATS.iter().filter(|format| !format.has_dialects());
    of_qmail || others.any(|format| format.files.iter().any(|file| file.as_bytes() == name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_known_by_name() {
        for name in [
            "smtproutes",
            "esmtproutes",
            "smtproutes.site",
            "smtproutes-2",
        ] {
            assert!(is_table(OsStr::new(name)), "{name}");
        }
        for name in [
            "smtproutes~",
            "smtproutes.cdb",
            "esmtproutes.dat",
            "smtproutesdialect",
            "qmtproutes",
            "eesmtproutes",
            ".smtproutes.swp",
        ] {
            assert!(!is_table(OsStr::new(name)), "{name}");
        }
    }
}
