//! Opening what is asked: one table, or a mail system.

use std::io::Read;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use super::args::TableArgs;
use super::config::Config;
use super::dialect::{DialectSources, nearest};
use super::home;
use super::messages::Messages;
use crate::control::{read, read_from, size_of};
use crate::formats::smtproutes::Dialect;
use crate::formats::{self, Known, ReadOptions, smtproutes};
use crate::lookup::Store;
use crate::model::FileVerdict;
use crate::source::{Input, State};
use crate::store::{MemoryStore, ScanStore};

/// From this size on a single question searches the text instead of reading the table.
const SCAN_FROM: u64 = 1024 * 1024;

/// Bytes looked at to find out what a file is.
const HEAD: u64 = smtproutes::HEAD as u64;

/// What is asked.
pub(super) struct Opened {
    /// The routes.
    pub store: Box<dyn Store + Sync>,
    /// Names and addresses of this host, where a configuration states them.
    pub own: Option<String>,
}

/// What the questions will be like.
#[derive(Clone, Copy, Debug)]
pub(super) struct Questions {
    /// A handful, so that reading the whole table does not pay.
    pub few: bool,
    /// The deliverer alone is asked.
    pub hosts: bool,
}

/// Opens the table or the mail system that `args` name.
///
/// # Errors
/// No such file, a directory, an unreadable file, an unknown format or dialect, a file of another format.
pub(super) fn open(args: &TableArgs, questions: Questions, messages: &Messages) -> Result<Opened> {
    check_format(args.format())?;
    check_assumptions(&args.assume)?;
    match &args.routes {
        Some(path) if path.as_os_str() == "-" => stdin(args, messages),
        Some(path) => table(args, path, questions, messages),
        None => system(args, questions, messages),
    }
}

/// Refuses formats that are not read.
///
/// # Errors
/// The format that `from` names is unknown, or known and not read.
pub(super) fn check_format(from: Option<&str>) -> Result<()> {
    if let Some(name) = from {
        match formats::find(name) {
            Some(Known::Read(_)) => {}
            Some(Known::NotRead(name)) => {
                bail!("--from {name}: this format is known and not read yet; smtproutes is")
            }
            None => {
                let names: Vec<&str> = formats::FORMATS
                    .iter()
                    .map(|f| f.id.0)
                    .chain(formats::PLANNED.iter().copied())
                    .collect();
                let near = nearest(name, &names).map_or_else(
                    || ";".to_owned(),
                    |near| format!("; did you mean `{near}`?"),
                );
                bail!("unknown format `{name}`{near} --formats lists them")
            }
        }
    }
    Ok(())
}

/// Refuses assumptions: nothing rests on one.
pub(super) fn check_assumptions(assume: &[String]) -> Result<()> {
    if let Some(assumption) = assume.first() {
        bail!(
            "--assume {assumption}: smtproutes rests on source code and leaves nothing to assume"
        );
    }
    Ok(())
}

fn config(args: &TableArgs, start: &Path) -> Result<Config> {
    Config::find(args.config.as_deref(), args.no_config, start)
}

fn stdin(args: &TableArgs, messages: &Messages) -> Result<Opened> {
    let state = read_from(std::io::stdin().lock(), HEAD).context("cannot read standard input")?;
    let name = args.stdin_filename.as_deref().unwrap_or("-");
    let config = config(args, Path::new("."))?;
    let head = state.bytes().unwrap_or_default();
    refuse_other_formats(args.format(), head, name)?;
    let dialect = DialectSources {
        option: args.dialect.as_deref(),
        head,
        dir: None,
        config: &config,
    }
    .choose(messages)?;
    let mut input = Input::default();
    input.push(dialect.file, name, state)?;
    in_memory(input, dialect, config, messages)
}

