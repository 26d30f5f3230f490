//! Two routes have one name.

use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::Rule;

/// The rule.
pub const RULE: Rule = Rule::of_reader(RuleInfo {
    name: "duplicate-name",
    summary: "two routes have the same name",
    severity: Severity::Error,
    on: true,
    formats: &["mspcontrol"],
    explanation: "\
The vendor documents that the name of a route is unique. Here a second route has the name of an
earlier one; that one of them is Inbound and the other Outbound makes no difference. Which of them
MSPControl would keep nobody knows: the second is not used, and the name cannot be bound.

Bad:

    System Route,Exchange,Inbound,192.0.2.1,25
    System Route,Exchange,Outbound,192.0.2.2,25

Good:

    System Route,Exchange in,Inbound,192.0.2.1,25
    System Route,Exchange out,Outbound,192.0.2.2,25

In the CSV form rows of one type, name and route type are the destinations of one route.",
});
