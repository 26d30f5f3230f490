//! A domain without a host.

use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::Rule;

/// The rule.
pub const RULE: Rule = Rule::of_reader(RuleInfo {
    name: "no-host",
    summary: "a line of manualmx names no host",
    severity: Severity::Error,
    on: true,
    formats: &["cpanel"],
    explanation: "\
A line of manualmx is a domain and the host that its mail goes to. Without a host Exim's router
has nothing to route to and declines: mail for the domain goes to its MX, as if the line were not
there. The line looks as if it did something, and does not.

Bad:

    shop.example:

Good:

    shop.example: mail.shop.example",
});
