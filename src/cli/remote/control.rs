//! The control files of a home, as the deliverer reads them.

use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::super::home;
use super::super::sources::ByLine;
use super::policy;
use crate::control::{first_line, only_word, read, scan_ulong};
use crate::formats::ReadOptions;
use crate::formats::smtproutes::{self, Dialect};
use crate::lookup::Store;
use crate::smtp::{Letter, Limits, Policy, Report, outsafe};
use crate::source::State;
use crate::store::MemoryStore;

/// Defaults of qmail-remote, in seconds.
const TIMEOUT_REMOTE: u64 = 1200;
const TIMEOUT_CONNECT: u64 = 60;

/// An open home.
pub(super) struct Control {
    home: PathBuf,
    directory: PathBuf,
    dialect: &'static Dialect,
}

/// What a conversation needs to know.
pub(super) struct Settings {
    /// The name that we give ourselves.
    pub helo: Vec<u8>,
    /// How long is waited.
    pub limits: Limits,
    /// Where IPv4 connections come from.
    pub source: Option<Ipv4Addr>,
}

/// A control file cannot be read, or one that must be there is not (`temp_control`).
pub(super) fn unreadable() -> Vec<u8> {
    Report::of(Letter::Deferred, "Unable to read control files. (#4.3.0)")
}

impl Control {
    /// Opens the home that `QMAILHOME` names, else /var/qmail, in the dialect that `smtproutesdialect` names, else qroute's own.
    ///
    /// # Errors
    /// The report: there is no such home, or no such dialect. Whoever names a dialect that does not exist would be read in the
    /// wrong one, so that mail waits.
    pub fn open() -> Result<Self, Vec<u8>> {
        let home = home::home(None);
        // qmail-remote goes there first (`temp_chdir`).
        if !std::fs::metadata(&home).is_ok_and(|meta| meta.is_dir()) {
            let text = "Unable to switch to home directory. (#4.3.0)";
            return Err(Report::of(Letter::Deferred, text));
        }
        let named_in = home::control_directory(Some(&home), None, None);
        let named_in = named_in.map_err(|_| unreadable())?;
        let name = match read(&named_in.join("smtproutesdialect")) {
            State::Bytes(bytes) => bytes[only_word(&bytes)].to_vec(),
            State::Missing => b"qroute".to_vec(),
            _ => return Err(unreadable()),
        };
        let dialect = std::str::from_utf8(&name).ok().and_then(Dialect::find);
        let dialect = dialect.ok_or_else(|| {
            let name = outsafe(&name);
            let text = format!("control/smtproutesdialect names no dialect: {name}. (#4.3.5)");
            Report::of(Letter::Deferred, &text)
        })?;
        let directory = home::control_directory(Some(&home), None, Some(dialect));
        Ok(Control {
            directory: directory.map_err(|_| unreadable())?,
            home,
            dialect,
        })
    }

    /// The home.
    pub fn home(&self) -> &Path {
        &self.home
    }

    /// The routes: those that qroute-resolve has for `--home` and `--hosts`. One question is asked, so that the compiled file
    /// of the table is used where it is current, and the text of a large one searched.
    ///
    /// # Errors
    /// The report: a file cannot be read.
    pub fn routes(&self) -> Result<Box<dyn Store>, Vec<u8>> {
        let dialect = self.dialect;
        let path = self.directory.join(dialect.file);
        // Nobody is there who could be told of a compiled file that is not current: qroute-lint tells.
        let by_line = ByLine::of(&path, dialect, false, |_, _| {});
        let state = by_line.as_ref().map(ByLine::state);
        let input = home::input(&self.directory, dialect, false, state, &[]);
        let input = input.map_err(|_| unreadable())?;
        if let Some(by_line) = by_line {
            let store = by_line.store(input, dialect, path.display().to_string());
            return Ok(Box::new(store.map_err(|_| unreadable())?));
        }
        let options = ReadOptions {
            dialect,
            ..ReadOptions::default()
        };
        let document = (smtproutes::FORMAT.read)(input, &options);
        Ok(Box::new(MemoryStore::new(
            document.map_err(|_| unreadable())?,
        )))
    }

    /// What `tlspolicy` demands for mail to `host`.
    ///
    /// # Errors
    /// The report: it cannot be read, or does not say what it means.
    pub fn policy(&self, host: &[u8]) -> Result<Policy, Vec<u8>> {
        match read(&self.directory.join("tlspolicy")) {
            State::Missing => Ok(Policy::default()),
            State::Bytes(bytes) => policy::of_host(bytes, host),
            _ => Err(unreadable()),
        }
    }

    /// Names, times and addresses.
    ///
    /// # Errors
    /// The report: a file cannot be read or says nothing that can be used.
    pub fn settings(&self) -> Result<Settings, Vec<u8>> {
        let helo = match self.line("helohost")? {
            Some(name) => name,
            None => self.line("me")?.ok_or_else(unreadable)?,
        };
        let seconds = |name, default| -> Result<Duration, Vec<u8>> {
            let line = self.line(name)?.unwrap_or_default();
            // `control_readint`: the digits at its start, as an `int`; without digits the default.
            let (number, digits) = scan_ulong(&line);
            let seconds = match digits {
                0 => default,
                _ => u64::try_from(number as i32).unwrap_or(0),
            };
            Ok(Duration::from_secs(seconds))
        };
        let limits = Limits {
            connect: seconds("timeoutconnect", TIMEOUT_CONNECT)?,
            remote: seconds("timeoutremote", TIMEOUT_REMOTE)?,
        };
        let source = match self.line("outgoingip")? {
            Some(text) if !text.is_empty() => {
                let address = std::str::from_utf8(&text).ok().and_then(|t| t.parse().ok());
                Some(address.ok_or_else(|| {
                    let text = "invalid ipaddr in control/outgoingip (#4.3.0)";
                    Report::of(Letter::Deferred, text)
                })?)
            }
            _ => None,
        };
        Ok(Settings {
            helo,
            limits,
            source,
        })
    }

    /// The first line of a file; `None` when it is missing.
    fn line(&self, name: &str) -> Result<Option<Vec<u8>>, Vec<u8>> {
        match read(&self.directory.join(name)) {
            // A CR would end the command that the line goes into.
            State::Bytes(bytes) => Ok(Some(first_line(&bytes).trim_ascii_end().to_vec())),
            State::Missing => Ok(None),
            _ => Err(unreadable()),
        }
    }
}
