//! Changes to a text that leave all else as it is.

use crate::source::Span;

/// Spans of a text, and what takes their place.
#[derive(Debug, Default)]
pub(super) struct Edits(Vec<(Span, Vec<u8>)>);

impl Edits {
    /// Writes `text` where `span` is. Spans must not overlap.
    pub fn replace(&mut self, span: Span, text: impl Into<Vec<u8>>) {
        self.0.push((span, text.into()));
    }

    /// The text `bytes`, whose first byte has the offset `base`, with all changes made.
    pub fn apply(mut self, bytes: &[u8], base: u32) -> Vec<u8> {
        self.0.sort_by_key(|(span, _)| (span.start, span.len));
        let mut out = Vec::with_capacity(bytes.len());
        let mut at = 0;
        for (span, text) in self.0 {
            let start = (span.start - base) as usize;
            // Of two that overlap the first stays.
            if start < at {
                continue;
            }
            out.extend_from_slice(&bytes[at..start]);
            out.extend_from_slice(&text);
            at = start + span.len as usize;
        }
        out.extend_from_slice(&bytes[at..]);
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_replaced_stays() {
        let mut edits = Edits::default();
        edits.replace(Span::new(15, 1), "X");
        edits.replace(Span::new(11, 2), "");
        edits.replace(Span::new(16, 0), "Y");
        assert_eq!(edits.apply(b"abcdef", 10), b"adeXY");
    }
}
