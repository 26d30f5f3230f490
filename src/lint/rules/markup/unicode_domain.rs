//! A domain is not written as its A-label.

use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::Rule;

/// The rule.
pub const RULE: Rule = Rule::of_reader(RuleInfo {
    name: "unicode-domain",
    summary: "a domain is not written as its A-label",
    severity: Severity::Warning,
    on: true,
    formats: &["xeams", "imsva", "imss", "cpanel", "mspcontrol", "postfix-transport"],
    explanation: "\
A domain with letters outside of ASCII has two spellings: that of people, `bücher.example`, and the
A-label that travels in DNS and in most mail, `xn--bcher-kva.example`. This program takes both for
the same. Whether the product does, its vendor does not say: a reader that compares letters finds
the one only in mail that is addressed in that very spelling.

Postfix compares the letters: mail for the A-label does not come to a line for the other spelling.

Bad:

    <recipient>@bücher.example</recipient>

Good:

    <recipient>@xn--bcher-kva.example</recipient>",
});
