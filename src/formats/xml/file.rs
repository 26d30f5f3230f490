//! From a file of XML to a document: what is the same whatever stands in it.

use super::super::contents::{Contents, Stop, in_order};
use super::super::format::ReadError;
use super::super::options::ReadOptions;
use super::super::secrets::by_words;
use super::{Damage, decode};
use crate::model::{Document, Product, RouteTable, TableFull};
use crate::source::{Input, Span};

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
    let (input, recoded) = match decode(bytes, options.encoding.as_deref()) {
        Err(damage) => return Ok(damaged(input, damage, product)),
        Ok(Some(text)) => (input.with_bytes(0, text)?, true),
        Ok(None) => (input, false),
    };
    let contents = match read(&input, bytes_of(&input)) {
        Ok(contents) => contents,
        Err(Stop::Damage(damage)) => return Ok(damaged(input, damage, product)),
        Err(Stop::Full) => return Err(TableFull.into()),
    };
    let mut document = contents.into_document(input)?;
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
    let mut secrets = by_words(bytes, 0);
    secrets.extend(perhaps_secrets(bytes, 0).map(to_line_end));
    let secrets = in_order(secrets);
    damage.hide(bytes, &secrets);
    let finding = damage.finding(0, bytes.len());
    input.set_secrets(secrets);
    let mut document = Document::new(input, RouteTable::new(product));
    document.problems.push(finding);
    document.damaged = true;
    document
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
}
