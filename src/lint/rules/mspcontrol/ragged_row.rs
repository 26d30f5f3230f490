//! A row has too few or too many fields.

use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::Rule;

/// The rule.
pub const RULE: Rule = Rule::of_reader(RuleInfo {
    name: "ragged-row",
    summary: "a row has not as many fields as the header",
    severity: Severity::Error,
    on: true,
    formats: &["mspcontrol"],
    explanation: "\
A row has fewer or more fields than the header has columns. A value was left out, or a field that
holds a comma is not in quotes; which value is which nobody knows from there on. The route is not
used, its other rows neither: with a destination less its mail would go elsewhere when one fails.

Bad:

    System Route,Contoso, Ltd,Inbound,192.0.2.1,25
    System Route,Filter,Outbound,192.0.2.1

Good:

    System Route,\"Contoso, Ltd\",Inbound,192.0.2.1,25
    System Route,Filter,Outbound,192.0.2.1,25",
});
