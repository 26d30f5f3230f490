//! From a file of XML to a document: what is the same whatever stands in it.

use super::super::format::ReadError;
use super::super::options::ReadOptions;
use super::super::texts::Texts;
use super::{Damage, decode};
use crate::diagnostic::Finding;
use crate::model::{Document, Product, RouteTable, TableFull};
use crate::source::{Input, Span};

/// Why reading ends before the text does.
pub(in crate::formats) enum Stop {
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
pub(in crate::formats) struct Contents {
    /// Problems in the order of the text, and the text that was made, as [`Notes::finish`](super::super::notes::Notes::finish)
    /// returns them.
    pub notes: (Vec<Finding>, Texts),
    /// The routes.
    pub table: RouteTable,
    /// Routes written down, and those free of errors.
    pub counts: (u64, u64),
    /// Where passwords stand, in any order: in the file, and in text that was made.
    pub secrets: Vec<Span>,
}

/// Decodes the first file of `input` and has `read` find out what its text says. A file that is damaged gives a document that
/// says so and has no routes.
///
/// # Errors
/// Too many bytes or routes.
pub(in crate::formats) fn read_file(
    input: Input,
    options: &ReadOptions,
    product: Product,
    read: impl FnOnce(&Input, &[u8]) -> Result<Contents, Stop>,
) -> Result<Document, ReadError> {
    let bytes = bytes_of(&input);
    let (mut input, recoded) = match decode(bytes, options.encoding.as_deref()) {
        Err(damage) => return Ok(damaged(input, damage, product)),
        Ok(Some(text)) => (input.with_bytes(0, text)?, true),
        Ok(None) => (input, false),
    };
    let contents = match read(&input, bytes_of(&input)) {
        Ok(contents) => contents,
        Err(Stop::Damage(damage)) => return Ok(damaged(input, damage, product)),
        Err(Stop::Full) => return Err(TableFull.into()),
    };
    let (problems, texts) = contents.notes;
    let mut document = Document::new(Input::default(), contents.table);
    document.derived = texts.finish(&mut input)?;
    input.set_secrets(in_order(contents.secrets));
    document.input = input;
    document.problems = problems;
    (document.written, document.usable) = contents.counts;
    document.recoded = recoded;
    Ok(document)
}

fn bytes_of(input: &Input) -> &[u8] {
    let file = input.files().first();
    file.and_then(|file| file.state.bytes()).unwrap_or(b"")
}

/// A document of a file that cannot be read. What in it is a password nobody knows.
fn damaged(mut input: Input, mut damage: Damage, product: Product) -> Document {
    let bytes = bytes_of(&input);
    // A tag inside of a password may be what is wrong with it.
    let to_line_end = |span: Span| {
        let rest = bytes.get(span.end() as usize..).unwrap_or(b"");
        let more = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
        Span::new(span.start, span.len + more as u32)
    };
    let secrets = in_order(perhaps_secrets(bytes, 0).map(to_line_end).collect());
    let hidden = |span: &Span| (span.start as usize..=span.end() as usize).contains(&damage.at);
    if secrets.iter().any(hidden) {
        damage.message = without_quoted(&damage.message);
    }
    let finding = damage.finding(0, bytes.len());
    input.set_secrets(secrets);
    let mut document = Document::new(input, RouteTable::new(product));
    document.problems.push(finding);
    document.damaged = true;
    document
}

/// A message without what it quotes of the file.
fn without_quoted(message: &str) -> String {
    let pieces = message.split('`').enumerate();
    let shown = pieces.map(|(at, piece)| if at % 2 == 1 { "…" } else { piece });
    shown.collect::<Vec<_>>().join("`")
}

/// Spans in ascending order, none inside another.
fn in_order(mut spans: Vec<Span>) -> Vec<Span> {
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

/// What may be a password in text that is read by nobody, and that begins at `base`: of each piece between tags that is like
/// `host:port:auth:user:password`, all behind the third colon. A colon may be written as a reference.
pub(in crate::formats) fn perhaps_secrets(text: &[u8], base: u32) -> impl Iterator<Item = Span> {
    let pieces = text.split(|b| matches!(b, b'<' | b'>'));
    pieces.filter_map(move |piece| {
        let colon = memchr::memchr2_iter(b':', b'&', piece).nth(2)?;
        let start = piece.as_ptr() as usize - text.as_ptr() as usize;
        Some(Span::at(base, start + colon + 1..start + piece.len()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hidden(text: &str) -> Vec<&str> {
        let spans = perhaps_secrets(text.as_bytes(), 7);
        spans
            .map(|span| &text[span.start as usize - 7..span.end() as usize - 7])
            .collect()
    }

    #[test]
    fn what_may_be_a_password_is_found() {
        assert_eq!(hidden("<v>mx:25:1:u:p</v>"), ["u:p"]);
        assert_eq!(hidden("<v n=\"h\"mx:25:1:u:p<"), ["u:p"]);
        assert_eq!(hidden("<v>mx&#58;25:1:u:p"), ["u:p"]);
        assert_eq!(hidden("<v>mx:25</v> 12:30:00 <"), [""; 0]);
    }

    #[test]
    fn messages_lose_what_they_quote() {
        assert_eq!(without_quoted("a `b` c `d`"), "a `…` c `…`");
    }

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
