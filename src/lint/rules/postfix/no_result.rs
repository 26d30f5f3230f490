//! A pattern stands without a result.

use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::Rule;

/// The rule.
pub const RULE: Rule = Rule::of_reader(RuleInfo {
    name: "no-result",
    summary: "a pattern stands without a result",
    severity: Severity::Error,
    on: true,
    formats: &["postfix-transport"],
    explanation: "\
`expected format: key whitespace value`, says postmap, and leaves the line out. Mail for the
pattern goes by a wider one, or as if there were no table. If that is what is meant, `:` says so,
and keeps wider patterns from taking the mail too. Often the result was moved to the next line
without a blank before it, or the line comes from a list of domains such as relay_domains.

Bad:

    example.org
    example.net  smtp:[mx1.example.net]

Good:

    example.org  :
    example.net  smtp:[mx1.example.net]",
});
