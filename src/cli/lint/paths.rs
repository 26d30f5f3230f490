//! What is to be linted: from paths to tables and directories.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use walkdir::WalkDir;

use crate::cli::reading::directory_format;
use crate::formats::{FORMATS, Format};

/// One thing that is linted by itself.
#[derive(Clone, Debug)]
pub(super) enum Unit {
    /// Standard input.
    Stdin,
    /// A table, whatever its directory holds.
    Table(PathBuf),
    /// A control directory; with `only`, findings in these files alone are printed.
    Directory {
        dir: PathBuf,
        only: Option<Vec<PathBuf>>,
    },
    /// The files of a format that has several, in a directory; `only` as for control directories.
    Files {
        dir: PathBuf,
        format: &'static Format,
        only: Option<Vec<PathBuf>>,
    },
}

impl Unit {
    /// True for the same unit.
    fn is(&self, other: &Unit) -> bool {
        match (self, other) {
            (Unit::Stdin, Unit::Stdin) => true,
            (Unit::Table(a), Unit::Table(b)) => a == b,
            (
                Unit::Directory { dir: a, only },
                Unit::Directory {
                    dir: b,
                    only: other,
                },
            ) => (a, only) == (b, other),
            (
                Unit::Files {
                    dir: a,
                    only,
                    format,
                },
                Unit::Files {
                    dir: b,
                    only: other,
                    format: of,
                },
            ) => (a, only, format.id) == (b, other, of.id),
            _ => false,
        }
    }

    /// The directory that holds it; `None` for standard input.
    pub fn directory(&self) -> Option<&Path> {
        match self {
            Unit::Stdin => None,
            Unit::Table(path) => Some(parent(path)),
            Unit::Directory { dir, .. } | Unit::Files { dir, .. } => Some(dir),
        }
    }
}

/// Control files that stand for their directory when they are named.
const CONTROL_FILES: &[&str] = &[
    "authsenders",
    "bouncehost",
    "concurrencyremote",
    "defaultdomain",
    "defaulthost",
    "envnoathost",
    "esmtproutes",
    "helohost",
    "locals",
    "me",
    "morercpthosts",
    "morercpthosts.cdb",
    "moresmtproutes.cdb",
    "outgoingip",
    "percenthack",
    "qmtproutes",
    "queuelifetime",
    "rcpthosts",
    "smtproutes",
    "smtproutes.cdb",
    "smtproutesdialect",
    "timeoutconnect",
    "timeoutremote",
    "tlspolicy",
    "virtualdomains",
];

/// Endings of files that are copies, not tables.
const COPIES: &[&str] = &[
    "~",
    ".bak",
    ".orig",
    ".rej",
    ".old",
    ".rpmsave",
    ".rpmnew",
    ".dpkg-old",
    ".cdb",
];

/// The units that `paths` stand for, in their order, each directory once; and paths that do not exist, with the reason.
pub(super) fn units(paths: &[PathBuf]) -> (Vec<Unit>, Vec<(PathBuf, std::io::Error)>) {
    let mut units: Vec<Unit> = Vec::new();
    let mut errors = Vec::new();
    let mut named: BTreeMap<(PathBuf, bool), usize> = BTreeMap::new();
    for path in paths {
        if path.as_os_str() == "-" {
            units.push(Unit::Stdin);
            continue;
        }
        match std::fs::metadata(path) {
            Ok(meta) if meta.is_dir() => {
                for unit in walk(path) {
                    if !units.iter().any(|other| other.is(&unit)) {
                        units.push(unit);
                    }
                }
            }
            // A dangling link is a finding, not an error.
            Err(error) if std::fs::symlink_metadata(path).is_err() => {
                errors.push((path.clone(), error));
            }
            _ if is_control_file(path) || files_format(path).is_some() => {
                let dir = parent(path).to_owned();
                let format = files_format(path).filter(|_| !is_control_file(path));
                match named.get(&(dir.clone(), format.is_some())) {
                    Some(&at) => {
                        if let Some(
                            Unit::Directory {
                                only: Some(only), ..
                            }
                            | Unit::Files {
                                only: Some(only), ..
                            },
                        ) = units.get_mut(at)
                        {
                            only.push(path.clone());
                        }
                    }
                    None => {
                        named.insert((dir.clone(), format.is_some()), units.len());
                        let only = Some(vec![path.clone()]);
                        units.push(match format {
                            Some(format) => Unit::Files { dir, format, only },
                            None => Unit::Directory { dir, only },
                        });
                    }
                }
            }
            _ => units.push(Unit::Table(path.clone())),
        }
    }
    (units, errors)
}

/// The directory that holds `path`.
pub(super) fn parent(path: &Path) -> &Path {
    path.parent()
        .filter(|dir| !dir.as_os_str().is_empty())
        .unwrap_or(Path::new("."))
}

/// Whether `path` is one of the files whose findings are printed, and which are fixed.
pub(super) fn is_named(path: &str, only: Option<&[PathBuf]>) -> bool {
    let bare = |path: &Path| path.strip_prefix(".").unwrap_or(path).to_owned();
    only.is_none_or(|only| only.iter().any(|file| bare(file) == bare(Path::new(path))))
}

/// The format that has several files, of which this is one by its name.
fn files_format(path: &Path) -> Option<&'static Format> {
    let name = path.file_name()?.to_str()?;
    let mut formats = FORMATS.iter().filter(|format| format.is_directory);
    formats.find(|format| format.files.contains(&name))
}

/// True for a name that a file of some format has, one table a file.
fn is_table_name(name: &str) -> bool {
    let mut formats = FORMATS
        .iter()
        .filter(|format| !format.is_directory && !format.has_dialects());
    formats.any(|format| format.files.contains(&name))
}

fn is_control_file(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str());
    name.is_some_and(|name| CONTROL_FILES.contains(&name))
}

/// Control directories and tables below `dir`, in the order of their names. Links are not followed.
fn walk(dir: &Path) -> Vec<Unit> {
    let mut found = Vec::new();
    let mut entries = WalkDir::new(dir).sort_by_file_name().into_iter();
    while let Some(entry) = entries.next() {
        let Ok(entry) = entry else {
            continue;
        };
        let name = entry.file_name().to_string_lossy();
        if entry.depth() > 0 && name.starts_with('.') {
            if entry.file_type().is_dir() {
                entries.skip_current_dir();
            }
            continue;
        }
        let path = entry.path();
        if entry.file_type().is_dir() {
            let holds = |name: &str| {
                std::fs::symlink_metadata(path.join(name)).is_ok_and(|meta| !meta.is_dir())
            };
            let is_control = name == "control" || holds("smtproutes") || holds("esmtproutes");
            if is_control {
                let dir = path.to_owned();
                found.push(Unit::Directory { dir, only: None });
            }
            if let Some(format) = directory_format(path) {
                let dir = path.to_owned();
                found.push(Unit::Files {
                    dir,
                    format,
                    only: None,
                });
            }
            if name == "smtproutes.d" {
                entries.skip_current_dir();
            }
            continue;
        }
        let is_table = (name.starts_with("smtproutes") || name.starts_with("esmtproutes"))
            && !CONTROL_FILES.contains(&&*name)
            && !COPIES.iter().any(|ending| name.ends_with(ending));
        if (is_table || is_table_name(&name)) && entry.file_type().is_file() {
            found.push(Unit::Table(path.to_owned()));
        }
    }
    found
}
