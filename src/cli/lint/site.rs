//! The files of a control directory, and what the file system says about them.

use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use super::engine::Subject;
use crate::control::read;
use crate::formats::smtproutes;
use crate::formats::smtproutes::DIALECTS;
use crate::formats::smtproutes::neighbours;
use crate::lint::rules::resembles;
use crate::lint::{Access, Facts, FileFacts, UserIds};
use crate::source::Input;
use crate::source::State;

/// Files that are looked at beside the tables and their neighbours.
const OTHERS: &[&str] = &[
    "me",
    "helohost",
    "percenthack",
    "locals",
    "virtualdomains",
    "rcpthosts",
    "morercpthosts",
    "morercpthosts.cdb",
    "defaulthost",
    "defaultdomain",
    "plusdomain",
    "outgoingip",
    "timeoutremote",
    "timeoutconnect",
    "concurrencyremote",
    "queuelifetime",
    "smtproutesdialect",
    "tlspolicy",
    "smtproutes.cdb",
];

/// Where skarnet's qmail-remote keeps what it made of the table, seen from the control directory.
const SKARNET: &str = "run/qmail-remote/smtproutes.cdb";

/// Larger files with a misspelt name are not read.
const MOST_OF_A_STRAY: u64 = 1024 * 1024;

/// Most names of a directory that are kept.
const MOST_NAMES: usize = 100_000;

const EPERM: i32 = 1;
const EACCES: i32 = 13;

/// What is known of a directory from elsewhere.
#[derive(Clone, Debug, Default)]
pub(super) struct Around<'a> {
    /// Whose rights count (`--home`).
    pub user: Option<UserIds>,
    /// True for the directory of a mail system (`--home`, or none given).
    pub is_home: bool,
    /// The configuration that applies.
    pub config: Option<&'a Path>,
}

/// Reads the control files of `dir`, the table first, and what lies around them.
///
/// Files that this program may not read are listed in [`Facts::refused`], and stand in the input as not read.
///
/// # Errors
/// The directory cannot be listed; files of 4 GiB together.
pub(super) fn gather(dir: &Path, around: &Around<'_>) -> Result<Subject> {
    let names = listed(dir)?;
    let is_there = |name: &str| {
        names
            .binary_search_by(|other| other.as_str().cmp(name))
            .is_ok()
    };
    let tables = match is_there("esmtproutes") && !is_there("smtproutes") {
        true => ["esmtproutes", "smtproutes"],
        false => ["smtproutes", "esmtproutes"],
    };
    let mut gathering = Gathering {
        input: Input::default(),
        facts: Facts {
            user: around.user.clone(),
            is_home: around.is_home,
            ..Facts::default()
        },
        real: dir.canonicalize().ok(),
    };
    if let Some(real) = &gathering.real {
        gathering.facts.way = way(real);
    }
    for name in tables {
        gathering.file(name, &dir.join(name))?;
    }
    for neighbour in DIALECTS.iter().flat_map(neighbours) {
        if neighbour.name != "smtproutes.d" && gathering.facts.file(neighbour.name).is_none() {
            gathering.file(neighbour.name, &dir.join(neighbour.name))?;
        }
    }
    for name in listed(&dir.join("smtproutes.d")).unwrap_or_default() {
        let role = format!("smtproutes.d/{name}");
        gathering.file(&role, &dir.join(&role))?;
    }
    for name in OTHERS {
        gathering.file(name, &dir.join(name))?;
    }
    gathering.file(SKARNET, &dir.join("..").join(SKARNET))?;
    for name in names.iter().filter(|name| resembles(name).is_some()) {
        gathering.stray(name, &dir.join(name))?;
    }
    for below in ["tlshosts", "notlshosts"] {
        let found = listed(&dir.join(below)).unwrap_or_default();
        let found = found.into_iter().map(|name| format!("{below}/{name}"));
        gathering.facts.names.extend(found);
    }
    gathering.facts.names.extend(names);
    gathering.facts.names.sort_unstable();
    if let Some(config) = around.config {
        gathering.file("qroute.toml", config)?;
    }
    Ok(Subject {
        input: gathering.input,
        table: 0,
        site: Some(gathering.facts),
        format: &smtproutes::FORMAT,
    })
}

/// The names in a directory, sorted; those that are not UTF-8 are the names of no control file.
fn listed(dir: &Path) -> Result<Vec<String>> {
    let entries =
        std::fs::read_dir(dir).with_context(|| format!("cannot read {}", dir.display()))?;
    let mut names: Vec<String> = entries
        .take(MOST_NAMES)
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .collect();
    names.sort_unstable();
    Ok(names)
}

struct Gathering {
    input: Input,
    facts: Facts,
    /// The directory without symbolic links.
    real: Option<PathBuf>,
}

