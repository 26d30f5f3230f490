//! The subject to look for is empty.

use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::Rule;

/// The rule.
pub const RULE: Rule = Rule::of_reader(RuleInfo {
    name: "empty-subject",
    summary: "the subject to look for is empty",
    severity: Severity::Warning,
    on: true,
    formats: &["xeams"],
    explanation: "\
A `subject` element restricts a route to mail whose subject holds a text. Here the text is empty,
and every subject holds nothing: the route is taken as if the element were not there. Either the
text is missing or the element is left over.

Bad:

    <subject operand=\"cn\"></subject>

Good:

    <subject operand=\"cn\">invoice</subject>",
});
