//! Opening what is asked: one table, or a mail system.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use super::args::TableArgs;
use super::config::Config;
use super::dialect::DialectSources;
use super::home;
use super::messages::Messages;
use super::patterns::JavaPatterns;
use super::reading::{self, directory_format, gather, gather_bytes, refuse_errors};
use crate::control::size_of;
use crate::formats::smtproutes::Dialect;
use crate::formats::{self, Format, ReadOptions, smtproutes};
use crate::lookup::Store;
use crate::model::FileVerdict;
use crate::source::{Input, State};
use crate::store::{Compiled, MemoryStore, NotCurrent, TextStore};

/// From this size on a single question searches the text instead of reading the table.
const SCAN_FROM: u64 = 1024 * 1024;

/// A table that is asked line by line: open, with its compiled file where that is current.
pub(super) struct ByLine {
    file: File,
    size: u64,
    compiled: Option<Compiled>,
}

impl ByLine {
    /// The table at `path`, when one question is answered sooner by its compiled file or by a search than by reading all of
    /// it as `dialect`. An answer that explains names all lines that lose, too, which a search alone finds. `stale` is told why
    /// a compiled file is not used.
    pub fn of(
        path: &Path,
        dialect: &Dialect,
        explain: bool,
        stale: impl FnOnce(&Path, &NotCurrent),
    ) -> Option<Self> {
        // A pipe is not even opened. Whatever is wrong with the file, who reads it whole says.
        let size = size_of(path)?;
        let file = File::open(path).ok()?;
        let compiled = match explain {
            true => None,
            false => current(path, dialect, &file, stale),
        };
        let searched = dialect.lines_are_independent() && size >= SCAN_FROM;
        (searched || compiled.is_some()).then_some(ByLine {
            file,
            size,
            compiled,
        })
    }

    /// The state of the table in the input of [`ByLine::store`].
    pub fn state(&self) -> State {
        State::Unread(self.size)
    }

    /// The store that asks it. It is unread in `input`, which holds what stands beside it; `shown` is what to call it.
    ///
    /// # Errors
    /// What stands beside it cannot be read.
    pub fn store(
        self,
        input: Input,
        dialect: &'static Dialect,
        shown: String,
    ) -> Result<TextStore> {
        let document = (smtproutes::FORMAT.read)(input, &read_as(dialect))?;
        let store = TextStore::new(document, dialect, self.file, shown);
        Ok(match self.compiled {
            Some(compiled) => store.with_compiled(compiled),
            None => store,
        })
    }
}

/// The compiled file of the table `text` at `path`, when it is current.
fn current(
    path: &Path,
    dialect: &Dialect,
    text: &File,
    stale: impl FnOnce(&Path, &NotCurrent),
) -> Option<Compiled> {
    let database = compiled_path(path);
    let why = match Compiled::current(&database, dialect, &text.metadata().ok()?) {
        Ok(compiled) => return Some(compiled),
        Err(why) => why,
    };
    if !why.is_missing() {
        stale(&database, &why);
    }
    None
}

/// The compiled file of the table at `path`.
pub(super) fn compiled_path(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".cdb");
    PathBuf::from(name)
}

/// Bytes looked at to find out what a file is.
const HEAD: usize = formats::HEAD;

/// What is asked.
pub(super) struct Opened {
    /// The routes.
    pub store: Box<dyn Store + Sync>,
    /// Names and addresses of this host, where a configuration states them.
    pub own: Option<String>,
    /// The format, and the dialect where it has some.
    pub format: &'static Format,
    pub dialect: Option<&'static Dialect>,
}

/// What the questions will be like.
#[derive(Clone, Copy, Debug)]
pub(super) struct Questions {
    /// A handful, so that reading the whole table does not pay.
    pub few: bool,
    /// All lines that lose are named, too.
    pub explain: bool,
    /// The deliverer alone is asked.
    pub hosts: bool,
    /// What asks about a whole control directory.
    pub whole: &'static str,
    /// What asks about all files of a table that is a directory.
    pub directory: &'static str,
}

