//! A value is not of its kind.

use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::Rule;

/// The rule.
pub const RULE: Rule = Rule::of_reader(RuleInfo {
    name: "wrong-value-type",
    summary: "a value is not of the kind that its field has",
    severity: Severity::Error,
    on: true,
    formats: &["mspcontrol"],
    explanation: "\
A field holds another kind of value than it should: a number where text belongs, text where a list
belongs, `null` where something must be. What was meant cannot be told, so that the route is not
used. Only a port written as text is taken as the number that it shows, and told.

Bad:

    {\"type\":\"System Route\",\"name\":17,\"routeType\":\"Outbound\",\"destinations\":\"192.0.2.1\"}

Good:

    {\"type\":\"System Route\",\"name\":\"17\",\"routeType\":\"Outbound\",
     \"destinations\":[{\"host\":\"192.0.2.1\",\"port\":25}]}",
});
