//! A count is no number.

use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::Rule;

/// The rule.
pub const RULE: Rule = Rule::of_reader(RuleInfo {
    name: "bad-count",
    summary: "a count is no number",
    severity: Severity::Error,
    on: true,
    formats: &["imss"],
    explanation: "\
SmartHostCount and DNSServerCount are decimal numbers. Anything else may be read as 0, in which
case no host is used, or refused with the whole file; which is not documented. The key is not used:
mail for it is not decided by this file. A blank DNSServerCount is 0, which the vendor documents:
the name servers of the system are asked.

Bad:

    <value name=\"SmartHostCount\">two</value>

Good:

    <value name=\"SmartHostCount\">2</value>",
});
