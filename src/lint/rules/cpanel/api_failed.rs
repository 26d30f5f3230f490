//! The call failed.

use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::Rule;

/// The rule.
pub const RULE: Rule = Rule::of_reader(RuleInfo {
    name: "api-failed",
    summary: "the call of the API failed",
    severity: Severity::Error,
    on: true,
    formats: &["cpanel"],
    explanation: "\
An answer with `status` 0 holds no data: the call failed, and `errors` says why. It says nothing
of any domain, which is not the same as an account without domains. No route is taken from it.
Often the user lacks the feature (`changemx`), or the call was made as another user than meant.

Bad:

    {\"result\": {\"data\": null, \"errors\": [\"You do not have the feature ...\"], \"status\": 0}}

Good:

    {\"result\": {\"data\": [ ... ], \"errors\": null, \"status\": 1}}",
});
