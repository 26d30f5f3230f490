//! Comma-separated values (RFC 4180) with the place of every cell.
//!
//! A crate would do, if it told what must be told here: csv-core takes a quote that is never closed, and text behind one that is,
//! for what was meant, and names no places.

use super::texts::Texts;
use crate::source::{Span, Text};

/// What is wrong with the notation of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Flaw {
    /// A quote is never closed: all that follows belongs to its cell.
    Unclosed,
    /// Something stands between a closing quote and the end of its cell.
    BehindQuote,
    /// A quote stands in a cell that does not begin with one.
    BareQuote,
}

/// A value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Cell {
    /// Where it stands, quotes included.
    pub whole: Span,
    /// Its text, without quotes.
    pub text: Text,
}

/// A line, or several where a quoted cell holds line breaks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Row {
    /// Where it stands, without its line end.
    pub whole: Span,
    pub cells: Vec<Cell>,
    /// The first thing that is wrong in it, and where.
    pub flaw: Option<(Flaw, Span)>,
}

/// Takes a text apart, row by row.
pub(super) struct Rows<'t> {
    text: &'t [u8],
    base: u32,
    separator: u8,
    at: usize,
}

impl<'t> Rows<'t> {
    /// Begins at the start of `text`, whose first byte has the offset `base`.
    pub fn new(text: &'t [u8], base: u32, separator: u8) -> Self {
        Rows {
            text,
            base,
            separator,
            at: 0,
        }
    }

    /// The next row; empty lines are none. Text with doubled quotes is made in `texts`.
    pub fn next(&mut self, texts: &mut Texts) -> Option<Row> {
        loop {
            if self.at >= self.text.len() {
                return None;
            }
            match self.line_end(self.at) {
                Some(length) => self.at += length,
                None => return Some(self.row(texts)),
            }
        }
    }

    /// The length of the line end at `at`: LF or CR LF.
    fn line_end(&self, at: usize) -> Option<usize> {
        match self.text.get(at..)? {
            [b'\n', ..] => Some(1),
            [b'\r', b'\n', ..] => Some(2),
            _ => None,
        }
    }

    fn row(&mut self, texts: &mut Texts) -> Row {
        let start = self.at;
        let mut row = Row::default();
        loop {
            let cell = self.cell(&mut row.flaw, texts);
            row.cells.push(cell);
            if self.text.get(self.at) != Some(&self.separator) {
                break;
            }
            self.at += 1;
        }
        row.whole = Span::at(self.base, start..self.at);
        self.at += self.line_end(self.at).unwrap_or(0);
        row
    }

    fn cell(&mut self, flaw: &mut Option<(Flaw, Span)>, texts: &mut Texts) -> Cell {
        let start = self.at;
        if self.text.get(start) == Some(&b'"') {
            return self.quoted(flaw, texts);
        }
        self.at = self.end_of_cell(start);
        let whole = Span::at(self.base, start..self.at);
        if let Some(quote) = memchr::memchr(b'"', &self.text[start..self.at]) {
            let place = Span::at(self.base, start + quote..start + quote + 1);
            flaw.get_or_insert((Flaw::BareQuote, place));
        }
        Cell { whole, text: whole }
    }

    fn quoted(&mut self, flaw: &mut Option<(Flaw, Span)>, texts: &mut Texts) -> Cell {
        let start = self.at;
        let inner = start + 1;
        let mut at = inner;
        let mut doubled = false;
        let end = loop {
            match memchr::memchr(b'"', &self.text[at..]) {
                None => {
                    let place = Span::at(self.base, start..inner);
                    flaw.get_or_insert((Flaw::Unclosed, place));
                    self.at = self.text.len();
                    break self.at;
                }
                Some(quote) if self.text.get(at + quote + 1) == Some(&b'"') => {
                    doubled = true;
                    at += quote + 2;
                }
                Some(quote) => {
                    let end = at + quote;
                    self.at = self.end_of_cell(end + 1);
                    if self.at > end + 1 {
                        let place = Span::at(self.base, end + 1..self.at);
                        flaw.get_or_insert((Flaw::BehindQuote, place));
                    }
                    break end;
                }
            }
        };
        let source = Span::at(self.base, inner..end);
        let text = match doubled {
            true => texts.push(&undoubled(&self.text[inner..end]), source),
            false => source,
        };
        Cell {
            whole: Span::at(self.base, start..self.at),
            text,
        }
    }

