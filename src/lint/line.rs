//! A line of a table, as a person sees it.

use std::ops::Range;

use super::Notation;
use crate::control::strip_trailing;
use crate::source::Span;

/// A line, taken apart by its bytes and not by any dialect's reader.
///
/// The key is what stands left of the first colon, the value what stands right of it, without blanks at the end of the
/// line. Ranges count from the line's first byte.
#[derive(Clone, Copy, Debug)]
pub struct Line<'a> {
    /// The whole line without its LF.
    pub bytes: &'a [u8],
    /// Where it stands.
    pub span: Span,
    /// False for a last line without LF.
    pub ended: bool,
    /// True for the first line of the file.
    pub first: bool,
}

impl<'a> Line<'a> {
    /// The line without blanks and TABs at its end; CR and all else stays.
    pub fn text(&self) -> &'a [u8] {
        strip_trailing(self.bytes)
    }

    /// The line without the CRs, blanks and TABs at its end.
    pub fn content(&self) -> &'a [u8] {
        let end = self
            .bytes
            .iter()
            .rposition(|b| !matches!(b, b' ' | b'\t' | b'\r'));
        &self.bytes[..end.map_or(0, |last| last + 1)]
    }

    /// Number of blanks and TABs at its start.
    pub fn lead(&self) -> usize {
        blanks(self.bytes)
    }

    /// True when nothing but blanks, TABs and CR stands there.
    pub fn is_blank(&self) -> bool {
        self.bytes.iter().all(|b| matches!(b, b' ' | b'\t' | b'\r'))
    }

    /// True for a comment in column 1.
    pub fn is_comment(&self) -> bool {
        self.bytes.first() == Some(&b'#')
    }

    /// True when readers take it for a route: no comment, not blank, with a colon.
    pub fn is_entry(&self) -> bool {
        !self.is_comment() && !self.is_blank() && self.colon().is_some()
    }

    /// Where the mark of a comment stands that readers take for none: a `#` that is not in column 1, or the mark of another
    /// language. The key of bounces begins with `!` too and is none.
    pub fn remark(&self) -> Option<Range<usize>> {
        const MARKS: [&[u8]; 8] = [b"//", b"/*", b"<!--", b"--", b";", b"!", b"rem ", b"dnl "];
        let lead = self.lead();
        let text = &self.bytes[lead..];
        if text.starts_with(b"#") {
            return (lead > 0).then_some(lead..lead + 1);
        }
        if text.starts_with(b"!@:") {
            return None;
        }
        let mark = MARKS.iter().find(|mark| {
            text.get(..mark.len())
                .is_some_and(|start| start.eq_ignore_ascii_case(mark))
        })?;
        // The blank behind a word stays.
        Some(lead..lead + mark.trim_ascii_end().len())
    }

    /// True for what a merge leaves behind: seven signs, and a blank or nothing behind them, as git looks for it.
    pub fn is_merge_marker(&self) -> bool {
        let Some((marker, rest)) = self.bytes.split_at_checked(7) else {
            return false;
        };
        let ends = matches!(rest.first(), None | Some(b' ' | b'\t' | b'\r'));
        match marker {
            b"=======" => rest.iter().all(|b| matches!(b, b' ' | b'\t' | b'\r')),
            b"<<<<<<<" | b">>>>>>>" | b"|||||||" => ends,
            _ => false,
        }
    }

    /// True when a person takes it for a route too: an entry that is no comment of any kind and no marker of a merge.
    pub fn is_route(&self) -> bool {
        self.is_entry() && self.remark().is_none() && !self.is_merge_marker()
    }

    /// Where the first colon stands.
    pub fn colon(&self) -> Option<usize> {
        memchr::memchr(b':', self.bytes)
    }

    /// What stands left of the first colon; empty without one.
    pub fn key(&self) -> &'a [u8] {
        &self.bytes[..self.colon().unwrap_or(0)]
    }

    /// The range of what stands right of the first colon, up to the end of [`Line::content`].
    pub fn value_range(&self) -> Range<usize> {
        let end = self.content().len();
        self.colon()
            .map_or(end..end, |colon| colon + 1..end.max(colon + 1))
    }

    /// The bytes of [`Line::value_range`].
    pub fn value(&self) -> &'a [u8] {
        &self.bytes[self.value_range()]
    }

    /// The value's destination: what stands before credentials, where the dialect has them.
    pub fn destination_range(&self, notation: &Notation) -> Range<usize> {
        let value = self.value_range();
        let end = notation
            .credentials
            .and_then(|separator| memchr::memchr(separator, self.value()))
            .map_or(value.end, |at| value.start + at);
        value.start..end
    }

    /// The relay: the destination up to the port separator.
    pub fn relay_range(&self, notation: &Notation) -> Range<usize> {
        let destination = self.destination_range(notation);
        let end = memchr::memchr(notation.port_separator, &self.bytes[destination.clone()])
            .map_or(destination.end, |at| destination.start + at);
        destination.start..end
    }

    /// The bytes of [`Line::relay_range`].
    pub fn relay(&self, notation: &Notation) -> &'a [u8] {
        &self.bytes[self.relay_range(notation)]
    }

    /// What stands behind the port separator, when there is one.
    pub fn port_range(&self, notation: &Notation) -> Option<Range<usize>> {
        let destination = self.destination_range(notation);
        let relay = self.relay_range(notation);
        (relay.end < destination.end).then(|| relay.end + 1..destination.end)
    }

    /// The bytes of [`Line::port_range`].
    pub fn port(&self, notation: &Notation) -> Option<&'a [u8]> {
        self.port_range(notation).map(|range| &self.bytes[range])
    }

    /// What stands behind the destination: credentials with the separators between them.
    pub fn credentials_range(&self, notation: &Notation) -> Option<Range<usize>> {
        let destination = self.destination_range(notation);
        let value = self.value_range();
        (destination.end < value.end).then(|| destination.end + 1..value.end)
    }

    /// Where `range` of the line stands.
    pub fn span_of(&self, range: Range<usize>) -> Span {
        Span::at(self.span.start, range)
    }

    /// The line with `range` replaced by `text`.
    pub fn with(&self, range: Range<usize>, text: &[u8]) -> Vec<u8> {
        [&self.bytes[..range.start], text, &self.bytes[range.end..]].concat()
    }
}

