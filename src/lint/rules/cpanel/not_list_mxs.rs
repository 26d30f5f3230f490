//! Not an answer of list_mxs.

use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::Rule;

/// The rule.
pub const RULE: Rule = Rule::of_reader(RuleInfo {
    name: "not-list-mxs",
    summary: "the text is JSON, and not an answer of Email::list_mxs",
    severity: Severity::Error,
    on: true,
    formats: &["cpanel"],
    explanation: "\
`Email::list_mxs` answers with a list of domains in `data`: inside `result` from the command
line, at the top over HTTP, inside `cpanelresult` from API 2. The bare list is read, too. This
text has none of these shapes: it is the answer of another call, or a part of one.

Bad:

    {\"domains\": [\"shop.example\"]}

Good:

    {\"data\": [{\"domain\": \"shop.example\", \"mxcheck\": \"local\"}], \"status\": 1}",
});
