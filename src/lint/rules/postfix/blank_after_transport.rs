//! A blank stands between a transport and its next hop.

use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::Rule;

/// The rule.
pub const RULE: Rule = Rule::of_reader(RuleInfo {
    name: "blank-after-transport",
    summary: "a blank stands between a transport and its next hop",
    severity: Severity::Warning,
    on: true,
    formats: &["postfix-transport"],
    explanation: "\
Everything behind the first colon is the next hop, with its blanks. Since Postfix 3.5 the SMTP
client takes a list, and blanks separate its members, so that one before the first does no harm.
Before, the blank is part of the name: `valid hostname or network address required`, says the SMTP
client, and the mail waits until it is returned.

Bad:

    example.org  smtp: [mx1.example.net]

Good:

    example.org  smtp:[mx1.example.net]",
});
