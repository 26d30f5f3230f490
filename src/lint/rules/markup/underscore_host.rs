//! A host name holds an underscore.

use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::Rule;

/// The rule.
pub const RULE: Rule = Rule::of_reader(RuleInfo {
    name: "underscore-host",
    summary: "a host name holds an underscore",
    severity: Severity::Warning,
    on: true,
    formats: &["xeams", "imsva", "imss", "cpanel", "mspcontrol", "postfix-transport"],
    explanation: "\
Host names are made of letters, digits and hyphens (RFC 1123, 2.1). DNS can carry an underscore, and
some resolvers refuse to ask for such a host all the same. Most often it is a typing mistake for a
hyphen.

Bad:

    <ip>mx_1.example.net</ip>

Good:

    <ip>mx-1.example.net</ip>",
});
