//! A text as a fix leaves it, with what may be a secret out of sight.

use std::ops::Range;

use super::excerpt::{Excerpt, Piece};
use super::lines::{Line, Lines, Spot};
use crate::diagnostic::{Edit, Fix};
use crate::source::{open_len, open_len_of_entry};

/// Bytes of a line that are taken along before and behind an edit. Edits that are closer belong together.
const CONTEXT: usize = 120;

/// Lines that a fix may touch while we look which of their bytes are hidden; beyond, all of them count as hidden.
const LOOKED_AT: usize = 64;

/// Some edits that stand close together, and their lines afterwards.
pub(super) struct Hunk<'a> {
    /// Where the first edit is.
    pub spot: Spot<'a>,
    /// The lines before: those of the spot, up to and with this one; `None` when there are none.
    pub last: Option<Line<'a>>,
    /// The lines afterwards.
    pub after: Vec<After>,
    /// What each edit writes, masked; `false` when that is all of it.
    pub written: Vec<(Vec<u8>, bool)>,
}

/// A line, or a piece of it, as a fix leaves it.
pub(super) struct After {
    /// The bytes; those that are hidden are not the real ones.
    bytes: Vec<u8>,
    open: usize,
    more: (bool, bool),
    focus: usize,
}

impl After {
    /// The line as it is shown.
    pub fn excerpt(&self) -> Excerpt {
        let piece = Piece {
            bytes: &self.bytes,
            open: self.open,
            more: self.more,
        };
        Excerpt::new(&piece, self.focus..self.focus)
    }
}

/// The hunks of `fix`, in its order.
pub(super) fn hunks<'a>(lines: &mut Lines<'a>, fix: &Fix) -> Vec<Hunk<'a>> {
    let origins = origins(lines, &fix.edits);
    let mut hunks: Vec<Hunk<'a>> = Vec::new();
    let mut rest = fix.edits.as_slice();
    while let Some(first) = rest.first() {
        let mut len = 1;
        while let Some(next) = rest.get(len) {
            let before = rest[len - 1].span.end();
            let gap = next.span.start.checked_sub(before);
            let near = gap.is_some_and(|gap| (gap as usize) < CONTEXT);
            if !near || !same_line(lines, before, next.span.start) {
                break;
            }
            len += 1;
        }
        let (edits, others) = rest.split_at(len);
        let spot = lines.spot(first.span);
        let mut draft = Draft::new(lines, &spot, edits);
        // What was written before in the same line may have a colon.
        draft.in_value |= hunks
            .last()
            .is_some_and(|hunk| hunk.last.is_some_and(|line| line.start == draft.start));
        hunks.push(draft.finish(&spot, origins.as_deref()));
        rest = others;
    }
    hunks
}

fn same_line(lines: &mut Lines<'_>, a: u32, b: u32) -> bool {
    let start = |line: Option<Line<'_>>| line.map(|line| line.start);
    start(lines.at(a)).is_some_and(|line| Some(line) == start(lines.at(b)))
}

/// What stands in sight in the lines that edits touch, when the edits take hidden bytes away: the bytes may come back in
/// what they write. `None` when they take none.
fn origins<'a>(lines: &mut Lines<'a>, edits: &[Edit]) -> Option<Vec<&'a [u8]>> {
    let mut open = Vec::new();
    let mut hidden = false;
    for edit in edits {
        let spot = lines.spot(edit.span);
        let Some((mut line, _)) = spot.lines else {
            continue;
        };
        let end = spot.span.end();
        loop {
            open.push(&line.bytes[..line.open]);
            let taken = line.offset(spot.span.start)..line.offset(end);
            hidden |= taken.end > line.open && !taken.is_empty();
            if open.len() >= LOOKED_AT {
                return Some(open);
            }
            match lines.after(&line) {
                Some(next) if next.start < end => line = next,
                _ => break,
            }
        }
    }
    hidden.then_some(open)
}

/// The bytes around and of some edits.
struct Draft<'a> {
    bytes: Vec<u8>,
    /// What each edit wrote.
    written: Vec<Range<usize>>,
    /// Placeholders for hidden bytes that stay.
    hidden: Vec<usize>,
    /// What precedes in the line, when not all of it is here: the bytes in sight from there on.
    cut: Option<&'a [u8]>,
    /// True when a colon precedes.
    in_value: bool,
    /// True when the last line goes on.
    more: bool,
    last: Option<Line<'a>>,
    /// Where its first line begins.
    start: u32,
    /// True when the edits leave whole lines, and the last piece is none.
    whole: bool,
    /// True when nobody knows where secrets stand.
    blind: bool,
}

