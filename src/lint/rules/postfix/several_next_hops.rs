//! A result has several next hops, and Postfix is older than 3.5.

use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::Rule;

/// The rule.
pub const RULE: Rule = Rule::of_reader(RuleInfo {
    name: "several-next-hops",
    summary: "a result has several next hops, and Postfix is older than 3.5",
    severity: Severity::Error,
    on: true,
    formats: &["postfix-transport"],
    explanation: "\
Since Postfix 3.5 the SMTP client tries several next hops one after the other. Before, all of them
are one name, which no host has: the client stops, and the mail waits until it is returned. This is
looked for with `--assume next-hops=one`.

Bad, there:

    example.org  smtp:[mx1.example.net], [mx2.example.net]

Good: a name with several MX records, without brackets.

    example.org  smtp:mail.example.net",
});
