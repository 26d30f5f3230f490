//! What a table is, and how it is read: for all programs that are given one.

use std::path::Path;

use anyhow::{Context, Result, bail};
use clap::Args;

use super::messages::Messages;
use super::near::{nearest, or_nearest_format};
use crate::control::{read, read_from};
use crate::diagnostic::Severity;
use crate::formats::smtproutes::Dialect;
use crate::formats::{self, Detected, FORMATS, Format, Head, Known, ReadOptions};
use crate::model::Document;
use crate::source::{Input, State, Visible};

/// How a table is read.
#[derive(Clone, Debug, Args)]
pub struct FormatArgs {
    /// The format of the table [default: what its content says, then its name; --formats lists them]
    #[arg(long, value_name = "FORMAT", env = "QROUTE_FROM")]
    pub from: Option<String>,

    /// What to call standard input in messages
    #[arg(long, value_name = "NAME")]
    pub stdin_filename: Option<String>,

    /// Settle what a vendor leaves open; --formats lists what, and what is assumed otherwise
    #[arg(long, value_name = "KEY=VALUE")]
    pub assume: Vec<String>,

    /// Read a documented shape although it has defects
    #[arg(long)]
    pub lenient: bool,

    /// Read XML of a shape that nobody documents, by what its names say
    #[arg(long)]
    pub infer_roles: bool,

    /// The encoding, whatever the file declares
    #[arg(long, value_name = "NAME")]
    pub encoding: Option<String>,
}

impl FormatArgs {
    /// The format that is named. An empty `QROUTE_FROM` names none, as an unset one.
    pub(super) fn named(&self) -> Result<Option<&'static Format>> {
        let Some(name) = self.from.as_deref().filter(|name| !name.is_empty()) else {
            return Ok(None);
        };
        match formats::find(name) {
            Some(Known::Read(format)) => Ok(Some(format)),
            Some(Known::NotRead(name)) => {
                bail!(
                    "--from {name}: this format is known and not read; --formats lists those that are"
                )
            }
            None => {
                let near =
                    or_nearest_format(name, &formats::names(), "--from smtproutes --dialect");
                bail!("unknown format `{name}`{near} --formats lists them")
            }
        }
    }

    /// What standard input is called.
    pub(super) fn stdin_name(&self) -> &str {
        self.stdin_filename.as_deref().unwrap_or("-")
    }

    /// The format of the file at `shown`, which begins with `head`.
    ///
    /// # Errors
    /// The content is of a format that is not read, may be of several, or is of none.
    pub(super) fn identify(&self, head: &[u8], shown: &str) -> Result<&'static Format> {
        if let Some(format) = self.named()? {
            return Ok(format);
        }
        let head = Head::new(head, shown);
        match formats::detect(&head) {
            Detected::Format(format) => Ok(format),
            Detected::NotRead(name, title) => {
                bail!("{shown} looks like {title}: this format ({name}) is known and not read")
            }
            Detected::Uncertain(names) => bail!(
                "{shown} may be {}: name the format with --from",
                names.join(" or ")
            ),
            Detected::Unknown => bail!("{shown}: {}", unknown(&head)),
        }
    }

    /// The options of a reader.
    ///
    /// # Errors
    /// Text that is no `KEY=VALUE` or `NAME=DOMAIN`.
    pub(super) fn options(
        &self,
        dialect: &'static Dialect,
        bind: &[String],
    ) -> Result<ReadOptions> {
        let assume = self.assume.iter().map(|text| {
            let (key, value) = text
                .split_once('=')
                .with_context(|| format!("--assume {text}: write KEY=VALUE"))?;
            Ok((key.trim().to_owned(), value.trim().to_owned()))
        });
        let bind = bind.iter().map(|text| {
            let (name, domains) = text
                .rsplit_once('=')
                .with_context(|| format!("--bind {text}: write NAME=DOMAIN[,DOMAIN…]"))?;
            let domains = domains.split(',').map(|domain| domain.trim().to_owned());
            Ok((name.trim().to_owned(), domains.collect()))
        });
        Ok(ReadOptions {
            dialect,
            assume: assume.collect::<Result<_>>()?,
            lenient: self.lenient,
            infer_roles: self.infer_roles,
            encoding: self.encoding.clone(),
            bind: bind.collect::<Result<_>>()?,
        })
    }

    /// Refuses options that mean nothing to a format with dialects, whose evidence leaves nothing open.
    ///
    /// # Errors
    /// The first of them.
    pub(super) fn refuse_for_dialects(&self) -> Result<()> {
        if let Some(assumption) = self.assume.first() {
            bail!(
                "--assume {assumption}: smtproutes rests on source code and leaves nothing to assume"
            );
        }
        for (given, option) in [
            (self.lenient, "--lenient"),
            (self.infer_roles, "--infer-roles"),
        ] {
            if given {
                bail!("{option}: every file is a table to the readers of smtproutes");
            }
        }
        if self.encoding.is_some() {
            bail!("--encoding: smtproutes is read byte by byte, in no encoding");
        }
        Ok(())
    }
}

/// What is said of a file that no format can read.
fn unknown(head: &Head<'_>) -> String {
    match head.root_name() {
        Some(root) if root.eq_ignore_ascii_case("html") => {
            "an HTML page, not a table: was a login page saved in its place?".to_owned()
        }
        Some(root) => {
            let known = ["CustomRouting", "IMSS_DBD", "MessageDeliverySettings"];
            let near = nearest(
                &root.to_ascii_lowercase(),
                &known
                    .map(str::to_ascii_lowercase)
                    .each_ref()
                    .map(String::as_str),
            )
            .and_then(|near| known.iter().find(|name| name.eq_ignore_ascii_case(near)));
            let near = near.map_or_else(String::new, |near| {
                format!("; the nearest is <{near}> (names in XML are case-sensitive)")
            });
            format!(
                "XML with the root element <{}>, which no format has{near}; --from names the format, and --from imsva \
                 --infer-roles reads a shape that nobody documents",
                Visible(root.as_bytes())
            )
        }
        None => "no format has such a beginning; --from names the format".to_owned(),
    }
}