/// Opens the table or the mail system that `args` name.
///
/// # Errors
/// No such file, a directory, an unreadable file, an unknown format or dialect, a file of another format.
pub(super) fn open(
    args: &TableArgs,
    bind: &[String],
    questions: Questions,
    messages: &Messages,
) -> Result<Opened> {
    args.format.named()?;
    match &args.routes {
        Some(path) if path.as_os_str() == "-" => stdin(args, bind, questions, messages),
        Some(path) => table(args, bind, path, questions, messages),
        None => system(args, questions, messages),
    }
}

fn config(args: &TableArgs, start: &Path) -> Result<Config> {
    Config::find(args.config.as_deref(), args.no_config, start)
}

fn stdin(
    args: &TableArgs,
    bind: &[String],
    questions: Questions,
    messages: &Messages,
) -> Result<Opened> {
    let bytes = reading::stdin()?;
    open_bytes(args, bind, bytes, questions, messages)
}

/// Opens the table that standard input held.
///
/// # Errors
/// As [`open`].
pub(super) fn open_bytes(
    args: &TableArgs,
    bind: &[String],
    bytes: Vec<u8>,
    questions: Questions,
    messages: &Messages,
) -> Result<Opened> {
    let name = args.format.stdin_name();
    let config = config(args, Path::new("."))?;
    let head = &bytes[..bytes.len().min(HEAD)];
    let format = args.format.identify(head, name)?;
    if !format.has_dialects() {
        let input = gather_bytes(format, bytes, name)?;
        return other(args, bind, format, input, config, questions, messages);
    }
    args.format.refuse_for_dialects()?;
    let dialect = DialectSources {
        option: args.dialect.as_deref(),
        head,
        dir: None,
        config: &config,
    }
    .choose(messages)?;
    let mut input = Input::default();
    input.push(dialect.file, name, State::Bytes(bytes))?;
    in_memory(input, dialect, config, messages)
}

fn table(
    args: &TableArgs,
    bind: &[String],
    path: &Path,
    questions: Questions,
    messages: &Messages,
) -> Result<Opened> {
    let shown = path.display().to_string();
    let dir = path
        .parent()
        .filter(|dir| !dir.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    if path.is_dir() {
        let named = args.format.named()?.filter(|format| format.is_directory);
        let Some(format) = named.or_else(|| directory_format(path)) else {
            bail!(
                "{shown} is a directory without tables of a format that has several; name the table in it (a whole mail system: --home or --control of qroute-resolve, qroute-lint and qroute-diff)"
            );
        };
        let (input, config) = (gather(format, path)?, config(args, path)?);
        return other(args, bind, format, input, config, questions, messages);
    }
    let config = config(args, dir)?;
    let head = head(path)?;
    let format = args.format.identify(&head, &shown)?;
    if !format.has_dialects() {
        if format.is_directory {
            report_files_beside(format, path, dir, questions.directory, messages);
        }
        let input = gather(format, path)?;
        return other(args, bind, format, input, config, questions, messages);
    }
    args.format.refuse_for_dialects()?;
    let sources = DialectSources {
        option: args.dialect.as_deref(),
        head: &head,
        dir: Some(dir),
        config: &config,
    };
    let dialect = sources.choose(messages)?;
    report_neighbours(dir, dialect, questions.whole, messages);
    if let Some(by_line) = by_line(path, dialect, questions, messages) {
        let mut input = Input::default();
        input.push(dialect.file, &shown, by_line.state())?;
        return opened(by_line.store(input, dialect, shown)?, dialect, config);
    }
    let mut input = gather(format, path)?;
    input.rename(0, dialect.file);
    in_memory(input, dialect, config, messages)
}

/// A table of another product than qmail's.
fn other(
    args: &TableArgs,
    bind: &[String],
    format: &'static Format,
    input: Input,
    config: Config,
    questions: Questions,
    messages: &Messages,
) -> Result<Opened> {
    if questions.hosts {
        bail!(
            "--hosts asks qmail-remote about the bytes of a host; {} knows addresses",
            format.title
        );
    }
    if let Some(name) = &args.dialect {
        bail!(
            "--dialect {name}: only smtproutes has dialects, and this is {}",
            format.title
        );
    }
    let options = args.format.options(&smtproutes::DIALECTS[0], bind)?;
    let document = (format.read)(input, &options)?;
    refuse_errors(&document, args.valid_only, messages)?;
    messages.note(&format!(
        "{}; evidence: {}",
        format.title,
        format.evidence.words()
    ));
    let store = match questions.few {
        true => MemoryStore::for_few(document),
        false => MemoryStore::new(document),
    };
    let store = store.with_patterns(Box::new(JavaPatterns::default()));
    Ok(Opened {
        store: Box::new(store),
        own: config.own,
        format,
        dialect: None,
    })
}

fn system(args: &TableArgs, questions: Questions, messages: &Messages) -> Result<Opened> {
    if let Some(format) = args.format.named()?.filter(|format| !format.has_dialects()) {
        bail!(
            "--from {}: a home is qmail's; --routes names the table",
            format.id.0
        );
    }
    args.format.refuse_for_dialects()?;
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
    let by_line = by_line(&path, dialect, questions, messages);
    let state = by_line.as_ref().map(ByLine::state);
    let input = home::input(&dir, dialect, !questions.hosts, state, &args.environment)?;
    report_scope(&input, &dir, dialect, messages);
    match by_line {
        Some(by_line) => {
            let shown = path.display().to_string();
            opened(by_line.store(input, dialect, shown)?, dialect, config)
        }
        None => in_memory(input, dialect, config, messages),
    }
}

/// The table at `path` line by line, when that answers `questions` sooner.
fn by_line(
    path: &Path,
    dialect: &Dialect,
    questions: Questions,
    messages: &Messages,
) -> Option<ByLine> {
    if !questions.few {
        return None;
    }
    ByLine::of(path, dialect, questions.explain, |database, why| {
        messages.note(&format!(
            "{} is not current: {why}; the text is used",
            database.display()
        ));
    })
}

fn in_memory(
    input: Input,
    dialect: &'static Dialect,
    config: Config,
    messages: &Messages,
) -> Result<Opened> {
    let document = (smtproutes::FORMAT.read)(input, &read_as(dialect))?;
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
        format: &smtproutes::FORMAT,
        dialect: Some(dialect),
    })
}

