//! Ranges of bytes in an [`Input`](super::Input).

use std::fmt;
use std::ops::Range;

/// A range of bytes: offset and length in the one space that all files of an input share.
///
/// Eight bytes on purpose: a table of a million routes holds several for each.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Span {
    /// Offset of the first byte.
    pub start: u32,
    /// Number of bytes.
    pub len: u32,
}

impl Span {
    /// The span of `len` bytes from `start`.
    pub fn new(start: u32, len: u32) -> Self {
        Span { start, len }
    }

    /// The span of `range`, moved by `base` bytes. Ranges beyond 4 GiB cannot occur: an input is refused before.
    pub fn at(base: u32, range: Range<usize>) -> Self {
        let len = range.end.saturating_sub(range.start);
        Span {
            start: base.saturating_add(clamp(range.start)),
            len: clamp(len),
        }
    }

    /// Offset behind the last byte.
    pub fn end(self) -> u32 {
        self.start.saturating_add(self.len)
    }

    /// True when it covers no byte.
    pub fn is_empty(self) -> bool {
        self.len == 0
    }

    /// The same bytes as a range of `usize`.
    pub fn range(self) -> Range<usize> {
        self.start as usize..self.end() as usize
    }
}

fn clamp(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

impl fmt::Debug for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}..{}", self.start, self.end())
    }
}

/// Bytes with a meaning (a key, a host): a span of the input they were read from.
pub type Text = Span;
