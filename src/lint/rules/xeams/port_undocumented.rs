//! A host has a port, which is documented for other files only.

use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::Rule;

/// The rule.
pub const RULE: Rule = Rule::of_reader(RuleInfo {
    name: "port-undocumented",
    summary: "a host has a port, which is documented for other files only",
    severity: Severity::Warning,
    on: true,
    formats: &["xeams"],
    explanation: "\
The vendor documents `host:port` for the local host file, and does not mention ports for this one.
This program takes the number for the port. If the product does not, it looks for a host whose name
ends in a colon and a number, and finds none. Try it with one message before you rely on it.

Bad:

    <ip>mx1.example.net:587</ip>

Good:

    <ip>mx1.example.net</ip>",
});
