//! ANY is spelled in other letters.

use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::Rule;

/// The rule.
pub const RULE: Rule = Rule::of_reader(RuleInfo {
    name: "any-spelling",
    summary: "ANY is spelled in other letters",
    severity: Severity::Warning,
    on: true,
    formats: &["xeams"],
    explanation: "\
The vendor writes ANY in capital letters. Whether `any` or `Any` is the same to the product is not
documented. This program takes it for ANY; if the product compares letter by letter, it looks for a
recipient who is called so, and the route is never taken.

Bad:

    <recipient>any</recipient>

Good:

    <recipient>ANY</recipient>",
});
