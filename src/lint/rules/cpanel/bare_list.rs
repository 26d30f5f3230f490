//! A list without its answer.

use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::Rule;

/// The rule.
pub const RULE: Rule = Rule::of_reader(RuleInfo {
    name: "bare-list",
    summary: "the list of domains stands without the answer around it",
    severity: Severity::Info,
    on: true,
    formats: &["cpanel"],
    explanation: "\
The text is the list that stands in `data` of an answer, without the answer. It is read all the
same. Whether the call went well is not to be seen: of an answer that was cut short, or of one
that failed for some domains, the list looks the same.

Bad:

    [{\"domain\": \"shop.example\", \"mxcheck\": \"local\"}]

Good:

    {\"data\": [{\"domain\": \"shop.example\", \"mxcheck\": \"local\"}], \"status\": 1}",
});
