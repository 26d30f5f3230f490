//! The files of a mail system's control directory.

use std::ffi::OsString;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::control::read;
use crate::formats::smtproutes::{Dialect, deliverer_files, system_files};
use crate::source::{Input, State};

/// `EACCES`: what this user may not read says nothing about what the product may.
const EACCES: i32 = 13;

/// The home that the options and the environment name.
pub(super) fn home(given: Option<&Path>) -> PathBuf {
    let given = given.map(Path::to_owned).or_else(|| {
        std::env::var_os("QMAILHOME")
            .filter(|v| !v.is_empty())
            .map(PathBuf::from)
    });
    given.unwrap_or_else(|| PathBuf::from("/var/qmail"))
}

/// The control directory before the dialect is known: `--control`, or the first of the home's that exists.
pub(super) fn control_directory(
    given: Option<&Path>,
    control: Option<&Path>,
    dialect: Option<&Dialect>,
) -> Result<PathBuf> {
    if let Some(dir) = control {
        return existing(dir);
    }
    let home = home(given);
    match dialect {
        Some(dialect) => existing(&home.join(dialect.directory)),
        None => existing(&home.join("control"))
            .or_else(|error| existing(&home.join("etc")).map_err(|_| error)),
    }
}

fn existing(dir: &Path) -> Result<PathBuf> {
    let shown = dir.display();
    match std::fs::metadata(dir) {
        Ok(meta) if meta.is_dir() => Ok(dir.to_owned()),
        Ok(_) => bail!("{shown} is not a directory; --routes asks about one table"),
        Err(error) => Err(error)
            .with_context(|| format!("cannot use the control directory {shown}; --home names another home, and one table is asked about by its path (--routes of qroute-resolve)")),
    }
}

/// Reads the files that decide, as `dialect` names them. With `table` the table itself is not read, and is in that state.
///
/// # Errors
/// A file that this user may not read, and files of qmail-send that cannot be read by anybody.
pub(super) fn input(
    dir: &Path,
    dialect: &Dialect,
    system: bool,
    table: Option<State>,
    environment: &[OsString],
) -> Result<Input> {
    let mut input = Input::default();
    let mut names = deliverer_files(dialect);
    if system {
        names.extend(system_files(dialect));
    }
    for name in names {
        if input.file(name).is_some() {
            continue;
        }
        let path = dir.join(name);
        if name == "smtproutes.d" {
            directory(&mut input, &path)?;
            continue;
        }
        let state = match &table {
            Some(state) if name == dialect.file => state.clone(),
            _ => read(&path),
        };
        let shown = path.display().to_string();
        if state == State::Unreadable(EACCES) {
            bail!("{shown}: this user may not read it; ask as root or as qmailr");
        }
        let unreadable = matches!(state, State::Directory | State::Unreadable(_));
        if unreadable && system && ["percenthack", "locals", "virtualdomains"].contains(&name) {
            bail!("{shown} cannot be read: qmail-send does not start with it");
        }
        input.push(name, &shown, state)?;
    }
    for variable in environment {
        let bytes = variable.as_bytes();
        let (name, value) =
            bytes.split_at(memchr::memchr(b'=', bytes).context("--env wants NAME=VALUE")?);
        let role = match name {
            b"SMTPROUTE" | b"X-SMTPROUTES" if dialect.value.penalty_fields => "SMTPROUTE",
            b"QMTPROUTE" if dialect.value.penalty_fields => "QMTPROUTE",
            _ => bail!(
                "--env {}: {} reads no such variable",
                String::from_utf8_lossy(name),
                dialect.title
            ),
        };
        input.push(role, &format!("${role}"), State::Bytes(value[1..].to_vec()))?;
    }
    Ok(input)
}

/// Qsmtp's directory of routes, one file a key, in the order of their names.
fn directory(input: &mut Input, dir: &Path) -> Result<()> {
    let Ok(entries) = std::fs::read_dir(dir) else {
        return Ok(());
    };
    let mut paths: Vec<PathBuf> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .collect();
    paths.sort();
    for path in paths {
        // A name that is not UTF-8 is the name of no file that a host could ask for by this tool's text.
        let Some(name) = path.file_name().and_then(|name| name.to_str()) else {
            continue;
        };
        let state = read(&path);
        input.push(
            &format!("smtproutes.d/{name}"),
            &path.display().to_string(),
            state,
        )?;
    }
    Ok(())
}
