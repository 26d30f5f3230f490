//! Regular expressions, which a program brings along when it needs them.

/// Evaluates the regular expressions of a table. What cannot be evaluated exactly as the product does is not known.
///
/// The matcher itself knows no expressions, so that a program without them does not carry an engine.
pub trait Patterns: Sync {
    /// Whether `pattern` is found in `text`, or matches all of it when `whole` is set; `None` when that is not known.
    fn finds(&self, pattern: &[u8], whole: bool, ignore_case: bool, text: &[u8]) -> Option<bool>;
}

/// No expression is known.
#[derive(Clone, Copy, Debug)]
pub struct NoPatterns;

impl Patterns for NoPatterns {
    fn finds(&self, _: &[u8], _: bool, _: bool, _: &[u8]) -> Option<bool> {
        None
    }
}
