//! A subject has no operand, which means cn.

use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::Rule;

/// The rule.
pub const RULE: Rule = Rule::of_reader(RuleInfo {
    name: "operand-missing",
    summary: "a subject has no operand, which means cn",
    severity: Severity::Info,
    on: true,
    formats: &["xeams"],
    explanation: "\
The operand says how the text is looked for: `cn` anywhere in the subject, `sw` at its start, `ew`
at its end, `rg` as a regular expression. The vendor documents that a missing operand is `cn`. To
write it makes the file say what it does.

Bad:

    <subject>urgent</subject>

Good:

    <subject operand=\"cn\">urgent</subject>",
});
