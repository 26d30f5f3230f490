//! A quote stands where none may.

use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::Rule;

/// The rule.
pub const RULE: Rule = Rule::of_reader(RuleInfo {
    name: "stray-quote",
    summary: "a quote stands where none may",
    severity: Severity::Error,
    on: true,
    formats: &["mspcontrol"],
    explanation: "\
A quote stands in a field that does not begin with one, or something stands behind the closing
quote. RFC 4180 (section 2) knows neither, and programs differ in what they make of it. Quotes that
belong to a value are doubled, and the whole field stands in quotes. The route is not used.

Bad:

    System Route,Filter \"new\",Outbound,192.0.2.1,25

Good:

    System Route,\"Filter \"\"new\"\"\",Outbound,192.0.2.1,25",
});
