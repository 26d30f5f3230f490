//! The regular expression may take exponential time.

use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::Rule;

/// The rule.
pub const RULE: Rule = Rule::of_reader(RuleInfo {
    name: "pattern-backtracking",
    summary: "the regular expression may take exponential time",
    severity: Severity::Warning,
    on: true,
    formats: &["xeams"],
    explanation: "\
The expression repeats something that is itself repeated, as in `(a+)+`. Java tries every way to
divide the text between the two repetitions before it gives up. For a subject of thirty letters that
nearly matches this can take minutes, for one of forty years, and a stranger can choose the subject
of his mail. Mail behind it waits.

Bad:

    <subject operand=\"rg\">^(\\w+\\s?)+$</subject>

Good:

    <subject operand=\"rg\">^[\\w\\s]+$</subject>",
});
