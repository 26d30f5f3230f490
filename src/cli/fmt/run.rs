//! The run of qroute-fmt.

use std::collections::HashSet;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use super::args::{FmtArgs, ReadingArgs};
use super::form::Former;
use super::other::{self, mask_of, without_secrets};
use super::walk::tables;
use crate::cli::Exit;
use crate::cli::config::Config;
use crate::cli::dialect::DialectSources;
use crate::cli::listing;
use crate::cli::messages::Messages;
use crate::cli::output::Output;
use crate::cli::replace::{Backup, Locks, Original, Staged};
use crate::control::{read, read_from};
use crate::formats::HEAD;
use crate::formats::smtproutes::{DIALECTS, stated_dialect};
use crate::report::unified;
use crate::source::{State, Visible, harmless, masked_line};

/// Brings every table into its form, and says how it went.
///
/// # Errors
/// Usage, and output that cannot be written. Trouble with one file is said, and the others are gone through.
pub fn fmt(args: FmtArgs) -> Result<Exit> {
    let output = Output::new().context("cannot watch signals")?;
    if args.formats {
        return listing::formats(&output);
    }
    if let Some(shell) = args.completions {
        return listing::completions::<FmtArgs>(&output, shell);
    }
    let messages = Messages::new("qroute-fmt", args.voice);
    let mut run = Run::new(&args, messages, output)?;
    for path in &args.paths {
        run.path(path)?;
    }
    run.commit();
    run.output.flush()?;
    Ok(run.exit)
}

struct Run<'a> {
    args: &'a FmtArgs,
    former: Former,
    backup: Option<Backup>,
    messages: Messages,
    output: Output,
    locks: Locks,
    staged: Vec<Staged>,
    /// Files that were read to be replaced: one may be named twice.
    seen: HashSet<PathBuf>,
    exit: Exit,
}

impl<'a> Run<'a> {
    fn new(args: &'a FmtArgs, messages: Messages, output: Output) -> Result<Self> {
        if args.paths.is_empty() {
            bail!("nothing to format: give a table, a directory, or `-`; --help shows examples");
        }
        let stdin = args.paths.iter().filter(|path| is_stdin(path)).count();
        if stdin > 1 {
            bail!("`-` stands twice: standard input can be read once");
        }
        if stdin > 0 && args.work.backup.is_some() {
            bail!("--backup keeps old files, and `-` has none");
        }
        args.reading.format.named()?;
        let backup = args.work.backup.as_deref().map(Backup::new);
        Ok(Run {
            args,
            former: Former::new(&args.work.promise, args.work.sort)?,
            backup: backup.transpose()?,
            messages,
            output,
            locks: Locks::default(),
            staged: Vec::new(),
            seen: HashSet::new(),
            exit: Exit::Success,
        })
    }

    /// A table, a directory of tables, or standard input. `Err` is trouble with the output only.
    fn path(&mut self, path: &Path) -> Result<()> {
        if is_stdin(path) {
            return self.stdin();
        }
        let files = if path.is_dir() {
            let (found, complete) = tables(path, self.backup.as_ref(), &self.messages);
            if !complete {
                self.exit = Exit::Unusable;
            }
            self.messages.note(&format!(
                "{}: tables found: {}",
                path.display(),
                found.len()
            ));
            found
        } else {
            vec![path.to_owned()]
        };
        for file in files {
            if self.args.work.check || self.args.work.diff {
                self.show(&file)?;
            } else if let Err(error) = self.stage(&file) {
                self.trouble(&error);
            }
        }
        Ok(())
    }

    fn trouble(&mut self, error: &anyhow::Error) {
        self.messages.error(&format!("{error:#}"));
        self.exit = Exit::Unusable;
    }

    fn stdin(&mut self) -> Result<()> {
        let name = self.args.reading.format.stdin_name();
        let read = || -> Result<Vec<u8>> {
            match read_from(std::io::stdin().lock(), HEAD as u64) {
                Ok(State::Bytes(bytes)) => Ok(bytes),
                Ok(_) => bail!("cannot read standard input"),
                Err(error) => Err(error).context("cannot read standard input"),
            }
        };
        let formed = read().and_then(|mut old| {
            let new = self.form(&mut old, name, None)?;
            Ok((old, new))
        });
        match formed {
            Err(error) => {
                self.trouble(&error);
                Ok(())
            }
            Ok((old, new)) if self.args.work.check || self.args.work.diff => {
                self.tell(&old, &new, name.as_bytes())
            }
            Ok((_, new)) => self.output.write(&new),
        }
    }

    /// What would change in a file.
    fn show(&mut self, path: &Path) -> Result<()> {
        let shown = path.display().to_string();
        let read = match read(path) {
            State::Bytes(bytes) => Ok(bytes),
            State::Missing => Err(anyhow::anyhow!("{shown}: no such file")),
            State::Unreadable(errno) => Err(std::io::Error::from_raw_os_error(errno))
                .with_context(|| format!("cannot read {shown}")),
            State::Directory | State::Unread(_) => Err(anyhow::anyhow!("cannot read {shown}")),
        };
        let formed = read.and_then(|mut old| {
            let new = self.form(&mut old, &shown, Some(path))?;
            Ok((old, new))
        });
        match formed {
            Ok((old, new)) => self.tell(&old, &new, path.as_os_str().as_bytes()),
            Err(error) => {
                self.trouble(&error);
                Ok(())
            }
        }
    }

