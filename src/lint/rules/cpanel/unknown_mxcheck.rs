//! A setting that nobody documents.

use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::Rule;

/// The rule.
pub const RULE: Rule = Rule::of_reader(RuleInfo {
    name: "unknown-mxcheck",
    summary: "the mail routing of a domain is no setting that is documented",
    severity: Severity::Error,
    on: true,
    formats: &["cpanel"],
    explanation: "\
The API documents four values of `mxcheck`: local, remote, secondary and auto. In a user file 0
stands for local. What the server makes of another value is not known, and is not guessed: a
domain that is taken for local by mistake loses its mail. Beside lists a user file decides
nothing, and the finding is a warning. Mind the trap: `alwaysaccept` 0 is automatic in the API.

Bad:

    \"mxcheck\": \"Local\"

Good:

    \"mxcheck\": \"local\"",
});
