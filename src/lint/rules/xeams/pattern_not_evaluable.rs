//! The regular expression is valid in Java and not evaluated here.

use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::Rule;

/// The rule.
pub const RULE: Rule = Rule::of_reader(RuleInfo {
    name: "pattern-not-evaluable",
    summary: "the regular expression is valid in Java and not evaluated here",
    severity: Severity::Info,
    on: true,
    formats: &["xeams"],
    explanation: "\
Java knows expressions that the engine of this program does not, or that would mean something else
to it: possessive quantifiers, look-ahead and look-behind, back-references, `\\Q…\\E`, named classes.
The expression is in order and the product evaluates it. This program does not guess: where the
subject decides about mail, its answer is `undecided` with `needs: regex`.

Bad, if you want answers from this program:

    <subject operand=\"rg\">^(?!Re:)</subject>

Good: an expression without look-ahead, or another operand.",
});