impl Gathering {
    /// Reads the file at `path`, which is called `name`.
    fn file(&mut self, name: &str, path: &Path) -> Result<()> {
        let shown = shown(path);
        let meta = std::fs::metadata(path).ok();
        let odd = |meta: &std::fs::Metadata| !meta.is_file() && !meta.is_dir();
        let state = match read(path) {
            State::Unreadable(EPERM | EACCES) => {
                self.facts.refused.push(shown.clone());
                State::Unread(meta.as_ref().map_or(0, std::fs::Metadata::len))
            }
            // The product reads a device or a pipe; this program does not.
            State::Unreadable(_) if meta.as_ref().is_some_and(odd) => State::Unread(0),
            state => state,
        };
        self.push(name, path, state)
    }

    /// Reads a file whose name no product knows, if it is not too large.
    fn stray(&mut self, name: &str, path: &Path) -> Result<()> {
        let Some(meta) = std::fs::metadata(path).ok().filter(|meta| meta.is_file()) else {
            return Ok(());
        };
        let state = match meta.len() {
            0..=MOST_OF_A_STRAY => read(path),
            len => State::Unread(len),
        };
        match state {
            State::Bytes(_) | State::Unread(_) => self.push(name, path, state),
            _ => Ok(()),
        }
    }

    fn push(&mut self, name: &str, path: &Path, state: State) -> Result<()> {
        let mut facts = FileFacts::new(name, self.input.files().len());
        let link = std::fs::symlink_metadata(path).is_ok_and(|meta| meta.is_symlink());
        if link {
            let target = std::fs::read_link(path).unwrap_or_default();
            facts.link = Some(target.display().to_string());
            let real = path.canonicalize().ok();
            if let Some(parent) = real.as_deref().and_then(Path::parent)
                && Some(parent) != self.real.as_deref()
            {
                facts.way = way(parent);
            }
        }
        if let Ok(meta) = std::fs::metadata(path) {
            facts.access = Some(access(path, &meta));
            facts.modified =
                Some(i128::from(meta.mtime()) * 1_000_000_000 + i128::from(meta.mtime_nsec()));
        }
        self.input.push(name, &shown(path), state)?;
        self.facts.files.push(facts);
        Ok(())
    }
}

/// A path as messages have it: without `./`.
fn shown(path: &Path) -> String {
    path.strip_prefix(".").unwrap_or(path).display().to_string()
}

fn access(path: &Path, meta: &std::fs::Metadata) -> Access {
    Access {
        path: path.display().to_string(),
        owner: meta.uid(),
        group: meta.gid(),
        mode: meta.mode() & 0o7777,
    }
}

/// The directories from the root to `dir`.
fn way(dir: &Path) -> Vec<Access> {
    let mut way: Vec<Access> = dir
        .ancestors()
        .filter_map(|dir| Some(access(dir, &std::fs::metadata(dir).ok()?)))
        .collect();
    way.reverse();
    way
}

/// The numbers of the user called `name`, from `/etc/passwd`, or of `USER:GROUP` in digits.
///
/// Other sources of users (NIS, LDAP) are not asked: qmail's own users are those of the host. Of the groups only the first
/// counts, because qmail-start takes all others away.
///
/// # Errors
/// There is no such user.
pub(super) fn user(name: &str) -> Result<UserIds> {
    if let Some((user, group)) = name.split_once(':')
        && let (Ok(user), Ok(group)) = (user.parse(), group.parse())
    {
        return Ok(UserIds {
            name: name.to_owned(),
            user,
            group,
        });
    }
    let path = Path::new("/etc/passwd");
    let State::Bytes(passwd) = read(path) else {
        bail!(
            "cannot read {}: who may read the files is not checked",
            path.display()
        );
    };
    user_in(name, &passwd).with_context(|| {
        format!("no user `{name}` in /etc/passwd: who may read the files is not checked; --user names one, or USER:GROUP in digits")
    })
}

fn user_in(name: &str, passwd: &[u8]) -> Option<UserIds> {
    let number = |field: &[u8]| std::str::from_utf8(field).ok()?.parse().ok();
    passwd.split(|&b| b == b'\n').find_map(|line| {
        let mut fields = line.split(|&b| b == b':');
        (fields.next()? == name.as_bytes()).then_some(())?;
        Some(UserIds {
            name: name.to_owned(),
            user: number(fields.nth(1)?)?,
            group: number(fields.next()?)?,
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn users_are_found_by_name() {
        let passwd =
            b"root:x:0:0:root:/root:/bin/sh\nqmailr:x:120:121::/var/qmail:/bin/false\nbad:x\n";
        let found = user_in("qmailr", passwd).unwrap();
        assert_eq!((found.user, found.group), (120, 121));
        assert!(user_in("qmail", passwd).is_none());
        assert!(user_in("bad", passwd).is_none());
        assert_eq!(user("7:8").unwrap().group, 8);
    }
}
