//! Text of an element, which comments, references and other elements cut into pieces.

use std::ops::Range;

use super::super::texts::LONGEST_VALUE;
use super::Damage;

/// The text of an element whose end has not come.
#[derive(Default)]
pub(super) struct Pieces {
    pub only: Option<Range<usize>>,
    pub joined: Option<String>,
}

/// Adds a piece of text, whole or joined with what came before.
pub(super) fn join(
    pieces: &mut Pieces,
    text: &str,
    range: Range<usize>,
    piece: &str,
) -> Result<(), Damage> {
    let at = range.start;
    let has_returns = memchr::memchr(b'\r', piece.as_bytes()).is_some();
    if pieces.joined.is_none() && pieces.only.is_none() && !has_returns {
        pieces.only = Some(range);
    } else {
        let joined = pieces.joined.get_or_insert_default();
        if let Some(only) = pieces.only.take() {
            joined.push_str(&text[only]);
        }
        // CR LF and CR are LF to XML (2.11).
        match has_returns {
            true => joined.push_str(&piece.replace("\r\n", "\n").replace('\r', "\n")),
            false => joined.push_str(piece),
        }
    }
    let length = match (&pieces.joined, &pieces.only) {
        (Some(joined), _) => joined.len(),
        (None, Some(range)) => range.len(),
        (None, None) => 0,
    };
    if length > LONGEST_VALUE {
        let message = format!("the value is longer than {LONGEST_VALUE} bytes");
        return Err(Damage::new("xml-limit", at, message));
    }
    Ok(())
}
