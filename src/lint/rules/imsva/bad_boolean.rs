//! A switch says neither yes nor no.

use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::Rule;

/// The rule.
pub const RULE: Rule = Rule::of_reader(RuleInfo {
    name: "bad-boolean",
    summary: "a switch says neither yes nor no",
    severity: Severity::Error,
    on: true,
    formats: &["imsva"],
    explanation: "\
`enabled` is true or false; 1 and 0, yes and no, on and off are understood too. Anything else
could mean either, and whether a server takes mail is not guessed: the entry is not used.

Bad:

    <Server address=\"192.0.2.1\" enabled=\"2\"/>

Good:

    <Server address=\"192.0.2.1\" enabled=\"true\"/>",
});
