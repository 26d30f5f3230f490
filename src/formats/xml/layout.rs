//! What is unified in every XML file, whatever is in it.

use super::super::edits::Edits;
use super::super::format::Canonical;
use super::{Damage, Parser, Token, declared_encoding};
use crate::model::Document;
use crate::source::Span;

/// The form of a document's only file: what is unified in every file, and what `edit` changes in its text, which begins at an
/// offset. It returns false for a file that has no form. Such a file, and a damaged one, stays as it is.
pub(in crate::formats) fn form(
    document: &Document,
    edit: impl FnOnce(&[u8], u32, &mut Edits, &mut Canonical) -> Result<bool, Damage>,
) -> Canonical {
    let mut canonical = Canonical::default();
    let Some(file) = document.input.files().first() else {
        return canonical;
    };
    // A wrong declaration would be mended by the form.
    if document.damaged {
        return canonical;
    }
    let (bytes, base) = (file.state.bytes().unwrap_or(b""), file.base());
    let mut edits = Edits::default();
    let formed =
        unify(bytes, base, &mut edits).and_then(|()| edit(bytes, base, &mut edits, &mut canonical));
    if let Ok(true) = formed {
        let text = with_line_feeds(edits.apply(bytes, base));
        canonical.files.push((0, text));
    }
    canonical
}

/// Changes that unify a text which begins at `base`: no blanks at the ends of lines between elements, one line end at the end,
/// and UTF-8 where the declaration names another encoding.
///
/// # Errors
/// As [`Parser::next`].
fn unify(text: &[u8], base: u32, edits: &mut Edits) -> Result<(), Damage> {
    if let Some((start, end)) = declared_encoding(text)
        && !text[start..end].eq_ignore_ascii_case(b"UTF-8")
    {
        edits.replace(Span::at(base, start..end), "UTF-8");
    }
    let mut parser = Parser::new(text)?;
    loop {
        match parser.next()? {
            Token::Text(range) if range.end < text.len() => {
                let blank = &parser.text()[range.clone()];
                if blank.trim_ascii().is_empty() && blank.contains(['\n', '\r']) {
                    let kept = without_trailing(blank);
                    if kept != blank {
                        edits.replace(Span::at(base, range), kept);
                    }
                }
            }
            Token::End => break,
            _ => {}
        }
    }
    let end = text.trim_ascii_end().len();
    if &text[end..] != b"\n" {
        edits.replace(Span::at(base, end..text.len()), "\n");
    }
    Ok(())
}

/// Blanks between elements without those before a line's end. To XML a CR alone ends a line, too (2.11).
fn without_trailing(blank: &str) -> String {
    let blank = blank.replace("\r\n", "\n").replace('\r', "\n");
    let mut lines: Vec<&str> = blank.split('\n').collect();
    let last = lines.len() - 1;
    for line in &mut lines[..last] {
        *line = line.trim_end_matches([' ', '\t']);
    }
    lines.join("\n")
}

/// A text with one kind of line ends. XML reads CR LF as LF anyway (2.11).
pub(in crate::formats) fn with_line_feeds(text: Vec<u8>) -> Vec<u8> {
    if memchr::memchr(b'\r', &text).is_none() {
        return text;
    }
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text.as_slice();
    while let Some(at) = memchr::memchr(b'\r', rest) {
        out.extend_from_slice(&rest[..at]);
        out.push(b'\n');
        rest = &rest[at + 1..];
        rest = rest.strip_prefix(b"\n").unwrap_or(rest);
    }
    out.extend_from_slice(rest);
    out
}

/// Text for between tags.
pub(in crate::formats) fn escaped(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    for &byte in text {
        match byte {
            b'&' => out.extend_from_slice(b"&amp;"),
            b'<' => out.extend_from_slice(b"&lt;"),
            b'>' => out.extend_from_slice(b"&gt;"),
            byte => out.push(byte),
        }
    }
    out
}

/// Text for an attribute in double quotes.
pub(in crate::formats) fn escaped_attribute(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    for byte in escaped(text) {
        match byte {
            b'"' => out.extend_from_slice(b"&quot;"),
            byte => out.push(byte),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unified(text: &str) -> String {
        let mut edits = Edits::default();
        unify(text.as_bytes(), 0, &mut edits).unwrap();
        String::from_utf8(with_line_feeds(edits.apply(text.as_bytes(), 0))).unwrap()
    }

    #[test]
    fn blanks_and_line_ends() {
        assert_eq!(unified("<a>\n</a>\n"), "<a>\n</a>\n");
        assert_eq!(
            unified("<a> \r\n\t <b>x </b>\t\r\n</a>"),
            "<a>\n\t <b>x </b>\n</a>\n"
        );
        assert_eq!(unified("<a> \r  \r\n <b/> \r</a>"), "<a>\n\n <b/>\n</a>\n");
        assert_eq!(unified("<a/>\n\n \n"), "<a/>\n");
        assert_eq!(
            unified("<?xml version='1.0' encoding='utf-16'?><a/>\n"),
            "<?xml version='1.0' encoding='UTF-8'?><a/>\n"
        );
        assert_eq!(
            unified("<a>\n <!-- x  \n-->\n</a>\n"),
            "<a>\n <!-- x  \n-->\n</a>\n"
        );
    }

    #[test]
    fn what_must_be_escaped() {
        assert_eq!(escaped(b"a&b<c>\"'"), b"a&amp;b&lt;c&gt;\"'");
        assert_eq!(escaped_attribute(b"\"<"), b"&quot;&lt;");
    }
}
