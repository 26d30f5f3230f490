//! Fixes: applied, read again, until nothing is left to fix.

use anyhow::Result;

use super::engine::lint_bytes;
use crate::diagnostic::Edit;
use crate::diagnostic::Finding;
use crate::formats::smtproutes::Dialect;
use crate::lint::Chosen;
use crate::source::Input;

/// Most rounds: each repairs at least one place for good, and a line has few mistakes; what is left then is left.
const MOST_ROUNDS: usize = 64;

/// A text with its fixes applied.
#[derive(Debug)]
pub struct Fixed {
    /// The text.
    pub bytes: Vec<u8>,
    /// Number of fixes applied.
    pub count: usize,
    /// The input of the last round, for the places of what remains.
    pub input: Input,
    /// What remains.
    pub remaining: Vec<Finding>,
}

/// Applies all safe fixes, and the unsafe ones if `unsafe_too`, to a table of its own: round by round, those that do not
/// overlap, reading the text anew each time.
///
/// # Errors
/// As [`lint_bytes`].
pub fn fix_bytes(
    bytes: Vec<u8>,
    dialects: &[&'static Dialect],
    chosen: &Chosen,
    unsafe_too: bool,
) -> Result<Fixed> {
    let mut text = bytes;
    let mut count = 0;
    let mut rounds = 0;
    loop {
        let (input, remaining) = lint_bytes(text.clone(), dialects, chosen)?;
        let edits = wanted(&remaining, unsafe_too);
        if edits.is_empty() || rounds == MOST_ROUNDS {
            return Ok(Fixed {
                bytes: text,
                count,
                input,
                remaining,
            });
        }
        count += edits.len();
        rounds += 1;
        text = applied(&text, 0, &edits);
    }
}

/// The edits to apply in one round: of findings that are not suppressed, in the order of the text, none that overlaps
/// or touches one before it.
pub(super) fn wanted(findings: &[Finding], unsafe_too: bool) -> Vec<Edit> {
    let mut fixes: Vec<&[Edit]> = findings
        .iter()
        .filter(|finding| !finding.suppressed)
        .filter_map(|finding| finding.fix.as_ref())
        .filter(|fix| fix.safe || unsafe_too)
        .map(|fix| fix.edits.as_slice())
        .filter(|edits| !edits.is_empty())
        .collect();
    fixes.sort_by_key(|edits| edits[0].span.start);
    let mut chosen: Vec<Edit> = Vec::new();
    for edits in fixes {
        let free = chosen
            .last()
            .is_none_or(|last| edits[0].span.start > last.span.end());
        if free {
            chosen.extend_from_slice(edits);
        }
    }
    chosen
}

/// `text`, which stands at offset `base` of its input, with `edits` made.
pub(super) fn applied(text: &[u8], base: u32, edits: &[Edit]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut at = 0;
    for edit in edits {
        let start = (edit.span.start - base) as usize;
        out.extend_from_slice(&text[at..start]);
        out.extend_from_slice(&edit.text);
        at = start + edit.span.len as usize;
    }
    out.extend_from_slice(&text[at..]);
    out
}
