//! A quote in a pattern is not closed.

use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::Rule;

/// The rule.
pub const RULE: Rule = Rule::of_reader(RuleInfo {
    name: "unbalanced-quote",
    summary: "a quote in a pattern is not closed",
    severity: Severity::Error,
    on: true,
    formats: &["postfix-transport"],
    explanation: "\
Since Postfix 3.2 a pattern may hold blanks between double quotes, as in the address `\"john
doe\"@example.org`. Where a quote is not closed postmap says `unbalanced '\"'`, and leaves the line
out: mail for the pattern goes by a wider one, or as if there were no table. A quote or a backslash
inside of quotes is written with a backslash before it.

Bad:

    \"john doe@example.org  smtp:[mx1.example.net]

Good:

    \"john doe\"@example.org  smtp:[mx1.example.net]",
});
