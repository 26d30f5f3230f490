//! An element that must be there is missing.

use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::Rule;

/// The rule.
pub const RULE: Rule = Rule::of_reader(RuleInfo {
    name: "missing-element",
    summary: "an element that must be there is missing",
    severity: Severity::Error,
    on: true,
    formats: &["xeams", "imsva"],
    explanation: "\
The vendor documents that this element must be there, and it is not. What the product does with the
rest is not documented: it may drop the route, or the file, or take a value for what is missing that
nobody intended. So the route is not used as it stands.

Bad:

    <Route>
      <sender>@acme.example</sender>
      <ip>192.0.2.1</ip>
    </Route>

Good:

    <Route>
      <sender>@acme.example</sender>
      <recipient>ANY</recipient>
      <ip>192.0.2.1</ip>
    </Route>",
});