    /// Where the separator, the line end or the end of the text stands that comes first from `from` on.
    fn end_of_cell(&self, from: usize) -> usize {
        let mut at = from;
        loop {
            let rest = self.text.get(at..).unwrap_or(&[]);
            let Some(found) = memchr::memchr3(self.separator, b'\n', b'\r', rest) else {
                return self.text.len();
            };
            at += found;
            // CR alone is text like any other.
            if self.text[at] != b'\r' || self.line_end(at).is_some() {
                return at;
            }
            at += 1;
        }
    }
}

/// Quoted text with its doubled quotes as one.
fn undoubled(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(quote) = memchr::memchr(b'"', rest) {
        out.extend_from_slice(&rest[..=quote]);
        rest = rest.get(quote + 2..).unwrap_or(&[]);
    }
    out.extend_from_slice(rest);
    out
}

/// `text` as a cell between commas: in quotes where it must be, or where blanks at its ends could get lost.
pub(super) fn written(text: &[u8]) -> Vec<u8> {
    let special = |b: &u8| matches!(b, b',' | b'"' | b'\r' | b'\n');
    if !text.iter().any(special) && text.trim_ascii().len() == text.len() {
        return text.to_vec();
    }
    let mut out = b"\"".to_vec();
    for &byte in text {
        if byte == b'"' {
            out.push(b'"');
        }
        out.push(byte);
    }
    out.push(b'"');
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Input;

    /// Texts and places of the cells of a row, and its flaw.
    type Seen = (Vec<String>, Vec<String>, Option<(Flaw, u32)>);

    fn rows(text: &str, separator: u8) -> Vec<Seen> {
        let input = Input::single("f", "f", text.as_bytes().to_vec()).unwrap();
        let mut texts = Texts::new(&input);
        let mut rows = Rows::new(text.as_bytes(), 0, separator);
        let mut all = Vec::new();
        while let Some(row) = rows.next(&mut texts) {
            let shown = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
            let values = row.cells.iter();
            let values = values.map(|cell| shown(texts.bytes(&input, cell.text)));
            let places = row.cells.iter().map(|cell| shown(input.bytes(cell.whole)));
            let flaw = row.flaw.map(|(flaw, span)| (flaw, span.start));
            all.push((values.collect(), places.collect(), flaw));
        }
        all
    }

    fn strings(all: &[&str]) -> Vec<String> {
        all.iter().map(|text| (*text).to_owned()).collect()
    }

    #[test]
    fn cells_and_their_places() {
        let text = "a,\"b,\"\"c\"\"\",\r\n\r\n\n\"x\ny\",\r,z";
        assert_eq!(
            rows(text, b','),
            [
                (
                    strings(&["a", "b,\"c\"", ""]),
                    strings(&["a", "\"b,\"\"c\"\"\"", ""]),
                    None
                ),
                (
                    strings(&["x\ny", "\r", "z"]),
                    strings(&["\"x\ny\"", "\r", "z"]),
                    None
                ),
            ]
        );
        assert_eq!(rows("a;b,c\n", b';')[0].0, ["a", "b,c"]);
        assert!(rows("", b',').is_empty() && rows("\n\r\n", b',').is_empty());
        assert_eq!(rows("a,", b',')[0].0, ["a", ""]);
        assert_eq!(rows("\"\"", b',')[0].0, [""]);
    }

    #[test]
    fn what_is_wrong_with_quotes() {
        let flaw = |text: &str| rows(text, b',')[0].2;
        assert_eq!(flaw("a,\"b,c\nd"), Some((Flaw::Unclosed, 2)));
        assert_eq!(flaw("a,\"b\"c,d"), Some((Flaw::BehindQuote, 5)));
        assert_eq!(flaw("a,b\"c\",d"), Some((Flaw::BareQuote, 3)));
        assert_eq!(flaw("\"\"\""), Some((Flaw::Unclosed, 0)));
        assert_eq!(flaw("\"a\" ,b"), Some((Flaw::BehindQuote, 3)));
        let behind = &rows("a,\"b\"c,d\ne", b',');
        assert_eq!(behind[0].0, ["a", "b", "d"]);
        assert_eq!(behind[1].0, ["e"]);
    }

    #[test]
    fn what_is_written_is_read() {
        for text in ["", "a", "a,b", "\"", " a", "a\r\nb", "é;", "\"\"", "\t"] {
            let row = [&written(text.as_bytes())[..], b",x\n"].concat();
            let read = rows(&String::from_utf8(row).unwrap(), b',');
            assert_eq!(read[0].0, [text, "x"]);
        }
    }
}
