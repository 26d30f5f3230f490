//! A line as Exim's `lsearch` splits it (`src/src/lookups/lsearch.c`; Exim specification, 9.3).

use std::ops::Range;

/// The byte order mark of UTF-8.
pub(super) const BOM: &[u8] = b"\xEF\xBB\xBF";

/// What a line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LineKind {
    /// Nothing but blanks.
    Blank,
    /// `#` in the first column.
    Comment,
    /// It begins with a blank: part of the line before.
    Continued,
    /// A key, and perhaps data.
    Entry,
}

/// A line; ranges are offsets in the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Line {
    pub kind: LineKind,
    /// Without LF.
    pub whole: Range<usize>,
    /// What stands before blanks at the end; CR is one.
    pub text: Range<usize>,
    /// The key, without quotes; for a continued line the key that it would have without the blanks before it.
    pub key: Range<usize>,
    /// The key stands in quotes.
    pub quoted: bool,
    /// A colon stands behind the key.
    pub colon: bool,
    /// What stands behind it.
    pub value: Range<usize>,
    /// LF ends it.
    pub ended: bool,
}

/// The lines of a file.
pub(super) fn lines(bytes: &[u8]) -> impl Iterator<Item = Line> + '_ {
    let mut start = 0;
    std::iter::from_fn(move || {
        if start >= bytes.len() {
            return None;
        }
        let lf = memchr::memchr(b'\n', &bytes[start..]);
        let end = lf.map_or(bytes.len(), |at| start + at);
        let line = split(bytes, start..end, lf.is_some());
        start = end + 1;
        Some(line)
    })
}

/// What `isspace` of C takes for a blank.
pub(super) fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t'..=b'\r')
}

fn split(bytes: &[u8], whole: Range<usize>, ended: bool) -> Line {
    let line = &bytes[whole.clone()];
    let blanks_behind = line.iter().rev().take_while(|b| is_blank(**b)).count();
    let text = whole.start..whole.end - blanks_behind;
    let before = line.iter().take_while(|b| is_blank(**b)).count();
    let kind = match bytes.get(text.start).filter(|_| !text.is_empty()) {
        None => LineKind::Blank,
        Some(b'#') => LineKind::Comment,
        Some(&byte) if is_blank(byte) => LineKind::Continued,
        Some(_) => LineKind::Entry,
    };
    let start = (whole.start + before).min(text.end);
    let rest = &bytes[start..text.end];
    let (key, mut at) = match rest.first() {
        Some(b'"') => {
            // Behind a backslash a quote is text; what such a key stands for is not followed further.
            let mut inner = 1;
            while let Some(&byte) = rest.get(inner).filter(|b| **b != b'"') {
                inner += 1 + usize::from(byte == b'\\');
            }
            let inner = inner.min(rest.len());
            (1..inner, (inner + 1).min(rest.len()))
        }
        _ => {
            let is_end = |b: &u8| *b == b':' || is_blank(*b);
            let end = rest.iter().position(is_end).unwrap_or(rest.len());
            (0..end, end)
        }
    };
    let skip = |at: usize| at + rest[at..].iter().take_while(|b| is_blank(**b)).count();
    at = skip(at);
    let colon = rest.get(at) == Some(&b':');
    if colon {
        at = skip(at + 1);
    }
    Line {
        kind,
        whole,
        key: start + key.start..start + key.end,
        quoted: rest.first() == Some(&b'"'),
        colon,
        value: start + at..text.end,
        text,
        ended,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Vec<(LineKind, &str, &str)> {
        let parts = |line: Line| (line.kind, &text[line.key], &text[line.value]);
        lines(text.as_bytes()).map(parts).collect()
    }

    #[test]
    fn keys_end_where_exim_ends_them() {
        use LineKind::*;
        assert_eq!(of("d\n"), [(Entry, "d", "")]);
        assert_eq!(of("d: h"), [(Entry, "d", "h")]);
        assert_eq!(of("d:h\nd h\nd :h\nd\t:\th  \r\n"), [(Entry, "d", "h"); 4]);
        assert_eq!(of("d: a : b"), [(Entry, "d", "a : b")]);
        assert_eq!(of("\"a b\": c"), [(Entry, "a b", "c")]);
        assert_eq!(of("\"a\\\"b\" c"), [(Entry, "a\\\"b", "c")]);
        assert_eq!(of("\"a"), [(Entry, "a", "")]);
        assert_eq!(of("\"a\\"), [(Entry, "a\\", "")]);
        assert_eq!(of(":h"), [(Entry, "", "h")]);
    }

    #[test]
    fn kinds() {
        let kinds =
            |text: &str| -> Vec<LineKind> { lines(text.as_bytes()).map(|l| l.kind).collect() };
        use LineKind::*;
        assert_eq!(
            kinds("# c\n\n \t\r\n d\n#\nd\n\x0bd\n"),
            [Comment, Blank, Blank, Continued, Comment, Entry, Continued]
        );
        assert_eq!(of(" d.example: h"), [(Continued, "d.example", "h")]);
        assert!(kinds("").is_empty());
        let all: Vec<Line> = lines(b"a\nb").collect();
        assert_eq!((all[0].ended, all[1].ended), (true, false));
    }
}
