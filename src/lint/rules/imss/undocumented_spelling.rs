//! A domain stands where the vendor does not document one.

use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::Rule;

/// The rule.
pub const RULE: Rule = Rule::of_reader(RuleInfo {
    name: "undocumented-spelling",
    summary: "a domain stands where the vendor does not document one",
    severity: Severity::Warning,
    on: true,
    formats: &["imss"],
    explanation: "\
A domain relay is a key with its name in the attribute `domain`. This one has its domain in the
attribute `section`, or in a value named `domain`. The product may take it for a domain relay, or
ignore it, in which case mail for the domain takes DefaultRelay. Neither is guessed: mail for the
domain is not decided by this file. With --lenient it is taken for what it seems to be.

Bad:

    <key section=\"acme.example\"><value name=\"UseMethod\">0</value></key>

Good:

    <key domain=\"acme.example\"><value name=\"UseMethod\">0</value></key>",
});
