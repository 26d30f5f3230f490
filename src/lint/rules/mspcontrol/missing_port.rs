//! A destination has no port.

use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::Rule;

/// The rule.
pub const RULE: Rule = Rule::of_reader(RuleInfo {
    name: "missing-port",
    summary: "a destination has no port",
    severity: Severity::Warning,
    on: true,
    formats: &["mspcontrol"],
    explanation: "\
A destination without a port is taken to be on port 25, the port of SMTP. The vendor's page shows
that port in its example, and does not say that it is the default. An answer that rests on it says
so: `default-port=25`. With --assume default-port=error such a route is not used.

Bad:

    {\"host\":\"192.0.2.1\"}

Good:

    {\"host\":\"192.0.2.1\",\"port\":25}",
});
