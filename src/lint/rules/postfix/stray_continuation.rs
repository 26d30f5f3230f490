//! The first line of the table begins with a blank and continues nothing.

use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::Rule;

/// The rule.
pub const RULE: Rule = Rule::of_reader(RuleInfo {
    name: "stray-continuation",
    summary: "the first line of the table begins with a blank and continues nothing",
    severity: Severity::Error,
    on: true,
    formats: &["postfix-transport"],
    explanation: "\
A line that begins with a blank continues the line before it (postmap(1)). Before the first line
there is none: `logical line must not start with whitespace`, says postmap, and leaves out the line
with all lines that continue it. Mail for its pattern goes by a wider one, or as if there were no
table.

Bad, as the first line of the file:

      example.org  smtp:[mx1.example.net]

Good:

    example.org  smtp:[mx1.example.net]",
});