    /// Names a file that would change, or prints how.
    fn tell(&mut self, old: &[u8], new: &[u8], name: &[u8]) -> Result<()> {
        if old == new {
            return Ok(());
        }
        self.exit = self.exit.max(Exit::Findings);
        if self.args.work.check {
            let text = String::from_utf8_lossy(name);
            let name = match harmless(&text) == text {
                true => name.to_vec(),
                false => Visible(name).to_string().into_bytes(),
            };
            return self.output.write(&[name.as_slice(), b"\n"].concat());
        }
        let shown = String::from_utf8_lossy(name);
        let reading = &self.args.reading.format;
        let format = reading.identify(&old[..old.len().min(HEAD)], &shown)?;
        if format.has_dialects() {
            return self
                .output
                .write_diff(&unified(old, new, &shown, masked_line));
        }
        let options = reading.options(&DIALECTS[0], &[])?;
        let texts = [old, new].map(|text| without_secrets(format, &options, text, &shown));
        let [old, new] = texts;
        let ((old, hidden), (new, more)) = (old?, new?);
        let mask = mask_of(hidden || more);
        self.output.write_diff(&unified(&old, &new, &shown, mask))
    }

    /// Writes the form of a file beside it.
    fn stage(&mut self, path: &Path) -> Result<()> {
        let mut original = Original::open(&mut self.locks, path)?;
        if !self.seen.insert(original.target().to_owned()) {
            return Ok(());
        }
        let mut old = std::mem::take(&mut original.bytes);
        let new = self.form(&mut old, &path.display().to_string(), Some(path))?;
        original.bytes = old;
        if original.bytes == new {
            return Ok(());
        }
        self.staged.push(original.stage(&new)?);
        Ok(())
    }

    /// Puts all new files in the places of the old ones.
    fn commit(&mut self) {
        let staged = std::mem::take(&mut self.staged);
        let all = staged.len();
        let mut done = 0;
        for file in staged {
            let shown = file.shown().to_owned();
            match file.commit(self.backup.as_ref()) {
                Ok(()) => {
                    done += 1;
                    self.messages.note(&format!("{shown}: replaced"));
                }
                Err(error) => self.trouble(&error),
            }
        }
        if all > 1 {
            self.messages.hint(&format!(
                "{done} of {all} files are replaced, each in one step; several renames are not one step"
            ));
        }
    }

    fn form(&self, old: &mut Vec<u8>, shown: &str, path: Option<&Path>) -> Result<Vec<u8>> {
        let head = &old[..old.len().min(HEAD)];
        let reading = &self.args.reading;
        let format = reading.format.identify(head, shown)?;
        if !format.has_dialects() {
            self.refuse_options_of_dialects(shown)?;
            let options = reading.format.options(&DIALECTS[0], &[])?;
            return other::form(format, &options, old, shown, path, &self.messages);
        }
        self.check_reading(head, shown, path)?;
        self.former.form(old, shown, &self.messages)
    }

    /// Options that mean nothing where one product reads a table.
    fn refuse_options_of_dialects(&self, shown: &str) -> Result<()> {
        let work = &self.args.work;
        for (given, option) in [
            (work.sort, "--sort"),
            (!work.promise.is_empty(), "--for"),
            (self.args.reading.dialect.is_some(), "--dialect"),
        ] {
            if given {
                bail!("{option} is about smtproutes, and {shown} is another format");
            }
        }
        Ok(())
    }

    /// Refuses what is no table, and says which dialect is in force.
    fn check_reading(&self, head: &[u8], shown: &str, path: Option<&Path>) -> Result<()> {
        let reading = &self.args.reading;
        reading.format.refuse_for_dialects()?;
        refuse_other_files(reading, path)?;
        let dir = path.map(|path| match path.parent() {
            Some(dir) if !dir.as_os_str().is_empty() => dir,
            _ => Path::new("."),
        });
        let config = config(reading, dir.unwrap_or(Path::new(".")))?;
        let option = reading.dialect.as_deref();
        let dialect = DialectSources {
            option,
            head,
            dir,
            config: &config,
        }
        .choose(&self.messages)?;
        self.messages.note(&format!(
            "{shown}: dialect {} ({})",
            dialect.name, dialect.title
        ));
        let promised = self.former.promise.iter().any(|d| d.name == dialect.name);
        if !promised && (option.is_some() || stated_dialect(head).is_some()) {
            self.messages.warning(&format!(
                "{shown} is read as {}, which --for leaves out: mail there may change",
                dialect.name
            ));
        }
        Ok(())
    }
}

/// Files of qmail-send that look like tables and are none: what stands behind their colons is not a relay.
fn refuse_other_files(reading: &ReadingArgs, path: Option<&Path>) -> Result<()> {
    let others = ["locals", "percenthack", "virtualdomains"];
    match path.and_then(|path| Some((path, path.file_name()?.to_str()?))) {
        Some((path, name)) if others.contains(&name) && reading.format.named()?.is_none() => bail!(
            "{} is no table of routes; --from smtproutes insists",
            path.display()
        ),
        _ => Ok(()),
    }
}

fn config(reading: &ReadingArgs, start: &Path) -> Result<Config> {
    match &reading.config {
        Some(path) => Config::read(path),
        None if reading.no_config => Ok(Config::default()),
        None => Config::search(start),
    }
}

fn is_stdin(path: &Path) -> bool {
    path.as_os_str() == "-"
}
