//! What is to be known of a rule without running it.

use super::Severity;

/// [`RuleInfo::formats`] of a rule about tables of all formats.
pub const EVERY: &[&str] = &[];

/// A rule as users meet it: in lists, explanations and reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RuleInfo {
    /// The name: the complaint, kebab-case; it reads well after "allow".
    pub name: &'static str,
    /// One line: what is found.
    pub summary: &'static str,
    /// The severity of its worst case.
    pub severity: Severity,
    /// False for a hint that speaks only when it is selected.
    pub on: bool,
    /// The formats that it is about, by name; [`EVERY`] format when there is none.
    pub formats: &'static [&'static str],
    /// The explanation that `--explain-rule` prints: paragraphs of plain text, written for a postmaster.
    pub explanation: &'static str,
}

impl RuleInfo {
    /// True when it is about tables of `format`.
    pub fn is_about(&self, format: &str) -> bool {
        self.formats.is_empty() || self.formats.contains(&format)
    }
}
