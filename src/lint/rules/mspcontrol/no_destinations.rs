//! A route has no destination.

use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::Rule;

/// The rule.
pub const RULE: Rule = Rule::of_reader(RuleInfo {
    name: "no-destinations",
    summary: "a route has no destination",
    severity: Severity::Error,
    on: true,
    formats: &["mspcontrol"],
    explanation: "\
A route names one or more hosts. Without any there is nowhere to send its mail, and it is not used
here. What a customer sees of a route is its type and its name only: a list that was made from that
view has no destinations, and the provider must be asked for them.

Bad:

    {\"type\":\"System Route\",\"name\":\"Filter\",\"routeType\":\"Outbound\",\"destinations\":[]}

Good:

    {\"type\":\"System Route\",\"name\":\"Filter\",\"routeType\":\"Outbound\",
     \"destinations\":[{\"host\":\"192.0.2.1\",\"port\":25}]}",
});
