//! A value of the wrong kind.

use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::Rule;

/// The rule.
pub const RULE: Rule = Rule::of_reader(RuleInfo {
    name: "bad-value",
    summary: "a value of an answer has a kind or a content that it cannot have",
    severity: Severity::Error,
    on: true,
    formats: &["cpanel"],
    explanation: "\
A domain is a string, the list of MX records an array, a priority a number from 0 to 65535, which
some servers write in quotes. Something else was not written by the server. What it was to say is
not known, and the record is not used.

Bad:

    \"priority\": \"high\"

Good:

    \"priority\": \"10\"",
});
