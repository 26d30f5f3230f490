//! Tables of formats that one product reads, in one way: what their readers find, and what the routes are to one another.

use anyhow::Result;

use super::engine::{Question, Subject};
use super::fix::{Wanted, repair};
use crate::cli::patterns::JavaPatterns;
use crate::diagnostic::Finding;
use crate::formats::{Comments, Format, ReadOptions};
use crate::lint::{Asking, Chosen, Directives, Notation, Reading, lint_dns, lint_table, rules};
use crate::lookup::Store;
use crate::model::Document;
use crate::source::Input;
use crate::store::MemoryStore;

/// All findings about `subject`, suppressed ones marked, in the order of the text; the subject comes back.
///
/// # Errors
/// An assumption that is none, and what keeps the files from being numbered.
pub(super) fn findings(
    subject: Subject,
    question: &Question<'_>,
) -> Result<(Subject, Vec<Finding>)> {
    let Subject {
        input,
        table,
        site,
        format,
    } = subject;
    let count = input.files().len();
    let default = ReadOptions::default();
    let options = question.options.unwrap_or(&default);
    let mut document = (format.read)(input, options)?;
    let chosen = question.chosen;
    let mut found = std::mem::take(&mut document.problems);
    found.retain(|finding| question.runs(finding.rule));
    let recoded = document.recoded;
    if !document.damaged {
        let store = MemoryStore::new(document).with_patterns(Box::new(JavaPatterns::default()));
        found.extend(of_table(&store, format, options, question));
        document = store.into_document();
    }
    let mut input = document.input;
    let mut directives = match format.comments {
        Comments::Hash => Directives::read(&input),
        Comments::Markup => Directives::read_markup(&input),
        Comments::None => Directives::default(),
    };
    directives.apply(&mut found);
    if question.runs("unused-suppression") {
        let about = |rule: &&&'static crate::lint::Rule| rule.info.is_about(format.id.0);
        let ran = chosen.rules.iter().filter(about);
        let ran: Vec<&str> = ran.map(|rule| rule.info.name).collect();
        found.extend(directives.unused(&rules::infos(), &ran));
    }
    if recoded {
        // Places are those of the decoded text, and so would be what is written.
        found.iter_mut().for_each(|finding| finding.fix = None);
    }
    found.sort_by_key(|finding| (finding.span.start, finding.span.len));
    input.truncate(count);
    let subject = Subject {
        input,
        table,
        site,
        format,
    };
    Ok((subject, found))
}

fn of_table(
    store: &MemoryStore,
    format: &'static Format,
    options: &ReadOptions,
    question: &Question<'_>,
) -> Vec<Finding> {
    let document: &Document = store.document();
    let stages = document.table.stages().iter().map(|stage| stage.name);
    let mut files: Vec<&'static str> = stages.filter(|name| format.files.contains(name)).collect();
    let mut is_of_lines = format.comments == Comments::Hash;
    if files.is_empty() {
        // The routes are no stage for each file, or stand in no file that is called as the format calls them.
        is_of_lines &= !format.is_directory;
        let file = document.input.files().first().map_or("", |file| &file.name);
        // Roles are names that formats know.
        let file = format.files.iter().find(|name| **name == file).copied();
        files.push(file.or(format.files.first().copied()).unwrap_or(""));
    }
    let mut found = Vec::new();
    for (number, file) in files.into_iter().enumerate() {
        // DNS is asked about the routes of all.
        let dns = question.dns.filter(|_| number == 0);
        let question = Question { dns, ..*question };
        found.extend(of_file(
            store,
            format,
            file,
            is_of_lines,
            options,
            &question,
        ));
    }
    found
}

/// What the rules find in one file of a table, whose routes are a stage called as the file is.
fn of_file(
    store: &MemoryStore,
    format: &'static Format,
    file: &'static str,
    is_of_lines: bool,
    options: &ReadOptions,
    question: &Question<'_>,
) -> Vec<Finding> {
    let alone = |text: &[u8]| -> Option<Box<dyn Store>> {
        let input = Input::single(file, "-", text.to_vec()).ok()?;
        let document = (format.read)(input, options).ok()?;
        Some(Box::new(MemoryStore::new(document)))
    };
    let reading = Reading {
        notation: Notation {
            is_of_lines,
            ..Notation::of_format(format.id.0, format.title, file)
        },
        store,
        alone: &alone,
        own: question.own,
    };
    let mut found = lint_table(&reading, question.chosen);
    if let Some(asking) = question.dns {
        found.extend(lint_dns(&reading, asking, question.chosen));
    }
    found
}

/// The findings about files of `format`, given by name, and the input that their places are in.
///
/// # Errors
/// As for reading.
pub fn lint_format(
    format: &'static Format,
    files: Named,
    options: &ReadOptions,
    chosen: &Chosen,
) -> Result<(Input, Vec<Finding>)> {
    let subject = subject_of(format, files)?;
    let question = Question {
        options: Some(options),
        ..Question::new(&[], chosen)
    };
    let (subject, findings) = findings(subject, &question)?;
    Ok((subject.input, findings))
}

/// As [`lint_format`], asking DNS too.
///
/// # Errors
/// As [`lint_format`].
pub fn lint_format_with_dns(
    format: &'static Format,
    files: Named,
    options: &ReadOptions,
    chosen: &Chosen,
    dns: &Asking<'_>,
) -> Result<(Input, Vec<Finding>)> {
    let question = Question {
        options: Some(options),
        dns: Some(dns),
        ..Question::new(&[], chosen)
    };
    let (subject, findings) = findings(subject_of(format, files)?, &question)?;
    Ok((subject.input, findings))
}

/// Files by their names.
pub type Named = Vec<(String, Vec<u8>)>;

/// Applies all safe fixes, and with `unsafe_too` the others, to files of `format` given by name; returns the files, and what
/// remains.
///
/// # Errors
/// As for reading.
pub fn fix_format(
    format: &'static Format,
    files: Named,
    options: &ReadOptions,
    chosen: &Chosen,
    unsafe_too: bool,
) -> Result<(Named, Vec<Finding>)> {
    let question = Question {
        options: Some(options),
        ..Question::new(&[], chosen)
    };
    let wanted = Wanted {
        safe: true,
        unsafe_too,
        only: None,
    };
    let repaired = repair(subject_of(format, files)?, &question, wanted)?;
    let files = repaired.subject.input.files().iter();
    let files = files.map(|file| {
        let bytes = file.state.bytes().unwrap_or_default();
        (file.name.clone(), bytes.to_vec())
    });
    Ok((files.collect(), repaired.findings))
}

/// Files of `format`, given by name.
///
/// # Errors
/// 4 GiB.
pub(super) fn subject_of(format: &'static Format, files: Named) -> Result<Subject> {
    let mut input = Input::default();
    for (name, bytes) in files {
        input.push(&name, &name, crate::source::State::Bytes(bytes))?;
    }
    Ok(Subject::of(format, input))
}
