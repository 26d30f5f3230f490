//! An element that the vendor does not document.

use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::Rule;

/// The rule.
pub const RULE: Rule = Rule::of_reader(RuleInfo {
    name: "unknown-element",
    summary: "an element that the vendor does not document",
    severity: Severity::Warning,
    on: true,
    formats: &["xeams", "imsva", "imss"],
    explanation: "\
The element is none of those that the vendor documents at this place. What the product does with it
nobody outside knows; most readers of XML ignore what they do not know. Whoever wrote it believed
that it does something: a port, a switch, a comment. It most likely does nothing, and mail goes as
if it were not there. It is kept as it is when the file is rewritten.

Bad:

    <Route>
      <sender>@acme.example</sender><recipient>ANY</recipient>
      <port>587</port>
      <ip>192.0.2.1</ip>
    </Route>

Good: without the element.",
});
