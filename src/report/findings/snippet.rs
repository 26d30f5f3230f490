//! A line as it is shown, and where its bytes are in what is shown.

use unicode_width::UnicodeWidthChar;

use crate::source::{Visible, masked_entry};

/// Columns of a line that are shown around a finding.
const BEFORE: usize = 60;
const AROUND: usize = 120;

/// A piece of a line, harmless and without secrets.
pub(super) struct Snippet {
    /// What is shown.
    pub text: String,
    /// For each byte of the piece, and one behind it, the column at which it is shown.
    columns: Vec<usize>,
    /// Which byte of the line the piece begins with.
    start: usize,
}

impl Snippet {
    /// The piece of `line` around `from..to`, secrets masked. Costs no more than the piece, however long the line is.
    pub fn new(line: &[u8], from: usize, to: usize) -> Snippet {
        let start = boundary(line, from.saturating_sub(BEFORE));
        let end = boundary(
            line,
            line.len().min(from + AROUND.max((to - from).min(AROUND))),
        );
        // What may be a secret begins behind the first blank or `|` of the value.
        let secret = secret_start(line, end);
        let mut text = String::new();
        let mut columns = Vec::with_capacity(end - start + 1);
        if start > 0 {
            text.push('…');
        }
        let mut column = usize::from(start > 0);
        let mut at = start;
        let masked_at = secret.map(|secret| secret.clamp(start, end));
        let plain_end = masked_at.unwrap_or(end);
        for chunk in line[at..plain_end.max(at)].utf8_chunks() {
            for c in chunk.valid().chars() {
                let mut buffer = [0; 4];
                let bytes = c.encode_utf8(&mut buffer).as_bytes();
                let shown = Visible(bytes).to_string();
                let width: usize = shown.chars().map(|c| c.width().unwrap_or(0)).sum();
                columns.extend(std::iter::repeat_n(column, bytes.len()));
                text.push_str(&shown);
                column += width;
            }
            for byte in chunk.invalid() {
                columns.push(column);
                text.push_str(&Visible(&[*byte]).to_string());
                column += 4;
            }
        }
        at = plain_end.max(at);
        if masked_at.is_some() {
            columns.extend(std::iter::repeat_n(column, end.saturating_sub(at)));
            text.push('…');
            columns.push(column + 1);
        } else {
            columns.push(column);
            if end < line.len() {
                text.push('…');
            }
        }
        Snippet {
            text,
            columns,
            start,
        }
    }

    /// The column at which byte `at` of the line is shown; that of an end when it is outside.
    pub fn column(&self, at: usize) -> usize {
        let index = at.saturating_sub(self.start).min(self.columns.len() - 1);
        self.columns.get(index).copied().unwrap_or(0)
    }
}

/// Where in `line`, before `end`, secrets may begin; as [`masked_entry`] has it.
fn secret_start(line: &[u8], end: usize) -> Option<usize> {
    let head = &line[..end];
    match masked_entry(head) {
        std::borrow::Cow::Borrowed(_) => None,
        std::borrow::Cow::Owned(masked) => Some(masked.len() - '…'.len_utf8()),
    }
}

/// The next place at or before `at` that does not cut a character.
fn boundary(line: &[u8], at: usize) -> usize {
    let is_inside = |at: &usize| line.get(*at).is_some_and(|byte| byte & 0xC0 == 0x80);
    let mut place = at;
    for _ in 0..3 {
        if place > 0 && is_inside(&place) {
            place -= 1;
        }
    }
    if is_inside(&place) { at } else { place }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_bytes_take_the_columns_they_are_shown_in() {
        let snippet = Snippet::new(b"a\rb:\x1bc", 1, 2);
        assert_eq!(snippet.text, "a\\x0Db:\\x1Bc");
        assert_eq!(
            (snippet.column(1), snippet.column(2), snippet.column(6)),
            (1, 5, 12)
        );
        let wide = Snippet::new("日本:mx".as_bytes(), 0, 3);
        assert_eq!((wide.column(3), wide.column(6)), (2, 4));
    }

    #[test]
    fn secrets_are_masked_and_carets_stop_there() {
        let line = b"d:mx:587|user|pass";
        let snippet = Snippet::new(line, 9, 13);
        assert_eq!(snippet.text, "d:mx:587|…");
        assert_eq!(
            (snippet.column(9), snippet.column(13), snippet.column(18)),
            (9, 9, 10)
        );
    }

    #[test]
    fn long_lines_are_cut() {
        let line = [b"x".repeat(1 << 20), b":mx".to_vec()].concat();
        let snippet = Snippet::new(&line, 1 << 20, (1 << 20) + 1);
        assert!(snippet.text.starts_with('…') && snippet.text.len() < 200);
        assert_eq!(snippet.column(1 << 20), BEFORE + 1);
        assert!(Snippet::new(&line, 0, line.len()).text.ends_with('…'));
    }
}
