//! The preference is no number from 0 to 65535.

use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::Rule;

/// The rule.
pub const RULE: Rule = Rule::of_reader(RuleInfo {
    name: "bad-preference",
    summary: "the preference is no number from 0 to 65535",
    severity: Severity::Error,
    on: true,
    formats: &["imsva"],
    explanation: "\
The preference says which server is tried first: the lower one. It is a decimal number. With
another text the order of the servers is unknown, and the entry is not used.

Bad:

    <Server address=\"192.0.2.1\" preference=\"high\"/>

Good:

    <Server address=\"192.0.2.1\" preference=\"10\"/>",
});
