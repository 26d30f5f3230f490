//! A row has no value.

use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::Rule;

/// The rule.
pub const RULE: Rule = Rule::of_reader(RuleInfo {
    name: "empty-row",
    summary: "a row of a CSV file without any value",
    severity: Severity::Info,
    on: true,
    formats: &["mspcontrol"],
    explanation: "\
A row has separators and nothing between them: spreadsheets save rows so whose cells were emptied.
It is no route and no destination, and is left out. If a destination was meant to stand there, it is
missing.

Bad:

    ,,,,

Good: delete the row.",
});