fn opened(store: TextStore, dialect: &'static Dialect, config: Config) -> Result<Opened> {
    Ok(Opened {
        store: Box::new(store),
        own: config.own,
        format: &smtproutes::FORMAT,
        dialect: Some(dialect),
    })
}

/// The first bytes of a regular file.
pub(super) fn head(path: &Path) -> Result<Vec<u8>> {
    let shown = path.display();
    let meta = std::fs::metadata(path).with_context(|| format!("cannot read {shown}"))?;
    if meta.is_dir() {
        bail!(
            "{shown} is a directory; name the table in it (a whole mail system: --home or --control of qroute-resolve)"
        );
    }
    if !meta.is_file() {
        bail!("{shown} is not a regular file; `-` reads standard input");
    }
    let file = std::fs::File::open(path).with_context(|| format!("cannot read {shown}"))?;
    let mut head = Vec::new();
    file.take(HEAD as u64)
        .read_to_end(&mut head)
        .with_context(|| format!("cannot read {shown}"))?;
    Ok(head)
}

/// The options of smtproutes, which has none but its dialect.
fn read_as(dialect: &'static Dialect) -> ReadOptions {
    ReadOptions {
        dialect,
        ..ReadOptions::default()
    }
}

/// Files beside a table that was asked alone: what they decide is not part of the answer.
fn report_neighbours(dir: &Path, dialect: &Dialect, whole: &str, messages: &Messages) {
    for neighbour in smtproutes::neighbours(dialect) {
        let path = dir.join(neighbour.name);
        if path.exists() {
            messages.warning(&format!(
                "{} ({}) stands beside the table and is not part of this answer; {whole} {} asks about both",
                path.display(),
                neighbour.effect,
                dir.display()
            ));
        }
    }
}

/// The other files of a table that has several, when one was asked alone.
fn report_files_beside(format: &Format, path: &Path, dir: &Path, whole: &str, messages: &Messages) {
    let is_named = |name: &&&str| path.file_name().is_some_and(|file| file == **name);
    if !format.files.iter().any(|name| is_named(&name)) {
        return;
    }
    let others = format.files.iter().filter(|name| !is_named(name));
    let beside: Vec<&str> = others
        .filter(|name| dir.join(name).is_file())
        .copied()
        .collect();
    if !beside.is_empty() {
        messages.warning(&format!(
            "not part of this answer: {} beside it; {whole} {} asks about all",
            beside.join(", "),
            dir.display()
        ));
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