fn table(
    args: &TableArgs,
    path: &Path,
    questions: Questions,
    messages: &Messages,
) -> Result<Opened> {
    let shown = path.display().to_string();
    let dir = path
        .parent()
        .filter(|dir| !dir.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    let config = config(args, dir)?;
    let head = head(path)?;
    refuse_other_formats(args.format(), &head, &shown)?;
    let sources = DialectSources {
        option: args.dialect.as_deref(),
        head: &head,
        dir: Some(dir),
        config: &config,
    };
    let dialect = sources.choose(messages)?;
    report_neighbours(dir, dialect, messages);
    let mut input = Input::default();
    let size = size_of(path);
    if questions.few
        && dialect.lines_are_independent()
        && size.is_some_and(|size| size >= SCAN_FROM)
    {
        input.push(dialect.file, &shown, State::Unread(size.unwrap_or(0)))?;
        return by_search(input, dialect, path, config);
    }
    match read(path) {
        State::Bytes(bytes) => input.push(dialect.file, &shown, State::Bytes(bytes))?,
        State::Missing => bail!("{shown}: no such file"),
        State::Directory => {
            bail!("{shown} is a directory; --home or --control asks about a mail system")
        }
        State::Unreadable(errno) => bail!(
            "cannot read {shown}: {}",
            std::io::Error::from_raw_os_error(errno)
        ),
        State::Unread(_) => {}
    }
    in_memory(input, dialect, config, messages)
}

fn system(args: &TableArgs, questions: Questions, messages: &Messages) -> Result<Opened> {
    let option = args.dialect.as_deref();
    let before = option.and_then(Dialect::find);
    let dir = home::control_directory(args.home.as_deref(), args.control.as_deref(), before)?;
    let config = config(args, &dir)?;
    let names = before.map_or(vec!["smtproutes", "esmtproutes"], |dialect| {
        vec![dialect.file]
    });
    let head = names
        .iter()
        .find_map(|name| head(&dir.join(name)).ok())
        .unwrap_or_default();
    let dialect = DialectSources {
        option,
        head: &head,
        dir: Some(&dir),
        config: &config,
    }
    .choose(messages)?;
    let dir = if before.is_none() {
        home::control_directory(args.home.as_deref(), args.control.as_deref(), Some(dialect))?
    } else {
        dir
    };
    let path = dir.join(dialect.file);
    let scan = questions.few
        && dialect.lines_are_independent()
        && size_of(&path).is_some_and(|size| size >= SCAN_FROM);
    let input = home::input(&dir, dialect, !questions.hosts, scan, &args.environment)?;
    report_scope(&input, &dir, dialect, messages);
    if scan {
        by_search(input, dialect, &path, config)
    } else {
        in_memory(input, dialect, config, messages)
    }
}

fn in_memory(
    input: Input,
    dialect: &'static Dialect,
    config: Config,
    messages: &Messages,
) -> Result<Opened> {
    let document = (smtproutes::FORMAT.read)(input, &ReadOptions { dialect })?;
    for problem in &document.problems {
        match document.place(problem.span) {
            Some(place) => messages.warning(&format!("{place}: {}", problem.message)),
            None => messages.warning(&problem.message),
        }
    }
    if let FileVerdict::IgnoredWhole(why) = &document.table.verdict
        && document.problems.is_empty()
    {
        messages.warning(why);
    }
    Ok(Opened {
        store: Box::new(MemoryStore::new(document)),
        own: config.own,
    })
}

fn by_search(
    input: Input,
    dialect: &'static Dialect,
    path: &Path,
    config: Config,
) -> Result<Opened> {
    let shown = path.display().to_string();
    let file = std::fs::File::open(path).with_context(|| format!("cannot read {shown}"))?;
    let document = (smtproutes::FORMAT.read)(input, &ReadOptions { dialect })?;
    Ok(Opened {
        store: Box::new(ScanStore::new(document, dialect, file, shown)),
        own: config.own,
    })
}

/// The first bytes of a regular file.
fn head(path: &Path) -> Result<Vec<u8>> {
    let shown = path.display();
    let meta = std::fs::metadata(path).with_context(|| format!("cannot read {shown}"))?;
    if meta.is_dir() {
        bail!("{shown} is a directory; --home or --control asks about a mail system");
    }
    if !meta.is_file() {
        bail!("{shown} is not a regular file; `-` reads standard input");
    }
    let file = std::fs::File::open(path).with_context(|| format!("cannot read {shown}"))?;
    let mut head = Vec::new();
    file.take(HEAD)
        .read_to_end(&mut head)
        .with_context(|| format!("cannot read {shown}"))?;
    Ok(head)
}

/// Content decides what a file is, then its name.
///
/// # Errors
/// It is of a format that is not read, and `from` does not insist.
pub(super) fn refuse_other_formats(from: Option<&str>, head: &[u8], shown: &str) -> Result<()> {
    if from.is_none() && formats::detect(head, shown).is_none() {
        bail!(
            "{shown} looks like XML: it may be xeams, imsva or imss, which are not read yet; --from smtproutes insists"
        );
    }
    Ok(())
}

/// Files beside a table that was asked alone: what they decide is not part of the answer.
fn report_neighbours(dir: &Path, dialect: &Dialect, messages: &Messages) {
    for neighbour in smtproutes::neighbours(dialect) {
        let path = dir.join(neighbour.name);
        if path.exists() {
            messages.warning(&format!(
                "{} ({}) stands beside the table and is not part of this answer; --control {} asks about both",
                path.display(),
                neighbour.effect,
                dir.display()
            ));
        }
    }
}

/// What is part of an answer for a mail system, and what is not.
fn report_scope(input: &Input, dir: &Path, dialect: &Dialect, messages: &Messages) {
    let read: Vec<&str> = input
        .files()
        .iter()
        .filter(|f| f.state != State::Missing)
        .map(|file| &*file.path)
        .collect();
    messages.note(&format!(
        "dialect {} ({}); part of the answer: {}",
        dialect.name,
        dialect.title,
        read.join(", ")
    ));
    for neighbour in smtproutes::neighbours(dialect).iter().filter(|n| !n.read) {
        let path: PathBuf = dir.join(neighbour.name);
        if path.exists() {
            let shown = path.display();
            messages.warning(&format!(
                "{shown} ({}) is not read and not part of this answer",
                neighbour.effect
            ));
        }
    }
    if dialect.value.penalty_fields {
        messages.note(
            "the environment of indimail's programs is not known here; --env SMTPROUTE=… states it",
        );
    }
}
