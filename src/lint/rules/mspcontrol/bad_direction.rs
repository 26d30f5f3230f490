//! The route type is neither of two.

use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::Rule;

/// The rule.
pub const RULE: Rule = Rule::of_reader(RuleInfo {
    name: "bad-direction",
    summary: "the route type is neither Inbound nor Outbound",
    severity: Severity::Error,
    on: true,
    formats: &["mspcontrol"],
    explanation: "\
A route is for mail that comes in (Inbound) or for mail that leaves (Outbound): the vendor's page
knows no other route type. A route with another word could be for either, and the same domain has
other servers one way than the other. So the route is not used, and mail of either direction that is
bound to it is not decided.

Bad:

    \"routeType\":\"Both\"

Good: two routes, one Inbound and one Outbound, each with a name of its own.

With --lenient upper and lower case do not count.",
});
