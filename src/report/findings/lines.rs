//! The lines that spans lie in, and places in them.

use crate::source::{File, Input, Span};

/// Lines remembered: a finding and its labels ask for the same few again and again.
const KNOWN: usize = 4;

/// A line of a file.
#[derive(Clone, Copy)]
pub(super) struct Line<'a> {
    /// Its bytes, without the LF.
    pub bytes: &'a [u8],
    /// Its number, from 1.
    pub number: u64,
    /// Offset of its first byte in the input's space.
    pub start: u32,
    /// How many of its bytes may be shown; the rest may be a secret.
    pub open: usize,
    /// True when a LF ends it.
    pub ended: bool,
}

impl Line<'_> {
    /// `offset` counted from the start of the line, at most its length.
    pub fn offset(&self, offset: u32) -> usize {
        (offset.saturating_sub(self.start) as usize).min(self.bytes.len())
    }

    fn holds(&self, offset: u32) -> bool {
        self.start <= offset && (offset - self.start) as usize <= self.bytes.len()
    }
}

/// Line and column, both from 1, columns in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Position {
    pub line: u64,
    pub column: u64,
}

impl Position {
    const FIRST: Position = Position { line: 1, column: 1 };

    fn in_line(line: &Line<'_>, offset: u32) -> Self {
        Position {
            line: line.number,
            column: line.offset(offset) as u64 + 1,
        }
    }
}

/// Where a span lies.
#[derive(Clone, Copy)]
pub(super) struct Spot<'a> {
    /// Path of the file.
    pub path: &'a str,
    /// The span, cut off at the end of its file.
    pub span: Span,
    /// Its first byte.
    pub start: Position,
    /// The byte behind its last.
    pub end: Position,
    /// The lines of both; `None` in a file without bytes.
    pub lines: Option<(Line<'a>, Line<'a>)>,
}

/// The lines of an input, found from the spans that lie in them.
pub(super) struct Lines<'a> {
    input: &'a Input,
    known: [Option<Line<'a>>; KNOWN],
    next: usize,
    counted: Counted,
}

/// Code units of a line up to an offset.
#[derive(Clone, Copy, Default)]
struct Counted {
    line: u32,
    offset: usize,
    units: u64,
}

impl<'a> Lines<'a> {
    /// The lines of `input`.
    pub fn new(input: &'a Input) -> Self {
        Lines {
            input,
            known: [None; KNOWN],
            next: 0,
            counted: Counted::default(),
        }
    }

    /// True when nobody knows where secrets stand.
    pub fn is_blind(&self) -> bool {
        self.input.is_blind()
    }

