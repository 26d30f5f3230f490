//! A field is missing.

use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::Rule;

/// The rule.
pub const RULE: Rule = Rule::of_reader(RuleInfo {
    name: "missing-field",
    summary: "a field is missing",
    severity: Severity::Error,
    on: true,
    formats: &["mspcontrol"],
    explanation: "\
Every route states its type, its name, its route type and its destinations, and every destination
its host; the file itself states format and version. None of them has a default that the vendor
documents. A route without one of them is not used, and mail that it may be for is not sent anywhere
else in its place.

Bad:

    {\"type\":\"System Route\",\"name\":\"Filter\",\"destinations\":[{\"host\":\"192.0.2.1\",\"port\":25}]}

Good:

    {\"type\":\"System Route\",\"name\":\"Filter\",\"routeType\":\"Outbound\",
     \"destinations\":[{\"host\":\"192.0.2.1\",\"port\":25}]}",
});
