//! Nothing stands between two pipes.

use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::Rule;

/// The rule.
pub const RULE: Rule = Rule::of_reader(RuleInfo {
    name: "empty-item",
    summary: "nothing stands between two pipes",
    severity: Severity::Warning,
    on: true,
    formats: &["xeams"],
    explanation: "\
A list is separated by `|`. Between two of them, before the first or behind the last, stands
nothing. This program ignores the empty item. Java's own way to split a text drops empty items at
the end and keeps those at the start and between others, so that the product may choose an empty
host at random, and mail that meets it is not sent.

Bad:

    <ip>192.0.2.1||192.0.2.2</ip>

Good:

    <ip>192.0.2.1|192.0.2.2</ip>",
});
