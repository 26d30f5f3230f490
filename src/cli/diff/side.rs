//! Opening the two tables.

use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

use super::args::{DiffArgs, DiffReadingArgs};
use super::rests::Way;
use crate::cli::args::TableArgs;
use crate::cli::messages::Messages;
use crate::cli::reading::{FormatArgs, directory_format, stdin};
use crate::cli::sources::{Opened, Questions, head, open, open_bytes};
use crate::formats::smtproutes::DIALECTS;
use crate::formats::{self, Detected, Format, HEAD, Head, Known};

/// The old table and the new one, and how they were read if that leaves something open.
///
/// # Errors
/// Usage, I/O, unusable input.
pub(super) fn both(
    args: &DiffArgs,
    messages: &Messages,
) -> Result<([Opened; 2], [Option<Way>; 2])> {
    let reading = &args.reading;
    let Some(old) = &args.old else {
        bail!("nothing to compare: give OLD and NEW; --help shows examples");
    };
    let new = match &args.new {
        Some(new) => new,
        None if is_read_in_two_ways(reading) => old,
        None => bail!(
            "one table and one way to read it: give NEW, or say how the new side is read (--dialect-new, --assume-new, …)"
        ),
    };
    let paths = [old, new];
    let is_stdin = |path: &&PathBuf| path.as_os_str() == "-";
    let twice = paths.iter().filter(|path| is_stdin(path)).count();
    if twice == 2 && args.new.is_some() {
        bail!("OLD and NEW cannot both be standard input");
    }
    let bytes = match twice {
        0 => None,
        _ => Some(stdin()?),
    };
    let sides = [Side::Old, Side::New];
    let content = |at: usize| match is_stdin(&paths[at]) {
        true => bytes.as_deref(),
        false => None,
    };
    let mut known = Vec::new();
    for (at, side) in sides.into_iter().enumerate() {
        known.push(side.kind(reading, paths[at], content(at))?);
    }
    let known = agreed([&known[0], &known[1]], messages);
    let mut opened = Vec::new();
    let mut ways = [None, None];
    for (at, side) in sides.into_iter().enumerate() {
        let table = side.table(reading, paths[at], known)?;
        let bind = either(&reading.bind, [&reading.bind_old, &reading.bind_new][at]);
        let questions = Questions {
            few: false,
            explain: false,
            hosts: false,
            whole: "the path",
            directory: "the path",
        };
        let one = match content(at) {
            Some(bytes) => open_bytes(&table, &bind, bytes.to_vec(), questions, messages)?,
            None => open(&table, &bind, questions, messages)?,
        };
        ways[at] = match one.format.open.is_empty() || one.format.has_dialects() {
            true => None,
            false => Some(Way {
                path: paths[at].clone(),
                bytes: content(at).map(<[u8]>::to_vec),
                name: table.format.stdin_name().to_owned(),
                format: one.format,
                options: table.format.options(&DIALECTS[0], &bind)?,
                valid_only: table.valid_only,
            }),
        };
        opened.push(one);
    }
    let new = opened.pop();
    match (opened.pop(), new) {
        (Some(old), Some(new)) => Ok(([old, new], ways)),
        _ => bail!("nothing to compare"),
    }
}

/// True when the sides are read in different ways.
fn is_read_in_two_ways(reading: &DiffReadingArgs) -> bool {
    let lists = [
        &reading.assume_old,
        &reading.assume_new,
        &reading.bind_old,
        &reading.bind_new,
    ];
    let names = [
        &reading.from_old,
        &reading.from_new,
        &reading.dialect_old,
        &reading.dialect_new,
        &reading.encoding_old,
        &reading.encoding_new,
    ];
    let switches = [
        reading.lenient_old,
        reading.lenient_new,
        reading.infer_roles_old,
        reading.infer_roles_new,
        reading.valid_only_old,
        reading.valid_only_new,
    ];
    lists.iter().any(|list| !list.is_empty())
        || names.iter().any(|name| name.is_some())
        || switches.contains(&true)
}

