//! Fixes: applied, read again, until nothing is left to fix.

use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

use super::engine::{Question, Subject, findings};
use super::paths::is_named;
use crate::cli::fmt::{mask_of, without_secrets};
use crate::cli::replace::{Backup, Locks, Original, replace_all};
use crate::diagnostic::Edit;
use crate::diagnostic::Finding;
use crate::formats::ReadOptions;
use crate::formats::smtproutes::Dialect;
use crate::lint::Chosen;
use crate::report::unified;
use crate::source::Input;
use crate::source::masked_line;

/// Most rounds: each repairs at least one place for good, and a line has few mistakes; what is left then is left.
const MOST_ROUNDS: usize = 1000;

/// Which fixes are wanted.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Wanted<'a> {
    /// Safe ones.
    pub safe: bool,
    /// Those that somebody should look at afterwards.
    pub unsafe_too: bool,
    /// In these files alone.
    pub only: Option<&'a [PathBuf]>,
}

/// Files with their fixes applied.
pub(super) struct Repaired {
    /// The files as they are now, for the places of what remains.
    pub subject: Subject,
    /// What remains.
    pub findings: Vec<Finding>,
    /// Number of fixes applied.
    pub count: usize,
    /// Files that changed: their number, and their bytes before.
    pub before: Vec<(usize, Vec<u8>)>,
}

/// Applies the fixes that are wanted: round by round, those that do not overlap, reading the files anew each time.
///
/// # Errors
/// As [`findings`].
pub(super) fn repair(
    subject: Subject,
    question: &Question<'_>,
    wanted: Wanted<'_>,
) -> Result<Repaired> {
    let mut subject = subject;
    let mut count = 0;
    let mut before: Vec<(usize, Vec<u8>)> = Vec::new();
    let mut rounds = 0;
    loop {
        let (now, found) = findings(subject, question)?;
        let edits = match rounds {
            MOST_ROUNDS => Vec::new(),
            _ => edits(&now.input, &found, wanted),
        };
        if edits.is_empty() {
            before.retain(|(index, bytes)| {
                now.input.files()[*index].state.bytes() != Some(bytes.as_slice())
            });
            return Ok(Repaired {
                subject: now,
                findings: found,
                count,
                before,
            });
        }
        count += edits.len();
        rounds += 1;
        subject = now;
        // From the last file to the first: those before one that changes keep their places.
        for index in (0..subject.input.files().len()).rev() {
            let file = &subject.input.files()[index];
            let here: Vec<&Edit> = edits
                .iter()
                .filter(|edit| {
                    let of = subject.input.file_of(edit.span);
                    of.is_some_and(|of| of.base() == file.base())
                })
                .collect();
            let Some(bytes) = file.state.bytes().filter(|_| !here.is_empty()) else {
                continue;
            };
            if !before.iter().any(|(other, _)| *other == index) {
                before.push((index, bytes.to_vec()));
            }
            let text = applied(bytes, file.base(), &here);
            subject.input = subject.input.with_bytes(index, text)?;
        }
    }
}

impl Repaired {
    /// The text of file `index`.
    pub fn text(&self, index: usize) -> &[u8] {
        let file = self.subject.input.files().get(index);
        file.and_then(|file| file.state.bytes()).unwrap_or_default()
    }

    /// The unified difference between the files as they were and as they are now, secrets masked; empty when nothing
    /// changed.
    ///
    /// # Errors
    /// As for reading, which is what tells secrets in formats that have places for them.
    pub fn diff(&self, options: &ReadOptions) -> Result<Vec<u8>> {
        let mut out = Vec::new();
        let format = self.subject.format;
        for (index, before) in &self.before {
            let path = &self.subject.input.files()[*index].path;
            let after = self.text(*index);
            if format.has_dialects() {
                out.extend(unified(before, after, path, masked_line));
                continue;
            }
            let (before, hidden) = without_secrets(format, options, before, path)?;
            let (after, more) = without_secrets(format, options, after, path)?;
            let mask = mask_of(hidden || more);
            out.extend(unified(&before, &after, path, mask));
        }
        Ok(out)
    }

    /// Replaces the files that changed, all or none. `locks` holds the directory since before they were read.
    ///
    /// # Errors
    /// A file changed meanwhile, or cannot be replaced with all that it carries; nothing is written then.
    pub fn write(&self, locks: &mut Locks, backup: Option<&Backup>) -> Result<()> {
        let mut files = Vec::with_capacity(self.before.len());
        for (index, before) in &self.before {
            let path = Path::new(&*self.subject.input.files()[*index].path);
            let original = Original::open(locks, path)?;
            if original.bytes != *before {
                bail!(
                    "{}: changed while it was checked; nothing is written",
                    path.display()
                );
            }
            files.push((original, self.text(*index).to_vec()));
        }
        replace_all(files, backup)?;
        Ok(())
    }
}

/// A text with its fixes applied.
#[derive(Debug)]
pub struct Fixed {
    /// The text.
    pub bytes: Vec<u8>,
    /// Number of fixes applied.
    pub count: usize,
    /// The input of the last round, for the places of what remains.
    pub input: Input,
    /// What remains.
    pub remaining: Vec<Finding>,
}

/// Applies all safe fixes, and with `unsafe_too` the others, to a table of its own.
///
/// # Errors
/// As for reading: 4 GiB, too many routes.
pub fn fix_bytes(
    bytes: Vec<u8>,
    dialects: &[&'static Dialect],
    chosen: &Chosen,
    unsafe_too: bool,
) -> Result<Fixed> {
    let question = Question::new(dialects, chosen);
    let wanted = Wanted {
        safe: true,
        unsafe_too,
        only: None,
    };
    let repaired = repair(Subject::table("-", bytes)?, &question, wanted)?;
    let input = repaired.subject.input;
    let bytes = input.files().first().and_then(|file| file.state.bytes());
    Ok(Fixed {
        bytes: bytes.unwrap_or_default().to_vec(),
        count: repaired.count,
        input,
        remaining: repaired.findings,
    })
}

/// The edits to apply in one round: of findings that are not suppressed, in the order of the text, none that overlaps
/// or touches one before it.
fn edits(input: &Input, findings: &[Finding], wanted: Wanted<'_>) -> Vec<Edit> {
    let named = |edit: &Edit| {
        let path = input.file_of(edit.span).map(|file| file.path.clone());
        is_named(path.as_deref().unwrap_or(""), wanted.only)
    };
    let mut fixes: Vec<&[Edit]> = findings
        .iter()
        .filter(|finding| !finding.suppressed)
        .filter_map(|finding| finding.fix.as_ref())
        .filter(|fix| fix.safe && wanted.safe || !fix.safe && wanted.unsafe_too)
        .map(|fix| fix.edits.as_slice())
        .filter(|edits| !edits.is_empty() && edits.iter().all(named))
        .collect();
    fixes.sort_by_key(|edits| edits[0].span.start);
    let mut chosen: Vec<Edit> = Vec::new();
    for edits in fixes {
        let free = chosen
            .last()
            .is_none_or(|last| edits[0].span.start > last.span.end());
        if free {
            chosen.extend_from_slice(edits);
        }
    }
    chosen
}

/// `text`, which stands at offset `base` of its input, with `edits` made.
fn applied(text: &[u8], base: u32, edits: &[&Edit]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut at = 0;
    for edit in edits {
        let start = (edit.span.start - base) as usize;
        out.extend_from_slice(&text[at..start]);
        out.extend_from_slice(&edit.text);
        at = start + edit.span.len as usize;
    }
    out.extend_from_slice(&text[at..]);
    out
}
