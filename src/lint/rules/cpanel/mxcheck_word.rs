//! The word of the user interface.

use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::Rule;

/// The rule.
pub const RULE: Rule = Rule::of_reader(RuleInfo {
    name: "mxcheck-word",
    summary: "`backup` stands where the API documents `secondary`",
    severity: Severity::Warning,
    on: true,
    formats: &["cpanel"],
    explanation: "\
The user interface calls the setting Backup Mail Exchanger; the value that the API documents is
`secondary`. An answer with `backup` was written or changed by hand, or by another program. It is
read as secondary.

Bad:

    \"mxcheck\": \"backup\"

Good:

    \"mxcheck\": \"secondary\"",
});
