//! An element stands twice where there can be one.

use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::Rule;

/// The rule.
pub const RULE: Rule = Rule::of_reader(RuleInfo {
    name: "repeated-element",
    summary: "an element stands twice where there can be one",
    severity: Severity::Error,
    on: true,
    formats: &["xeams", "imsva", "imss"],
    explanation: "\
The vendor documents that this element stands once. When it stands twice, one reader takes the
first, another the last, a third refuses the file; what the product does is not documented. So the
route, or the file, is not used as it stands.

Bad:

    <Route>
      <sender>@acme.example</sender>
      <sender>@other.example</sender>
      <recipient>ANY</recipient>
      <ip>192.0.2.1</ip>
    </Route>

Good: one route for each.",
});
