//! A route names the same host twice.

use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::Rule;

/// The rule.
pub const RULE: Rule = Rule::of_reader(RuleInfo {
    name: "duplicate-host",
    summary: "a route names the same host twice",
    severity: Severity::Warning,
    on: true,
    formats: &["xeams", "imsva", "imss", "cpanel", "mspcontrol", "postfix-transport"],
    explanation: "\
One route names the same host twice. Where one of several hosts is chosen at random, it is chosen
twice as often as the others; where they are tried in order, it is tried again right after it has
failed. If more mail is meant to go there, that may be on purpose; if a second host was meant, it is
missing.

Bad:

    <ip>192.0.2.1|192.0.2.1</ip>

Good:

    <ip>192.0.2.1|192.0.2.2</ip>",
});
