//! A comment stands behind a result.

use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::Rule;

/// The rule.
pub const RULE: Rule = Rule::of_reader(RuleInfo {
    name: "comment-in-result",
    summary: "a comment stands behind a result",
    severity: Severity::Error,
    on: true,
    formats: &["postfix-transport"],
    explanation: "\
A comment is a line whose first character other than a blank is `#`. Behind a result it is part of
the result: the SMTP client takes each of its words for another next hop, the first of which, `#`,
is no host; it stops, and the mail waits until it is returned.

Bad:

    example.org  smtp:[mx1.example.net] # the branch office

Good:

    # the branch office
    example.org  smtp:[mx1.example.net]",
});
