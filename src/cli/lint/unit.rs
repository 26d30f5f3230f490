//! Opening what is linted: its files, its dialects, its rules.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use super::args::LintArgs;
use super::choose::Policy;
use super::engine::Subject;
use super::paths::{Unit, parent};
use super::site::{self, Around};
use crate::cli::config::Config;
use crate::cli::dialect::{DialectSources, named};
use crate::cli::messages::Messages;
use crate::cli::reading::{self, gather, gather_bytes};
use crate::control::{first_line, read};
use crate::formats::smtproutes::{DIALECTS, Dialect};
use crate::formats::{HEAD, ReadOptions};
use crate::lint::UserIds;
use crate::nexthop::Own;
use crate::source::State;

/// A unit, ready to be linted.
pub(super) struct Opened {
    /// The files.
    pub subject: Subject,
    /// Which rules run.
    pub policy: Policy,
    /// How formats without dialects are read.
    pub options: ReadOptions,
    /// Which dialects are asked about.
    pub dialects: Vec<&'static Dialect>,
    /// Files whose findings are printed; `None` is all.
    pub only: Option<Vec<PathBuf>>,
    /// Names and addresses of this host.
    pub own: Vec<Vec<u8>>,
}

/// Reads the files of `unit`.
///
/// # Errors
/// A file that is named and cannot be read, a configuration or a dialect that is none.
pub(super) fn open(args: &LintArgs, unit: &Unit, messages: &Messages) -> Result<Opened> {
    let reading = &args.reading;
    let start = match unit {
        Unit::Stdin => Path::new("."),
        Unit::Table(path) => parent(path),
        Unit::Directory { dir, .. } | Unit::Files { dir, .. } => dir,
    };
    let config = Config::find(reading.config.as_deref(), reading.no_config, start)?;
    let policy = Policy::new(&args.rules, &config.lint)?;
    let (subject, only) = match unit {
        Unit::Stdin => {
            let name = reading.format.stdin_name();
            let bytes = reading::stdin()?;
            let format = reading
                .format
                .identify(&bytes[..bytes.len().min(HEAD)], name)?;
            let subject = match format.has_dialects() {
                true => Subject::table(name, bytes)?,
                false => Subject::of(format, gather_bytes(format, bytes, name)?),
            };
            (subject, None)
        }
        Unit::Table(path) => {
            let shown = path.display().to_string();
            let bytes = bytes_of(read(path), &shown)?;
            let format = reading
                .format
                .identify(&bytes[..bytes.len().min(HEAD)], &shown)?;
            let subject = match format.has_dialects() {
                true => Subject::table(&shown, bytes)?,
                false => Subject::of(format, gather(format, path)?),
            };
            (subject, None)
        }
        Unit::Files { dir, format, only } => {
            (Subject::of(format, gather(format, dir)?), only.clone())
        }
        Unit::Directory { dir, only } => {
            let is_home = args.paths.is_empty() && reading.control.is_none();
            let around = Around {
                user: user(args, messages),
                is_home,
                config: config.path.as_deref(),
            };
            (site::gather(dir, &around)?, only.clone())
        }
    };
    let file = &subject.input.files()[subject.table];
    let head = file.state.bytes().unwrap_or_default();
    let head = &head[..head.len().min(HEAD)];
    if subject.format.has_dialects() {
        reading.format.refuse_for_dialects()?;
    }
    let dir = match unit {
        Unit::Stdin => None,
        _ => Some(start),
    };
    let dialects = match reading.dialect.as_slice() {
        [] if !subject.format.has_dialects() => Vec::new(),
        [name, ..] if !subject.format.has_dialects() => bail!(
            "--dialect {name}: only smtproutes has dialects, and {} is {}",
            file.path,
            subject.format.title
        ),
        [] if reading.portable => DIALECTS.iter().collect(),
        [] => {
            let sources = DialectSources {
                option: None,
                head,
                dir,
                config: &config,
            };
            // A disagreement is a finding, and so is a name that nobody knows where the rules of a directory run.
            match (sources.choose(&messages.silent()), unit) {
                (Ok(dialect), _) => vec![dialect],
                (Err(_), Unit::Directory { .. }) if runs(&policy, "unknown-dialect") => {
                    vec![named("notqmail", "")?]
                }
                (Err(error), _) => return Err(error),
            }
        }
        names => {
            let mut dialects: Vec<&'static Dialect> = Vec::new();
            for name in names {
                let dialect = named(name, "--dialect")?;
                if !dialects.contains(&dialect) {
                    dialects.push(dialect);
                }
            }
            dialects
        }
    };
    let own = own(args, &config, &subject)?;
    let options = reading.format.options(&DIALECTS[0], &reading.bind)?;
    Ok(Opened {
        options,
        subject,
        policy,
        dialects,
        only,
        own,
    })
}

fn runs(policy: &Policy, rule: &str) -> bool {
    let mut rules = policy.chosen.rules.iter();
    rules.any(|other| other.info.name == rule)
}

/// Whose rights count: with `--home` only.
fn user(args: &LintArgs, messages: &Messages) -> Option<UserIds> {
    args.reading.home.as_ref()?;
    match site::user(&args.reading.user) {
        Ok(user) => Some(user),
        Err(error) => {
            messages.warning(&format!("{error:#}"));
            None
        }
    }
}

/// What [`read`] says of a device or a pipe.
const EINVAL: i32 = 22;

fn bytes_of(state: State, shown: &str) -> Result<Vec<u8>> {
    match state {
        State::Bytes(bytes) => Ok(bytes),
        State::Missing => bail!("{shown}: no such file"),
        State::Directory => bail!("{shown} is a directory"),
        State::Unreadable(EINVAL) => {
            bail!("{shown} is not a regular file; `-` reads standard input")
        }
        State::Unreadable(errno) => {
            let error = std::io::Error::from_raw_os_error(errno);
            bail!("cannot read {shown}: {error}")
        }
        State::Unread(_) => bail!("{shown} was not read"),
    }
}

/// What is this host: as stated, else its interfaces; and the name in `me`.
fn own(args: &LintArgs, config: &Config, subject: &Subject) -> Result<Vec<Vec<u8>>> {
    let stated = args.reading.own.as_deref().or(config.own.as_deref());
    if let Some(list) = stated {
        Own::parse(list).context("--own")?;
        let parts = list
            .split(',')
            .map(str::trim)
            .filter(|part| !part.is_empty());
        return Ok(parts
            .map(|part| part.trim_matches(['[', ']']).as_bytes().to_vec())
            .collect());
    }
    let interfaces = if_addrs::get_if_addrs().unwrap_or_default();
    let mut own: Vec<Vec<u8>> = interfaces
        .iter()
        .map(|interface| interface.ip().to_string().into_bytes())
        .collect();
    let me = subject.input.file("me").and_then(|file| file.state.bytes());
    if let Some(me) = me.map(first_line).filter(|me| !me.is_empty()) {
        own.push(me.to_vec());
    }
    Ok(own)
}
