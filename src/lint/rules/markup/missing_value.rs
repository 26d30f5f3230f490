//! An element or attribute that must say something is empty.

use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::Rule;

/// The rule.
pub const RULE: Rule = Rule::of_reader(RuleInfo {
    name: "missing-value",
    summary: "an element or attribute that must say something is empty",
    severity: Severity::Error,
    on: true,
    formats: &["xeams", "imsva", "imss", "cpanel"],
    explanation: "\
The element is there and says nothing: it is empty, or holds nothing but blanks. The vendor
documents that it must hold a value. What the product does with an empty one is not documented; a
route to an empty host loses mail, and one from an empty sender may take nobody's mail or
everybody's. So the route is not used as it stands.

Bad:

    <ip></ip>

Good:

    <ip>192.0.2.1</ip>",
});
