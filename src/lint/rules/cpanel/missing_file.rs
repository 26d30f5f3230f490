//! A list is missing.

use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::Rule;

/// The rule.
pub const RULE: Rule = Rule::of_reader(RuleInfo {
    name: "missing-file",
    summary: "a list that Exim looks up is missing",
    severity: Severity::Warning,
    on: true,
    formats: &["cpanel"],
    explanation: "\
A missing file is not an empty one to Exim. When its configuration looks a domain up in a file
that it cannot open, it writes `failed to open ... for linear search` to its log and gives up on
the message for the time being: mail waits, or is refused for a while, whichever domain it is
for. This program reads a missing list as empty, and says so. remotedomains is in no published
configuration of Exim; it is the panel's.

Bad: a directory with localdomains and remotedomains, and no secondarymx.

Good: the same with an empty file of that name.",
});
