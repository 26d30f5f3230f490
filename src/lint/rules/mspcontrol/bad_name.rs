//! A name is none.

use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::Rule;

/// The rule.
pub const RULE: Rule = Rule::of_reader(RuleInfo {
    name: "bad-name",
    summary: "a name is empty or holds a control character",
    severity: Severity::Error,
    on: true,
    formats: &["mspcontrol"],
    explanation: "\
The name is all that tells a route from another: --bind names it, and so do people. An empty name
names nothing. A line break or another control character cannot be typed into the vendor's form, and
makes two lines out of one wherever the name is listed. The route is not used.

Bad:

    System Route,,Inbound,192.0.2.1,25

Good:

    System Route,Exchange cluster,Inbound,192.0.2.1,25",
});