    /// The line that `offset` lies in; a LF belongs to the line that it ends. `None` where there are no bytes.
    pub fn at(&mut self, offset: u32) -> Option<Line<'a>> {
        let known = self.known.iter().flatten().find(|line| line.holds(offset));
        if let Some(line) = known {
            return Some(*line);
        }
        let span = Span::new(offset, 0);
        let file = self.input.file_of(span)?;
        let bytes = file.state.bytes().filter(|bytes| !bytes.is_empty())?;
        let place = self.input.place(span)?;
        let offset = (offset - file.base()) as usize;
        let start = offset.checked_sub(usize::try_from(place.column - 1).ok()?)?;
        let lf = memchr::memchr(b'\n', bytes.get(offset..)?);
        let text = bytes.get(start..lf.map_or(bytes.len(), |at| offset + at))?;
        let line = Line {
            bytes: text,
            number: place.line,
            start: Span::at(file.base(), start..start).start,
            open: self
                .input
                .open_len_of_line(file.base() + start as u32, text),
            ended: lf.is_some(),
        };
        self.known[self.next] = Some(line);
        self.next = (self.next + 1) % KNOWN;
        Some(line)
    }

    /// The line behind `line` in its file.
    pub fn after(&mut self, line: &Line<'_>) -> Option<Line<'a>> {
        let len = u32::try_from(line.bytes.len()).ok()?;
        let next = line.start.checked_add(len)?.checked_add(1)?;
        line.ended.then(|| self.at(next)).flatten()
    }

    /// Where `span` lies. A span outside of all files is shown at the start of the first: a finding is never lost.
    pub fn spot(&mut self, span: Span) -> Spot<'a> {
        let file = self.input.file_of(span);
        let path = file.or(self.input.files().first());
        let span = clipped(span, file);
        let lines = self.at(span.start).and_then(|first| {
            let last = match first.holds(span.end()) {
                true => first,
                false => self.at(span.end())?,
            };
            Some((first, last))
        });
        let (start, end) = lines.map_or((Position::FIRST, Position::FIRST), |(first, last)| {
            (
                Position::in_line(&first, span.start),
                Position::in_line(&last, span.end()),
            )
        });
        Spot {
            path: path.map_or("-", |file| &file.path),
            span,
            start,
            end,
            lines,
        }
    }

    /// UTF-16 code units of `line` before `offset`, and whether `offset` stands between characters. Bytes that are not
    /// UTF-8 count as the U+FFFD that a decoder makes of them.
    pub fn units(&mut self, line: &Line<'_>, offset: u32) -> (u64, bool) {
        let offset = line.offset(offset);
        let known = self.counted;
        let (mut at, mut units) = match known.line == line.start && known.offset <= offset {
            true => (known.offset, known.units),
            false => (0, 0),
        };
        let mut whole = true;
        if line.bytes[at..offset].is_ascii() {
            units += (offset - at) as u64;
            at = offset;
        } else {
            // A character that begins before `offset` may end behind it.
            let piece = &line.bytes[at..(offset + 3).min(line.bytes.len())];
            'all: for chunk in piece.utf8_chunks() {
                let chars = chunk.valid().chars().map(|c| (c.len_utf8(), c.len_utf16()));
                let bad = chunk.invalid().len();
                for (len, width) in chars.chain((bad > 0).then_some((bad, 1))) {
                    if at + len > offset {
                        whole = at == offset;
                        break 'all;
                    }
                    at += len;
                    units += width as u64;
                }
            }
        }
        self.counted = Counted {
            line: line.start,
            offset: at,
            units,
        };
        (units, whole)
    }
}

fn clipped(span: Span, file: Option<&File>) -> Span {
    let len = file.map_or(0, |file| {
        let bytes = file.state.bytes().map_or(0, <[u8]>::len);
        bytes - ((span.start - file.base()) as usize).min(bytes)
    });
    Span::at(span.start, 0..len.min(span.len as usize))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_found_in_any_order() {
        let mut input = Input::single("a", "/a", b"ab\n\ncd".to_vec()).unwrap();
        let missing = crate::source::State::Missing;
        input.push("b", "/b", missing).unwrap();
        let mut lines = Lines::new(&input);
        let mut at = |start, len| {
            let spot = lines.spot(Span::new(start, len));
            let Position { line, column } = spot.start;
            (spot.path, line, column, spot.end.line, spot.end.column)
        };
        assert_eq!(at(4, 2), ("/a", 3, 1, 3, 3));
        assert_eq!(at(0, 3), ("/a", 1, 1, 2, 1));
        assert_eq!(at(2, 0), ("/a", 1, 3, 1, 3));
        assert_eq!(at(6, 9), ("/a", 3, 3, 3, 3));
        assert_eq!(at(7, 0), ("/b", 1, 1, 1, 1));
        assert_eq!(at(99, 1), ("/a", 1, 1, 1, 1));
    }

    #[test]
    fn units_are_those_of_a_decoder() {
        let text = "aé\u{1F600}x".as_bytes();
        let input = Input::single("a", "/a", [text, b"\xff\xe2\x82y"].concat()).unwrap();
        let mut lines = Lines::new(&input);
        let line = lines.at(0).unwrap();
        for (offset, units) in [
            (0, (0, true)),
            (1, (1, true)),
            (2, (1, false)),
            (3, (2, true)),
            (5, (2, false)),
            (7, (4, true)),
            (8, (5, true)),
            (9, (6, true)),
            (10, (6, false)),
            (11, (7, true)),
            (12, (8, true)),
        ] {
            assert_eq!(lines.units(&line, offset), units, "{offset}");
        }
    }
}
