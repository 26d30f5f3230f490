//! The members of a record disagree.

use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::Rule;

/// The rule.
pub const RULE: Rule = Rule::of_reader(RuleInfo {
    name: "contradiction",
    summary: "mxcheck, detected and alwaysaccept of a domain disagree",
    severity: Severity::Warning,
    on: true,
    formats: &["cpanel"],
    explanation: "\
`mxcheck` is what is configured and `detected` what is in force; `alwaysaccept` is 1 for a local
domain and 0 otherwise; `local`, `remote` and `secondary` say the same once more. Where they
disagree, a setting was made and did not take effect, or the answer was changed by hand.
`mxcheck` is what is read here.

Bad:

    {\"domain\": \"shop.example\", \"mxcheck\": \"remote\", \"alwaysaccept\": 1}

Good:

    {\"domain\": \"shop.example\", \"mxcheck\": \"remote\", \"alwaysaccept\": 0}",
});