/// True for what readers of control files take for a blank.
pub fn is_blank(byte: &u8) -> bool {
    matches!(byte, b' ' | b'\t')
}

/// Number of blanks and TABs that `text` begins with.
pub fn blanks(text: &[u8]) -> usize {
    text.iter().take_while(|b| is_blank(b)).count()
}

/// The lines of `bytes`, which stand at offset `base` of their input; a text that ends in LF has no empty last line.
pub fn lines(bytes: &[u8], base: u32, first: bool) -> impl Iterator<Item = Line<'_>> {
    let mut start = 0;
    std::iter::from_fn(move || {
        if start >= bytes.len() {
            return None;
        }
        let end = memchr::memchr(b'\n', &bytes[start..]).map(|at| start + at);
        let range = start..end.unwrap_or(bytes.len());
        let line = Line {
            bytes: &bytes[range.clone()],
            span: Span::at(base, range.clone()),
            ended: end.is_some(),
            first: first && start == 0,
        };
        start = range.end + 1;
        Some(line)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOTATION: Notation = Notation {
        format: "smtproutes",
        name: "sagredo",
        title: "sagredo-dev/qmail",
        file: "smtproutes",
        port_separator: b':',
        credentials: Some(b'|'),
        bounce_key: false,
        auth_senders: true,
        independent_lines: true,
        is_of_lines: true,
    };

    #[test]
    fn remarks_are_told_from_routes() {
        let remark = |text: &[u8]| lines(text, 0, true).next().and_then(|line| line.remark());
        assert_eq!(remark(b" # x"), Some(1..2));
        assert_eq!(remark(b"# x"), None);
        assert_eq!(remark(b"REM x"), Some(0..3));
        assert_eq!(remark(b"remote:x"), None);
        assert_eq!(remark(b"<!-- x"), Some(0..4));
        assert_eq!(remark(b"!@:x"), None);
        assert_eq!(remark(b"!x:y"), Some(0..1));
    }

    #[test]
    fn a_line_is_taken_apart() {
        let text = b"d.example:mx:587|u|p \r \n#c\n\n";
        let all: Vec<Line<'_>> = lines(text, 0, true).collect();
        assert_eq!(all.len(), 3);
        let line = &all[0];
        assert!(line.first && line.ended && line.is_entry());
        assert_eq!(line.content(), b"d.example:mx:587|u|p");
        assert_eq!(line.key(), b"d.example");
        assert_eq!(line.relay(&NOTATION), b"mx");
        assert_eq!(line.port(&NOTATION), Some(&b"587"[..]));
        assert_eq!(line.credentials_range(&NOTATION), Some(17..20));
        let none = Notation {
            credentials: None,
            ..NOTATION
        };
        assert_eq!(line.port(&none), Some(&b"587|u|p"[..]));
        assert!(all[1].is_comment() && all[2].is_blank());
        assert_eq!(all[1].span, Span::new(24, 2));
    }
}