/// The format with several files that the directory `dir` holds files of.
pub(super) fn directory_format(dir: &Path) -> Option<&'static Format> {
    let holds = |format: &&Format| {
        format.is_directory && format.files.iter().any(|name| dir.join(name).is_file())
    };
    FORMATS.iter().find(holds)
}

/// The files that make up the table of `format` at `path`: the file and what is looked at beside it, or the format's files of
/// a directory, missing ones too.
///
/// # Errors
/// It is missing, a directory, or cannot be read.
pub(super) fn gather(format: &Format, path: &Path) -> Result<Input> {
    let mut input = Input::default();
    let shown = path.display().to_string();
    if format.is_directory && path.is_dir() {
        for name in format.files {
            let file = path.join(name);
            input.push(name, &file.display().to_string(), read(&file))?;
        }
        return Ok(input);
    }
    let name = path
        .file_name()
        .and_then(|name| name.to_str())
        .unwrap_or("-");
    match read(path) {
        state @ State::Bytes(_) => input.push(role(format, name), &shown, state)?,
        State::Missing => bail!("{shown}: no such file"),
        State::Directory => bail!("{shown} is a directory"),
        State::Unreadable(errno) => {
            let error = std::io::Error::from_raw_os_error(errno);
            bail!("cannot read {shown}: {error}")
        }
        State::Unread(_) => {}
    }
    for name in format.beside {
        let file = path.with_file_name(name);
        if file.is_file() {
            input.push(name, &file.display().to_string(), read(&file))?;
        }
    }
    Ok(input)
}

/// Standard input as the table of `format`.
///
/// # Errors
/// As for reading.
pub(super) fn gather_bytes(format: &Format, bytes: Vec<u8>, name: &str) -> Result<Input> {
    let file = name.rsplit('/').next().unwrap_or(name);
    Ok(Input::single(role(format, file), name, bytes)?)
}

/// Files that were written as the table of `format`.
///
/// # Errors
/// 4 GiB.
pub(super) fn gather_files(
    format: &Format,
    dialect: &Dialect,
    files: &[crate::formats::Written],
) -> Result<Input> {
    let mut input = Input::default();
    for (name, bytes) in files {
        let file = name.rsplit('/').next().unwrap_or(name);
        let known = match format.has_dialects() {
            true => dialect.file,
            false => role(format, file),
        };
        input.push(known, name, State::Bytes(bytes.clone()))?;
    }
    Ok(input)
}

/// What the reader of `format` knows a file by that is called `name`.
fn role<'n>(format: &Format, name: &'n str) -> &'n str
where
    'static: 'n,
{
    match format.files.contains(&name) {
        true => name,
        false => format.files.first().copied().unwrap_or(name),
    }
}

/// All of standard input.
///
/// # Errors
/// As for reading.
pub(super) fn stdin() -> Result<Vec<u8>> {
    let state = read_from(std::io::stdin().lock(), 4096).context("cannot read standard input")?;
    match state {
        State::Bytes(bytes) => Ok(bytes),
        _ => bail!("cannot read standard input"),
    }
}

/// What was guessed or left out, because it was asked for, and mail that no route takes yet.
const ALWAYS_SAID: [&str; 3] = ["inferred-roles", "count-mismatch", "unbound-route"];

/// Most problems of one table that are said before it is refused.
const MOST_SAID: usize = 20;

/// Says what is wrong with a table, and refuses one that must not be used as it stands.
///
/// # Errors
/// There are errors and they do not leave at least some routes that `valid_only` asks for.
pub(super) fn refuse_errors(
    document: &Document,
    valid_only: bool,
    messages: &Messages,
) -> Result<()> {
    let shown = |problem: &crate::diagnostic::Finding| match document.place(problem.span) {
        Some(place) => format!("{place}: {} [{}]", problem.message, problem.rule),
        None => format!("{} [{}]", problem.message, problem.rule),
    };
    let errors: Vec<_> = document
        .problems
        .iter()
        .filter(|problem| problem.severity == Severity::Error)
        .collect();
    for problem in &document.problems {
        match problem.severity {
            Severity::Error => {}
            _ if ALWAYS_SAID.contains(&problem.rule) => messages.warning(&shown(problem)),
            _ => messages.note(&shown(problem)),
        }
    }
    let tolerated = valid_only && !document.damaged;
    for problem in errors.iter().take(MOST_SAID) {
        match tolerated {
            true => messages.warning(&shown(problem)),
            false => messages.error(&shown(problem)),
        }
    }
    if errors.len() > MOST_SAID {
        messages.hint(&format!(
            "{} more are not said here; qroute-lint lists all",
            errors.len() - MOST_SAID
        ));
    }
    if errors.is_empty() || tolerated {
        return Ok(());
    }
    let file = document
        .input
        .files()
        .first()
        .map_or("-", |file| &file.path);
    let file = Visible(file.as_bytes());
    if document.damaged {
        bail!("{file} is damaged and refused whole");
    }
    bail!(
        "{file} has errors and is not used as it stands ({} of {} routes are free of them); qroute-lint explains them, and \
         programs that only read it go on with the rest by --valid-only",
        document.usable,
        document.written
    )
}
