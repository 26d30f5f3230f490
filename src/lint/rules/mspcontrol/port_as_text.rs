//! A port is written as text.

use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::Rule;

/// The rule.
pub const RULE: Rule = Rule::of_reader(RuleInfo {
    name: "port-as-text",
    summary: "a port is written as text",
    severity: Severity::Info,
    on: true,
    formats: &["mspcontrol"],
    explanation: "\
The port stands in quotes. It is taken as the number that it shows, and mail goes there. Programs
that are stricter may refuse the file; write the number without quotes.

Bad:

    {\"host\":\"192.0.2.1\",\"port\":\"587\"}

Good, and what qroute-fmt makes of it:

    {\"host\":\"192.0.2.1\",\"port\":587}",
});
