//! The operand of a subject is none, which means cn.

use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::Rule;

/// The rule.
pub const RULE: Rule = Rule::of_reader(RuleInfo {
    name: "operand-invalid",
    summary: "the operand of a subject is none, which means cn",
    severity: Severity::Warning,
    on: true,
    formats: &["xeams"],
    explanation: "\
The operands are `cn`, `sw`, `ew` and `rg`, in small letters. The vendor documents that any other is
`cn`, contains. So `RG` is not a regular expression: `^Re:` is looked for as these four characters,
which no subject holds, and the route takes no mail at all.

Bad:

    <subject operand=\"RG\">^Re:</subject>

Good:

    <subject operand=\"rg\">^Re:</subject>",
});