/// What is known of the format of a side before it is opened.
enum Kind {
    /// It is this one.
    Format(&'static Format),
    /// It may be one of these.
    Uncertain(Vec<&'static str>),
    /// Whoever opens it says what is wrong.
    Unknown,
}

/// The formats of both sides: what one leaves open the other settles.
fn agreed(kinds: [&Kind; 2], messages: &Messages) -> [Option<&'static Format>; 2] {
    let mut formats = kinds.map(|kind| match kind {
        Kind::Format(format) => Some(*format),
        _ => None,
    });
    for at in [0, 1] {
        if let (Kind::Uncertain(names), Some(format)) = (kinds[at], formats[1 - at])
            && names.contains(&format.id.0)
        {
            messages.note(&format!(
                "the content of the {} table does not say what it is: read as the other one, {}",
                ["old", "new"][at],
                format.title
            ));
            formats[at] = Some(format);
        }
    }
    formats
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Old,
    New,
}

/// The option of a side, or that of both.
fn own<'o>(of_side: &'o Option<String>, of_both: &'o Option<String>) -> Option<&'o String> {
    of_side.as_ref().or(of_both.as_ref())
}

fn either(of_both: &[String], of_side: &[String]) -> Vec<String> {
    [of_both, of_side].concat()
}

impl Side {
    fn of<'o, T>(self, old: &'o T, new: &'o T) -> &'o T {
        match self {
            Side::Old => old,
            Side::New => new,
        }
    }

    fn kind(self, reading: &DiffReadingArgs, path: &Path, content: Option<&[u8]>) -> Result<Kind> {
        let named = own(self.of(&reading.from_old, &reading.from_new), &reading.from);
        if let Some(Known::Read(format)) = named.and_then(|name| formats::find(name)) {
            return Ok(Kind::Format(format));
        }
        if named.is_some_and(|name| !name.is_empty()) {
            return Ok(Kind::Unknown);
        }
        if content.is_none() && path.is_dir() {
            return Ok(directory_format(path).map_or(Kind::Unknown, Kind::Format));
        }
        let shown = match content {
            Some(_) => reading.stdin_filename.clone().unwrap_or("-".to_owned()),
            None => path.display().to_string(),
        };
        let head = match content {
            Some(bytes) => bytes[..bytes.len().min(HEAD)].to_vec(),
            None => head(path)?,
        };
        Ok(match formats::detect(&Head::new(&head, &shown)) {
            Detected::Format(format) => Kind::Format(format),
            Detected::Uncertain(names) => Kind::Uncertain(names),
            Detected::NotRead(..) | Detected::Unknown => Kind::Unknown,
        })
    }

    /// The options of a side, in the form of qroute-resolve's: those of both sides count only where they mean something.
    fn table(
        self,
        reading: &DiffReadingArgs,
        path: &Path,
        formats: [Option<&'static Format>; 2],
    ) -> Result<TableArgs> {
        let [format, other] = match self {
            Side::Old => formats,
            Side::New => [formats[1], formats[0]],
        };
        let has_dialects = |format: Option<&Format>| format.is_none_or(Format::has_dialects);
        let here = has_dialects(format);
        // What both sides are told and only the other one understands is meant for that one.
        let for_other = has_dialects(other) != here;
        let dialect = self.of(&reading.dialect_old, &reading.dialect_new).clone();
        let common = reading.dialect.clone().filter(|_| here || !for_other);
        let mut assume = Vec::new();
        for text in &reading.assume {
            let key = text.split('=').next().unwrap_or("").trim();
            let knows = |format: Option<&Format>| {
                format.is_some_and(|format| format.open.iter().any(|open| open.key == key))
            };
            if knows(format) || !knows(other) {
                assume.push(text.clone());
            }
        }
        assume.extend(
            self.of(&reading.assume_old, &reading.assume_new)
                .iter()
                .cloned(),
        );
        let common_switch = |given: bool| given && !(here && for_other);
        let stdin = path.as_os_str() == "-";
        let whole = !stdin && path.is_dir() && format.is_none_or(Format::has_dialects);
        let named = own(self.of(&reading.from_old, &reading.from_new), &reading.from);
        Ok(TableArgs {
            routes: (!whole).then(|| path.to_owned()),
            home: None,
            control: whole.then(|| path.to_owned()),
            dialect: dialect.or(common),
            format: FormatArgs {
                from: format
                    .map(|format| format.id.0.to_owned())
                    .or(named.cloned()),
                stdin_filename: reading.stdin_filename.clone(),
                assume,
                lenient: common_switch(reading.lenient)
                    || *self.of(&reading.lenient_old, &reading.lenient_new),
                infer_roles: common_switch(reading.infer_roles)
                    || *self.of(&reading.infer_roles_old, &reading.infer_roles_new),
                encoding: own(self.of(&reading.encoding_old, &reading.encoding_new), &None)
                    .cloned()
                    .or(reading.encoding.clone().filter(|_| common_switch(true))),
            },
            valid_only: reading.valid_only
                || *self.of(&reading.valid_only_old, &reading.valid_only_new),
            environment: Vec::new(),
            own: None,
            config: reading.config.clone(),
            no_config: reading.no_config,
        })
    }
}