impl<'a> Draft<'a> {
    fn new(lines: &mut Lines<'a>, spot: &Spot<'a>, edits: &[Edit]) -> Self {
        let mut draft = Draft {
            bytes: Vec::new(),
            written: Vec::new(),
            hidden: Vec::new(),
            cut: None,
            in_value: false,
            more: false,
            last: None,
            start: spot.lines.map_or(spot.span.start, |(first, _)| first.start),
            whole: false,
            blind: lines.is_blind(),
        };
        let mut line = spot.lines.map(|(first, _)| first);
        if let Some(line) = &line {
            let start = line.offset(spot.span.start);
            let from = start.min(line.open).saturating_sub(CONTEXT);
            draft.cut = (from > 0).then(|| &line.bytes[from..line.open]);
            draft.in_value = memchr::memchr(b':', &line.bytes[..from]).is_some();
            draft.keep(line, from, start);
        }
        let mut ends = true;
        for (n, edit) in edits.iter().enumerate() {
            let from = draft.bytes.len();
            draft.bytes.extend_from_slice(&edit.text);
            draft.written.push(from..draft.bytes.len());
            ends &= edit.text.is_empty() || edit.text.ends_with(b"\n");
            let end = lines.spot(edit.span).span.end();
            line = line.and_then(|_| lines.at(end));
            if let (Some(line), Some(next)) = (&line, edits.get(n + 1)) {
                draft.keep(line, line.offset(end), line.offset(next.span.start));
            } else if let Some(line) = &line {
                let end = line.offset(end);
                let starts = |at: usize| at == 0 && edits.len() == 1;
                draft.whole = ends && starts(end) && starts(spot.start.column as usize - 1);
                if !draft.whole {
                    let to = line.bytes.len().min(end + CONTEXT);
                    draft.more = to < line.bytes.len() && to < line.open;
                    draft.keep(line, end, to);
                    draft.last = Some(*line);
                } else if spot.span.end() > spot.span.start {
                    draft.last = lines.at(spot.span.end() - 1);
                }
                // A last line without LF that goes leaves none.
                let gone = draft.bytes.is_empty() || draft.bytes.ends_with(b"\n");
                draft.whole |= gone && !line.ended && end == line.bytes.len();
            }
        }
        draft
    }

    /// Takes over `from..to` of `line`; one byte stands for those that are hidden.
    fn keep(&mut self, line: &Line<'a>, from: usize, to: usize) {
        let to = to.max(from);
        let open = line.open.clamp(from, to);
        self.bytes.extend_from_slice(&line.bytes[from..open]);
        if open < to {
            self.hidden.push(self.bytes.len());
            self.bytes.push(b'?');
        }
    }

    fn finish(self, spot: &Spot<'a>, origins: Option<&[&[u8]]>) -> Hunk<'a> {
        let mut after = Vec::new();
        let mut written = vec![(Vec::new(), false); self.written.len()];
        let mut from = 0;
        while from < self.bytes.len() || (from == self.bytes.len() && !self.whole) {
            let rest = &self.bytes[from..];
            let lf = memchr::memchr(b'\n', rest);
            let bytes = &rest[..lf.unwrap_or(rest.len())];
            let open = self.open(bytes, from, origins);
            for (shown, range) in written.iter_mut().zip(&self.written) {
                let end = from + bytes.len();
                let part = range.start.clamp(from, end)..range.end.clamp(from, end);
                let seen = part.start..part.end.min(from + open).max(part.start);
                shown.0.extend_from_slice(&self.bytes[seen.clone()]);
                if seen.end < part.end {
                    shown.0.extend_from_slice("…".as_bytes());
                    shown.1 = true;
                }
                if lf.is_some() && range.contains(&end) {
                    shown.0.push(b'\n');
                }
            }
            let first = self.written.first().map_or(0, |range| range.start);
            after.push(After {
                bytes: bytes.to_vec(),
                open,
                more: (
                    from == 0 && self.cut.is_some(),
                    lf.is_none() && self.more && !self.whole,
                ),
                focus: first.saturating_sub(from).min(bytes.len()),
            });
            from += bytes.len() + 1;
        }
        Hunk {
            spot: *spot,
            last: self.last,
            after,
            written,
        }
    }

    /// How many bytes of the line at `from` may be shown.
    fn open(&self, bytes: &[u8], from: usize, origins: Option<&[&[u8]]>) -> usize {
        let first = from == 0;
        let mut open = match (self.blind, first && self.in_value) {
            (false, _) => bytes.len(),
            (true, true) => open_len(bytes),
            (true, false) => open_len_of_entry(bytes),
        };
        let here = |at: usize| (from..from + bytes.len()).contains(&at);
        for &at in self.hidden.iter().filter(|&&at| here(at)) {
            open = open.min(at - from);
        }
        let end = from + bytes.len();
        let writes = |range: &Range<usize>| range.start.max(from) < range.end.min(end);
        if let Some(origins) = origins
            && self.written.iter().any(writes)
        {
            let cut = if first { self.cut } else { None };
            let known = origins.iter().copied().filter(|_| cut.is_none());
            let common = known.chain(cut).map(|known| common(known, bytes)).max();
            open = open.min(common.unwrap_or(0));
        }
        open
    }
}

fn common(a: &[u8], b: &[u8]) -> usize {
    a.iter().zip(b).take_while(|(a, b)| a == b).count()
}
