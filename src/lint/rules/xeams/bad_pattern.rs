//! Java refuses the regular expression.

use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::Rule;

/// The rule.
pub const RULE: Rule = Rule::of_reader(RuleInfo {
    name: "bad-pattern",
    summary: "Java refuses the regular expression",
    severity: Severity::Error,
    on: true,
    formats: &["xeams"],
    explanation: "\
The product is written in Java, and Java refuses this expression: a bracket is not closed, a
quantifier has nothing to repeat, an escape does not exist. What the product does then is not
documented: the route may match nothing, or the file may not be loaded. So the route is not used as
it stands.

Bad:

    <subject operand=\"rg\">[Tt]icket (\\d+</subject>

Good:

    <subject operand=\"rg\">[Tt]icket (\\d+)</subject>",
});
