//! A name stands twice in one object.

use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::Rule;

/// The rule.
pub const RULE: Rule = Rule::of_reader(RuleInfo {
    name: "repeated-name",
    summary: "a name stands twice in one object",
    severity: Severity::Error,
    on: true,
    formats: &["cpanel", "mspcontrol"],
    explanation: "\
An object of JSON gives each name one value. RFC 8259 (section 4) leaves open what a program makes
of a name that stands there twice: many take the last value, some the first, some refuse the file.
So the record has two meanings, and is not used.

Bad:

    {\"domain\": \"shop.example\", \"mxcheck\": \"local\", \"mxcheck\": \"remote\"}

Good:

    {\"domain\": \"shop.example\", \"mxcheck\": \"remote\"}",
});
