//! Logical lines, and where their patterns end (Postfix `readlline.c`, `postmap.c`).

use std::borrow::Cow;
use std::ops::Range;

use smallvec::SmallVec;

/// What C's `isspace` takes for a blank.
pub(super) fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | 0x0B | 0x0C | b'\r')
}

/// The range without blanks at its ends.
pub(super) fn trim(bytes: &[u8], range: Range<usize>) -> Range<usize> {
    let text = &bytes[range.clone()];
    let end = range.end - text.iter().rev().take_while(|b| is_blank(**b)).count();
    let start = range.start + text.iter().take_while(|b| is_blank(**b)).count();
    start.min(end)..end
}

/// Lines of text that make one: the first, and those that continue it. Blank lines and comments between them are left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Logical {
    /// Its lines, without their line feeds.
    pub lines: SmallVec<[Range<usize>; 1]>,
}

/// The logical lines of a text.
pub(super) struct Lines<'t> {
    text: &'t [u8],
    at: usize,
}

impl<'t> Lines<'t> {
    pub fn new(text: &'t [u8]) -> Self {
        Lines { text, at: 0 }
    }
}

impl Iterator for Lines<'_> {
    type Item = Logical;

    fn next(&mut self) -> Option<Logical> {
        let mut lines = SmallVec::new();
        while self.at < self.text.len() {
            let start = self.at;
            let rest = &self.text[start..];
            let end = start + memchr::memchr(b'\n', rest).unwrap_or(rest.len());
            self.at = end + 1;
            let first = self.text[start..end].iter().find(|b| !is_blank(**b));
            if first.is_some_and(|first| *first != b'#') {
                lines.push(start..end);
            }
            let goes_on = |next: &u8| *next == b'#' || is_blank(*next);
            if !lines.is_empty() && !self.text.get(self.at).is_some_and(goes_on) {
                break;
            }
        }
        (!lines.is_empty()).then_some(Logical { lines })
    }
}

/// A logical line taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    /// All of it, without blanks at its ends.
    pub whole: Range<usize>,
    /// The pattern.
    pub key: Range<usize>,
    /// The result, piece by piece; nothing when there is none.
    pub value: Value,
    /// A quote in the pattern is not closed.
    pub open_quote: bool,
}

/// What stands behind a pattern, on one line or on several.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Value {
    /// Pieces of text, one for each line; the first begins and the last ends with something else than a blank.
    pub pieces: SmallVec<[Range<usize>; 1]>,
}

impl Value {
    pub fn is_empty(&self) -> bool {
        self.pieces.is_empty()
    }

    /// From its first byte to its last.
    pub fn range(&self) -> Range<usize> {
        let start = self.pieces.first().map_or(0, |piece| piece.start);
        start..self.pieces.last().map_or(start, |piece| piece.end)
    }

    /// The text as Postfix has it: lines one behind the other, without line feeds.
    pub fn text<'t>(&self, text: &'t [u8]) -> Cow<'t, [u8]> {
        match self.pieces.as_slice() {
            [] => Cow::Borrowed(b""),
            [piece] => Cow::Borrowed(&text[piece.clone()]),
            pieces => Cow::Owned(
                pieces
                    .iter()
                    .flat_map(|p| &text[p.clone()])
                    .copied()
                    .collect(),
            ),
        }
    }

    /// What is left without blanks at the ends.
    fn trimmed(mut self, text: &[u8]) -> Self {
        let is_text = |piece: &Range<usize>| !trim(text, piece.clone()).is_empty();
        let Some(first) = self.pieces.iter().position(is_text) else {
            return Value::default();
        };
        self.pieces.drain(..first);
        while self.pieces.last().is_some_and(|piece| !is_text(piece)) {
            self.pieces.pop();
        }
        if let Some(piece) = self.pieces.first_mut() {
            piece.start = trim(text, piece.clone()).start;
        }
        if let Some(piece) = self.pieces.last_mut() {
            piece.end = trim(text, piece.clone()).end;
        }
        self
    }

    /// What stands behind the offset `at` of its first piece.
    pub fn behind(&self, text: &[u8], at: usize) -> Self {
        let mut rest = self.clone();
        if let Some(piece) = rest.pieces.first_mut() {
            piece.start = at.min(piece.end);
        }
        rest.trimmed(text)
    }

    /// Its words: what stands between blanks and commas (`CHARS_COMMA_SP`), each on one line.
    pub fn words(&self, text: &[u8]) -> Vec<Range<usize>> {
        let mut words = Vec::new();
        for piece in &self.pieces {
            let mut start = piece.start;
            let separates = |b: &u8| is_blank(*b) || *b == b',';
            for word in text[piece.clone()].split(separates) {
                if !word.is_empty() {
                    words.push(start..start + word.len());
                }
                start += word.len() + 1;
            }
        }
        words
    }
}

