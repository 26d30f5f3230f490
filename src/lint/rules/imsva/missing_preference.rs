//! A server has no preference.

use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::Rule;

/// The rule.
pub const RULE: Rule = Rule::of_reader(RuleInfo {
    name: "missing-preference",
    summary: "a server has no preference",
    severity: Severity::Warning,
    on: true,
    formats: &["imsva"],
    explanation: "\
The preference says which server is tried first. Where it is missing nobody outside knows what the
product takes: 0 would make the server the first, and another default the last. This program takes
it as the last, says so where it counts, and `--assume missing-preference=any-order` gives the
answer that does not rest on it.

Bad, with another server in the entry:

    <Server address=\"192.0.2.1\" port=\"25\"/>

Good:

    <Server address=\"192.0.2.1\" port=\"25\" preference=\"10\"/>",
});
