//! The run of qroute-compile.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use super::args::{CompileArgs, Reader};
use super::dump::dump;
use super::lookups::{self, Lookups};
use super::text::Text;
use crate::cli::Exit;
use crate::cli::config::Config;
use crate::cli::dialect::DialectSources;
use crate::cli::home::control_directory;
use crate::cli::lint::errors;
use crate::cli::listing;
use crate::cli::messages::Messages;
use crate::cli::output::Output;
use crate::cli::replace::{Locks, Made};
use crate::cli::sources::{compiled_path, head};
use crate::control::{Cdb, size_of};
use crate::formats::smtproutes::{self, DIALECTS, Dialect};
use crate::formats::{Detected, Head, detect, postfix_transport};
use crate::source::Input;
use crate::store::{Compiled, MemoryStore, Records};

/// Most errors that are said one by one.
const MOST_SAID: usize = 20;

/// Compiles a table, or says how its database is.
///
/// # Errors
/// Usage, files that cannot be read or written.
pub fn compile(args: CompileArgs) -> Result<Exit> {
    let output = Output::new().context("cannot watch signals")?;
    if let Some(shell) = args.completions {
        return listing::completions::<CompileArgs>(&output, shell);
    }
    let messages = Messages::new("qroute-compile", args.voice);
    let (path, dialect) = table(&args, &messages)?;
    let out = args
        .work
        .output
        .clone()
        .unwrap_or_else(|| compiled_path(&path));
    if args.work.dump {
        // The database itself may be named, too.
        let itself = args.work.output.is_none() && is_database(&path);
        return dump(if itself { &path } else { &out }, &output);
    }
    if args.work.check {
        return check(&path, &out, dialect, &messages);
    }
    let mut text = Text::read(&path, dialect)?;
    if text.is_at(&out) {
        bail!(
            "{}: the database cannot take the place of the table that it is made of",
            out.display()
        );
    }
    refuse_other(&out)?;
    if args.work.strict
        && args.work.product != Some(Reader::Postfix)
        && refuse_strictly(&text, dialect, &messages)?
    {
        return Ok(Exit::Findings);
    }
    let written = match args.work.product {
        None => own(&mut text, &out, dialect, &messages)?,
        Some(reader) => match Lookups::of(reader, &text.bytes, &text.shown, dialect, &messages) {
            Err(refused) => {
                messages.error(&format!("{refused:#}; nothing is written"));
                None
            }
            Ok(lookups) => {
                write(&text, &out, dialect, &messages, |file| lookups.write(file))?;
                Some(lookups.len())
            }
        },
    };
    let Some(count) = written else {
        return Ok(Exit::Findings);
    };
    if text.is_early && args.work.product.is_none() {
        messages.warning(&format!(
            "{}: its time lies in the future, and until then {} is not used; `touch` it and compile again",
            text.shown,
            out.display()
        ));
    }
    messages.note(&format!("{}: {count} routes", out.display()));
    Ok(Exit::Success)
}

/// The table, and the dialect that it is read in.
fn table(args: &CompileArgs, messages: &Messages) -> Result<(PathBuf, &'static Dialect)> {
    let option = args.reading.dialect.as_deref();
    if let Some(reader) = args.work.product {
        let has_output = args.work.output.is_some();
        lookups::refuse(reader, option, args.work.strict, has_output)?;
    }
    let before = option.and_then(Dialect::find);
    let given = args.file.clone();
    let path = match given {
        Some(path) if path.as_os_str() == "-" => bail!(
            "standard input cannot be compiled: there is nothing that the database could be compared with later; write it to a file"
        ),
        Some(path) => path,
        None if args.work.product == Some(Reader::Postfix) => {
            bail!("--for postfix: name the transport table")
        }
        None => {
            let (home, control) = (
                args.reading.home.as_deref(),
                args.reading.control.as_deref(),
            );
            let dir = control_directory(home, control, before)?;
            let names = before.map_or(vec!["smtproutes", "esmtproutes"], |d| vec![d.file]);
            let there = names.iter().find(|name| size_of(&dir.join(name)).is_some());
            dir.join(there.unwrap_or(&names[0]))
        }
    };
    // A database can be printed when its table is gone, and by its own name.
    if args.work.dump && (!path.exists() || is_database(&path)) {
        return Ok((path, &DIALECTS[0]));
    }
    let shown = path.display().to_string();
    if path.exists() && !path.is_dir() && size_of(&path).is_none() {
        bail!(
            "{shown} is not a regular file: there is nothing that the database could be compared with later"
        );
    }
    let head = head(&path)?;
    if args.work.product == Some(Reader::Postfix) {
        if let Detected::Format(format) = detect(&Head::new(&head, &shown))
            && format.id != postfix_transport::FORMAT.id
            // Almost any text may be smtproutes; lines of such a table have no result for Postfix, which is said.
            && !format.has_dialects()
        {
            bail!(
                "{shown} looks like {}: --for postfix wants a transport table, and qroute-convert makes one",
                format.title
            );
        }
        return Ok((path, &DIALECTS[0]));
    }
    if let Detected::Format(format) = detect(&Head::new(&head, &shown))
        && !format.has_dialects()
    {
        let instead = match format.id == postfix_transport::FORMAT.id {
            true => "--for postfix compiles it",
            false => "qroute-convert makes smtproutes of it",
        };
        bail!("{shown} looks like {}: {instead}", format.title);
    }
    let dir = match path.parent() {
        Some(dir) if !dir.as_os_str().is_empty() => dir,
        _ => Path::new("."),
    };
    let config = Config::find(args.reading.config.as_deref(), args.reading.no_config, dir)?;
    let dialect = DialectSources {
        option,
        head: &head,
        dir: Some(dir),
        config: &config,
    }
    .choose(messages)?;
    Ok((path, dialect))
}