impl Logical {
    /// True when it begins with a blank, which only the first of a text can: it continues nothing.
    pub fn is_stray(&self, text: &[u8]) -> bool {
        self.lines
            .first()
            .is_some_and(|line| is_blank(text[line.start]))
    }

    /// Pattern and result. "Terminate the key on the first unquoted whitespace character, then trim leading and trailing
    /// whitespace from the value." (`postmap.c`)
    pub fn entry(&self, text: &[u8]) -> Entry {
        let first = self.lines.first().cloned().unwrap_or_default();
        let last = self.lines.last().cloned().unwrap_or_default();
        let start = trim(text, first.clone()).start;
        let whole = start..trim(text, last).end.max(start);
        let (mut at, mut quoted) = (start, false);
        while at < first.end {
            match text[at] {
                b'\\' => at += 1,
                byte if is_blank(byte) && !quoted => break,
                b'"' => quoted = !quoted,
                _ => {}
            }
            at += 1;
        }
        let key = start..at.min(first.end);
        let mut pieces = self.lines.clone();
        if let Some(piece) = pieces.first_mut() {
            piece.start = key.end;
        }
        Entry {
            whole,
            key,
            value: Value { pieces }.trimmed(text),
            open_quote: quoted,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entries(text: &str) -> Vec<(String, String)> {
        let bytes = text.as_bytes();
        Lines::new(bytes)
            .map(|line| {
                let entry = line.entry(bytes);
                let value = String::from_utf8_lossy(&entry.value.text(bytes)).into_owned();
                (text[entry.key].to_owned(), value)
            })
            .collect()
    }

    fn entry(key: &str, value: &str) -> (String, String) {
        (key.to_owned(), value.to_owned())
    }

    #[test]
    fn lines_go_on_behind_comments_and_blank_lines() {
        // As `postmap -s` prints it.
        let text = "c.example smtp:[a],\n# inside\n\t[b]\n   # indented\n\n \t[c] \r\nd.example\n  x:\n#end\n";
        assert_eq!(
            entries(text),
            [
                entry("c.example", "smtp:[a],\t[b] \t[c]"),
                entry("d.example", "x:")
            ]
        );
    }

    #[test]
    fn quotes_keep_blanks_in_keys() {
        assert_eq!(
            entries("\"a b\"@d x:\na\\ b y:\nk \"q r\"\n"),
            [
                entry("\"a b\"@d", "x:"),
                entry("a\\ b", "y:"),
                entry("k", "\"q r\"")
            ]
        );
        let open = Lines::new(b"\"a x:\n").next().unwrap();
        assert!(open.entry(b"\"a x:\n").open_quote);
    }

    #[test]
    fn only_the_first_line_can_continue_nothing() {
        let text = b" a x:\n b y:\nc z:\n";
        let stray: Vec<bool> = Lines::new(text).map(|line| line.is_stray(text)).collect();
        assert_eq!(stray, [true, false]);
        assert_eq!(entries("\n#\n \n"), []);
        assert_eq!(entries("k\\"), [entry("k\\", "")]);
    }

    #[test]
    fn words_of_a_list() {
        let text = b"k s: a,b ,\n c\td\n";
        let entry = Lines::new(text).next().unwrap().entry(text);
        let rest = entry.value.behind(text, 4);
        let words: Vec<&[u8]> = rest.words(text).into_iter().map(|w| &text[w]).collect();
        assert_eq!(words, [b"a", b"b", b"c", b"d"]);
    }
}
