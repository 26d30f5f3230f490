//! A line as it is shown: harmless, without secrets, and never longer than a window.

use std::fmt::Write;
use std::ops::Range;

use crate::source::Visible;

/// Bytes of a line that are shown at most.
pub(super) const WINDOW: usize = 160;

/// Of these, how many stand before what is pointed at.
const BEFORE: usize = 40;

const ELLIPSIS: char = '…';

/// The shown text of a line, and where its bytes went.
///
/// TAB is `\x09` as all control bytes are: whether a key is followed by a TAB or a blank is what a finding may be about.
pub(super) struct Excerpt {
    /// What is shown.
    pub text: String,
    /// Offset in the line and column of each character shown, and then of what follows.
    columns: Vec<(usize, usize)>,
    /// True when `…` stands for what precedes, and for what follows.
    cut: (bool, bool),
}

/// A piece of a line, or all of it.
pub(super) struct Piece<'a> {
    /// The bytes.
    pub bytes: &'a [u8],
    /// How many of them may be shown.
    pub open: usize,
    /// True when the line has more before and behind them.
    pub more: (bool, bool),
}

impl Excerpt {
    /// Shows `piece` so that the start of `focus` is in sight.
    pub fn new(piece: &Piece<'_>, focus: Range<usize>) -> Self {
        let open = piece.open.min(piece.bytes.len());
        let (from, to) = window(&piece.bytes[..open], focus.start);
        let cut = (
            piece.more.0 || from > 0,
            piece.more.1 || to < piece.bytes.len(),
        );
        let mut shown = Excerpt {
            text: String::with_capacity(to - from + 8),
            columns: Vec::with_capacity(to - from + 1),
            cut,
        };
        let mut column = 0;
        if cut.0 {
            shown.text.push(ELLIPSIS);
            column += 1;
        }
        let mut at = from;
        for chunk in piece.bytes[from..to].utf8_chunks() {
            for c in chunk.valid().chars() {
                shown.columns.push((at, column));
                column += push_char(&mut shown.text, c);
                at += c.len_utf8();
            }
            for byte in chunk.invalid() {
                shown.columns.push((at, column));
                // Writing to a String cannot fail.
                let _ = write!(shown.text, "{}", Visible(&[*byte]));
                column += 4;
                at += 1;
            }
        }
        shown.columns.push((at, column));
        if cut.1 {
            shown.text.push(ELLIPSIS);
        }
        shown
    }

    /// The columns, from 0, under which `range` is shown; at least one. What is not shown is pointed at in the `…` that
    /// stands for it.
    pub fn columns(&self, range: Range<usize>) -> Range<usize> {
        let start = self.column_of(range.start, false);
        let end = self.column_of(range.end, true);
        start..end.max(start + 1)
    }

    /// The column in which the character of `offset` begins, or, as the end of something, the one behind the character
    /// before `offset`.
    fn column_of(&self, offset: usize, end: bool) -> usize {
        let (first, last) = match (self.columns.first(), self.columns.last()) {
            (Some(first), Some(last)) => (*first, *last),
            _ => return 0,
        };
        if offset < first.0 {
            return 0;
        }
        if offset > last.0 {
            return last.1 + usize::from(end && self.cut.1);
        }
        let at = match end {
            true => self.columns.partition_point(|&(at, _)| at < offset),
            false => self.columns.partition_point(|&(at, _)| at <= offset) - 1,
        };
        self.columns.get(at).map_or(last.1, |&(_, column)| column)
    }
}

/// The part of `open` that is shown: all of it when it is short, else what is around `focus`, in whole characters.
fn window(open: &[u8], focus: usize) -> (usize, usize) {
    if open.len() <= WINDOW {
        return (0, open.len());
    }
    let latest = open.len() - WINDOW;
    let mut from = focus.saturating_sub(BEFORE).min(latest);
    let mut to = from + WINDOW;
    let inside = |at: usize| open.get(at).is_some_and(|byte| byte & 0xC0 == 0x80);
    for _ in 0..3 {
        from += usize::from(inside(from));
        to -= usize::from(inside(to));
    }
    (from, to)
}

/// Appends `c` harmlessly; returns how many columns it takes.
fn push_char(out: &mut String, c: char) -> usize {
    if c == ' ' || (c.is_ascii_graphic() && c != '\\') {
        out.push(c);
        return 1;
    }
    let start = out.len();
    // Writing to a String cannot fail.
    let _ = write!(out, "{}", Visible(c.encode_utf8(&mut [0; 4]).as_bytes()));
    out[start..].chars().map(width).sum()
}

/// Columns of a character on most terminals. The blocks of wide letters and signs are taken whole, which is right for what
/// stands in addresses; carets under rarer signs may be off by one.
fn width(c: char) -> usize {
    match u32::from(c) {
        0x300..=0x36F | 0x20D0..=0x20FF => 0,
        0x1100..=0x115F
        | 0x2E80..=0x303E
        | 0x3041..=0xA4CF
        | 0xAC00..=0xD7A3
        | 0xF900..=0xFAFF
        | 0xFE30..=0xFE6F
        | 0xFF01..=0xFF60
        | 0xFFE0..=0xFFE6
        | 0x1F300..=0x1FAFF
        | 0x20000..=0x3FFFD => 2,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(line: &[u8], open: usize, range: Range<usize>) -> (String, Range<usize>) {
        let piece = Piece {
            bytes: line,
            open,
            more: (false, false),
        };
        let excerpt = Excerpt::new(&piece, range.clone());
        let columns = excerpt.columns(range);
        (excerpt.text, columns)
    }

    #[test]
    fn carets_stand_under_what_is_displayed() {
        assert_eq!(shown(b"a\tb", 3, 1..3), ("a\\x09b".to_owned(), 1..6));
        assert_eq!(shown(b"ab", 2, 2..2), ("ab".to_owned(), 2..3));
        assert_eq!(shown("日本x".as_bytes(), 7, 6..7).1, 4..5);
        assert_eq!(shown("é\u{202e}x".as_bytes(), 6, 2..5).1, 1..9);
        assert_eq!(shown(b"\xffx", 2, 1..2), ("\\xFFx".to_owned(), 4..5));
        // In the middle of a character: all of it.
        assert_eq!(shown("aéb".as_bytes(), 4, 2..3).1, 1..2);
    }

    #[test]
    fn what_is_hidden_is_pointed_at_in_its_place() {
        let line = b"d:mx|secret";
        assert_eq!(shown(line, 5, 7..9), ("d:mx|…".to_owned(), 5..6));
        assert_eq!(shown(line, 5, 0..11).1, 0..6);
        assert_eq!(shown(line, 5, 5..11).1, 5..6);
        assert_eq!(shown(line, 5, 11..11).1, 5..6);
    }

    #[test]
    fn long_lines_are_shown_in_a_window() {
        let line = "é".repeat(1_000_000);
        let (text, columns) = shown(line.as_bytes(), line.len(), 1_000_001..1_000_003);
        assert!(text.starts_with("…é") && text.ends_with("é…"), "{text}");
        assert_eq!(text.chars().count(), 81 + 1);
        assert_eq!(columns, 20..22);
        let (text, columns) = shown(line.as_bytes(), line.len(), 0..line.len());
        assert_eq!(
            (text.chars().count(), columns),
            (WINDOW / 2 + 1, 0..WINDOW / 2 + 1)
        );
        let (text, _) = shown(line.as_bytes(), line.len(), line.len()..line.len());
        assert!(text.starts_with('…') && text.ends_with('é'));
    }
}