/// Says whether the database is what the table says.
fn check(path: &Path, out: &Path, dialect: &Dialect, messages: &Messages) -> Result<Exit> {
    let shown = path.display();
    let meta = std::fs::metadata(path).with_context(|| format!("cannot read {shown}"))?;
    match Compiled::current(out, dialect, &meta) {
        Ok(compiled) => {
            let count = compiled.len();
            messages.note(&format!("{} is current: {count} routes", out.display()));
            Ok(Exit::Success)
        }
        Err(why) => {
            messages.hint(&format!(
                "{} is not current: {why}; the text is used, and qroute-compile makes it again",
                out.display()
            ));
            Ok(Exit::Findings)
        }
    }
}

/// Refuses to put a database in the place of something else.
fn refuse_other(out: &Path) -> Result<()> {
    let shown = out.display();
    match std::fs::metadata(out) {
        Ok(meta) if meta.is_file() => {}
        Ok(_) => bail!("{shown} is not a regular file"),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error).with_context(|| format!("cannot write {shown}")),
    }
    File::open(out).with_context(|| format!("cannot read {shown}"))?;
    if !is_database(out) {
        bail!(
            "{shown} is there and is no constant database; nothing is written: delete it first, or name another file"
        );
    }
    Ok(())
}

/// True for a regular file with the header of a constant database.
fn is_database(path: &Path) -> bool {
    let is_one = |file| Cdb::open(file).is_ok_and(|cdb| cdb.is_plausible());
    size_of(path).is_some() && File::open(path).is_ok_and(is_one)
}

/// Says the errors of the table, if there are any.
fn refuse_strictly(text: &Text, dialect: &'static Dialect, messages: &Messages) -> Result<bool> {
    let found = errors(&text.shown, text.bytes.clone(), dialect)?;
    for error in found.iter().take(MOST_SAID) {
        messages.error(error);
    }
    if found.len() > MOST_SAID {
        messages.hint(&format!(
            "{} more are not said here; qroute-lint lists all",
            found.len() - MOST_SAID
        ));
    }
    if !found.is_empty() {
        messages.error(&format!(
            "{} has errors, and --strict compiles none such; nothing is written",
            text.shown
        ));
    }
    Ok(!found.is_empty())
}

/// Writes our own database; returns how many routes it holds, or nothing when they cannot be carried. It needs the bytes
/// of the text.
fn own(
    text: &mut Text,
    out: &Path,
    dialect: &'static Dialect,
    messages: &Messages,
) -> Result<Option<usize>> {
    let input = Input::single(dialect.file, &text.shown, std::mem::take(&mut text.bytes))?;
    let store = MemoryStore::new(smtproutes::read(input, dialect)?);
    let records = match Records::of(&store, dialect) {
        Ok(records) => records,
        Err(refused) => {
            messages.error(&format!("{refused}; nothing is written"));
            return Ok(None);
        }
    };
    write(text, out, dialect, messages, |file| {
        records.write(file, &text.stamp(dialect))
    })?;
    Ok(Some(records.len()))
}

/// Writes a database in one step.
fn write(
    text: &Text,
    out: &Path,
    dialect: &Dialect,
    messages: &Messages,
    records: impl FnOnce(File) -> io::Result<()>,
) -> Result<()> {
    let cannot = || format!("cannot write {}, which is as it was", out.display());
    let mut made = Made::begin(&mut Locks::default(), out)?;
    records(made.file().with_context(cannot)?).with_context(cannot)?;
    let other_owner = made.give(&text.file)?;
    text.check_unchanged(dialect)?;
    made.commit()?;
    if let Some(warning) = other_owner {
        messages.warning(&warning);
    }
    Ok(())
}
