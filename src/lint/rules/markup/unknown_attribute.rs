//! An attribute that the vendor does not document.

use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::Rule;

/// The rule.
pub const RULE: Rule = Rule::of_reader(RuleInfo {
    name: "unknown-attribute",
    summary: "an attribute that the vendor does not document",
    severity: Severity::Warning,
    on: true,
    formats: &["xeams", "imsva", "imss"],
    explanation: "\
The attribute is none of those that the vendor documents for this element. What the product does
with it nobody outside knows; most readers of XML ignore what they do not know. The dangerous ones
look like a switch: `enabled=\"false\"` switches nothing off where the vendor knows no such attribute,
and the route that seems to be out of use goes on taking mail. It is kept as it is when the file is
rewritten.

Bad:

    <Route enabled=\"false\">

Good, for a route that is not to be used: a comment around it.",
});
