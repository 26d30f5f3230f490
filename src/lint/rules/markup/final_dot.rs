//! A dot stands at the end of a domain.

use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::Rule;

/// The rule.
pub const RULE: Rule = Rule::of_reader(RuleInfo {
    name: "final-dot",
    summary: "a dot stands at the end of a domain",
    severity: Severity::Warning,
    on: true,
    formats: &["xeams", "imsva", "imss", "cpanel", "mspcontrol", "postfix-transport"],
    explanation: "\
In DNS a name that ends in a dot is absolute; in mail addresses no domain has one. This program
leaves the dot out. Whether the product does, its vendor does not say: a reader that keeps it
compares `acme.example.` with `acme.example` and never finds them equal, so that the route is never
taken.

Postfix drops the dot from addresses and not from patterns of its tables, so that no mail has such a
pattern, and its SMTP client takes no next hop that ends in one.

Bad:

    <sender>@acme.example.</sender>

Good:

    <sender>@acme.example</sender>",
});
