//! What readers of other formats than smtproutes find, and the document that it makes.

use super::format::ReadError;
use super::notes::Notes;
use super::secrets::hide_in_findings;
use super::texts::Texts;
use super::xml::Damage;
use crate::diagnostic::Finding;
use crate::model::{Document, RouteTable, TableFull};
use crate::source::{Input, Span};

/// Why reading ends before the text does.
pub(super) enum Stop {
    /// The file is refused whole.
    Damage(Damage),
    /// There are more routes than a table numbers.
    Full,
}

impl From<Damage> for Stop {
    fn from(damage: Damage) -> Self {
        Stop::Damage(damage)
    }
}

impl From<TableFull> for Stop {
    fn from(TableFull: TableFull) -> Self {
        Stop::Full
    }
}

/// What a reader found in a text.
pub(super) struct Contents {
    notes: (Vec<Finding>, Texts),
    table: RouteTable,
    counts: (u64, u64),
    secrets: Vec<Span>,
}

impl Contents {
    /// The routes of `table` with what there is to say about them; `counts` are those written down, and those free of errors.
    pub fn new(notes: Notes<'_>, table: RouteTable, counts: (u64, u64)) -> Self {
        Contents {
            notes: notes.finish(),
            table,
            counts,
            secrets: Vec::new(),
        }
    }

    /// Where passwords stand, in any order: in the file, and in text that was made. None, where a file has no place for them.
    pub fn with_secrets(self, secrets: Vec<Span>) -> Self {
        Contents { secrets, ..self }
    }

    /// The document of `input`, which they were found in. What is assumed is still missing.
    ///
    /// # Errors
    /// With the text that was made there are too many bytes.
    pub fn into_document(self, mut input: Input) -> Result<Document, ReadError> {
        let (mut problems, texts) = self.notes;
        let mut document = Document::new(Input::default(), self.table);
        document.derived = texts.finish(&mut input)?;
        let secrets = in_order(self.secrets);
        hide_in_findings(&mut problems, &input, &secrets);
        input.set_secrets(secrets);
        document.input = input;
        document.problems = problems;
        (document.written, document.usable) = self.counts;
        Ok(document)
    }
}

/// Spans in ascending order, none inside another.
pub(super) fn in_order(mut spans: Vec<Span>) -> Vec<Span> {
    spans.sort_by_key(|span| (span.start, span.len));
    let mut merged: Vec<Span> = Vec::with_capacity(spans.len());
    for span in spans.into_iter().filter(|span| !span.is_empty()) {
        match merged.last_mut() {
            Some(last) if span.start <= last.end() => {
                last.len = last.len.max(span.end() - last.start);
            }
            _ => merged.push(span),
        }
    }
    merged
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_put_in_order() {
        let span = |start, len| Span::new(start, len);
        assert_eq!(
            in_order(vec![
                span(9, 2),
                span(1, 3),
                span(2, 1),
                span(4, 1),
                span(7, 0)
            ]),
            [span(1, 4), span(9, 2)]
        );
    }
}
