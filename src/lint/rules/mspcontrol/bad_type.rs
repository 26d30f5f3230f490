//! The type of a route is neither of two.

use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::Rule;

/// The rule.
pub const RULE: Rule = Rule::of_reader(RuleInfo {
    name: "bad-type",
    summary: "the type is neither System Route nor Customer Route",
    severity: Severity::Error,
    on: true,
    formats: &["mspcontrol"],
    explanation: "\
A route belongs to the provider (System Route) or to a customer (Customer Route): the vendor's page
knows no other type. With another word it is not known who may see and change the route, and the
form would not take it. The route is not used.

Bad:

    System,Filter,Outbound,192.0.2.1,25

Good:

    System Route,Filter,Outbound,192.0.2.1,25

With --lenient upper and lower case do not count.",
});
