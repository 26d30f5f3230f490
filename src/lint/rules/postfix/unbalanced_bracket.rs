//! A next hop has a bracket too few, or something behind it that is no port.

use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::Rule;

/// The rule.
pub const RULE: Rule = Rule::of_reader(RuleInfo {
    name: "unbalanced-bracket",
    summary: "a next hop has a bracket too few, or something behind it that is no port",
    severity: Severity::Error,
    on: true,
    formats: &["postfix-transport"],
    explanation: "\
`[host]` keeps the SMTP client from asking for the MX of a host, and `:port` may stand behind it.
`missing \"]\"`, or `garbage after \"]\"`, says the client otherwise, and stops; the mail waits until
it is returned.

Bad:

    example.org  smtp:[mx1.example.net
    example.net  smtp:[mx1.example.net]2525

Good:

    example.org  smtp:[mx1.example.net]
    example.net  smtp:[mx1.example.net]:2525",
});
