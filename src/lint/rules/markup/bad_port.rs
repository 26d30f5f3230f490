//! A port is no number from 1 to 65535.

use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::Rule;

/// The rule.
pub const RULE: Rule = Rule::of_reader(RuleInfo {
    name: "bad-port",
    summary: "a port is no number from 1 to 65535",
    severity: Severity::Error,
    on: true,
    formats: &["xeams", "imsva", "imss", "cpanel", "mspcontrol", "postfix-transport"],
    explanation: "\
What stands where a port belongs is not a decimal number from 1 to 65535. A product may refuse it,
take the lower sixteen bits of it, or connect to port 0, where nothing ever answers; its vendor does
not say. So the route is not used as it stands.

Postfix's SMTP client stops, and the mail waits until it is returned.

Bad:

    <ip>mx1.example.net:smtp</ip>

Good:

    <ip>mx1.example.net:25</ip>",
});
