//! The canonical form: domains in small letters, ports without zeros before them, no blank behind `smtp:`, no blanks at line
//! ends, line feeds alone. Comments, columns and order stay.

use std::ops::Range;

use super::super::edits::Edits;
use super::super::format::Canonical;
use super::line::{Entry, Lines, Value, is_blank, trim};
use crate::model::Document;
use crate::source::Span;

/// The form of a document's table. A damaged one stays as it is.
pub(super) fn canonical(document: &Document) -> Canonical {
    let mut canonical = Canonical::default();
    let Some(file) = document.input.files().first() else {
        return canonical;
    };
    let text = file.state.bytes().unwrap_or(b"");
    if document.damaged {
        return canonical;
    }
    let mut former = Former {
        text,
        base: file.base(),
        edits: Edits::default(),
        kept: Vec::new(),
    };
    for line in Lines::new(text) {
        // What a line with a quote that is not closed says nobody knows.
        let entry = line.entry(text);
        if !entry.open_quote && !line.is_stray(text) {
            former.entry(&entry);
        }
    }
    former.ends();
    let mut formed = former.edits.apply(text, file.base());
    if !formed.is_empty() && !formed.ends_with(b"\n") {
        formed.push(b'\n');
    }
    canonical.files.push((0, formed));
    canonical
}

struct Former<'a> {
    text: &'a [u8],
    base: u32,
    edits: Edits,
    /// Line ends that are part of a text, by where the line ends.
    kept: Vec<usize>,
}

impl Former<'_> {
    fn replace(&mut self, range: Range<usize>, new: Vec<u8>) {
        if self.text[range.clone()] != *new {
            self.edits.replace(Span::at(self.base, range), new);
        }
    }

    fn entry(&mut self, entry: &Entry) {
        let key = &self.text[entry.key.clone()];
        let from = memchr::memrchr(b'@', key).map_or(0, |at| at + 1);
        if key.is_ascii() {
            let domain = key[from..].to_ascii_lowercase();
            self.replace(entry.key.start + from..entry.key.end, domain);
        }
        let smtp = self.destinations(&entry.value);
        if !smtp {
            // What stands at the ends of lines in between is part of the text.
            let before = entry
                .value
                .pieces
                .split_last()
                .map_or(&[][..], |(_, before)| before);
            self.kept.extend(before.iter().map(|piece| piece.end));
        }
    }

    /// Forms the next hops of the SMTP client; false for other results.
    fn destinations(&mut self, value: &Value) -> bool {
        let Some(first) = value.pieces.first().cloned() else {
            return false;
        };
        let Some(colon) =
            memchr::memchr(b':', &self.text[first.clone()]).map(|at| first.start + at)
        else {
            return false;
        };
        if !matches!(&self.text[first.start..colon], b"" | b"smtp" | b"relay") {
            return false;
        }
        let rest = value.behind(self.text, colon + 1);
        let start = rest.range().start;
        if value.pieces.len() == 1 && start > colon + 1 {
            self.replace(colon + 1..start, Vec::new());
        }
        for word in rest.words(self.text) {
            self.destination(word);
        }
        true
    }

    fn destination(&mut self, word: Range<usize>) {
        let text = &self.text[word.clone()];
        // Comments and words that are no next hops stay as they are.
        let plain = |b: &u8| b.is_ascii_alphanumeric() || b"-_.:[]".contains(b);
        if !text.iter().all(plain) {
            return;
        }
        let close = memchr::memrchr(b']', text);
        let from = close.map_or(0, |at| at + 1);
        let colon = memchr::memchr_iter(b':', &text[from..]).collect::<Vec<_>>();
        let (host, port) = match colon.as_slice() {
            [at] => text.split_at(from + at),
            _ => (text, &b""[..]),
        };
        let digits = port.get(1..).unwrap_or(b"");
        let port = match !digits.is_empty() && digits.iter().all(u8::is_ascii_digit) {
            true => {
                let zeros = digits.iter().take_while(|b| **b == b'0').count();
                [b":", &digits[zeros.min(digits.len() - 1)..]].concat()
            }
            false => port.to_vec(),
        };
        let formed = [host.to_ascii_lowercase(), port].concat();
        self.replace(word, formed);
    }

    /// Drops blanks at the ends of lines, and the carriage returns there.
    fn ends(&mut self) {
        self.kept.sort_unstable();
        let mut start = 0;
        while start < self.text.len() {
            let rest = &self.text[start..];
            let end = start + memchr::memchr(b'\n', rest).unwrap_or(rest.len());
            if self.kept.binary_search(&end).is_err() {
                let used = trim(self.text, start..end).end;
                let used = match self.text[start..used].iter().all(|b| is_blank(*b)) {
                    true => start,
                    false => used,
                };
                self.replace(used..end, Vec::new());
            }
            start = end + 1;
        }
    }
}
