//! Blanks stand around a value.

use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::Rule;

/// The rule.
pub const RULE: Rule = Rule::of_reader(RuleInfo {
    name: "blank-around-value",
    summary: "blanks stand around a value",
    severity: Severity::Warning,
    on: true,
    formats: &["xeams", "imss", "mspcontrol"],
    explanation: "\
Blanks or line breaks stand before or behind the value, inside of its element. This program leaves
them out, because nobody means them. Whether the product does, its vendor does not say: a reader
that keeps them compares ` @acme.example` with the sender of a message and never finds them equal.
The canonical form (qroute-fmt) has none.

Bad:

    <sender> @acme.example </sender>

Good:

    <sender>@acme.example</sender>",
});
