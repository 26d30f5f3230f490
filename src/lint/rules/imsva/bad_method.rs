//! The method is neither static nor mx.

use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::Rule;

/// The rule.
pub const RULE: Rule = Rule::of_reader(RuleInfo {
    name: "bad-method",
    summary: "the method is neither static nor mx",
    severity: Severity::Error,
    on: true,
    formats: &["imsva"],
    explanation: "\
An entry is delivered in one of two ways: to servers that it names (`static`), or to the MX
records of a name (`mx`). The words are spelt exactly so. Whether another word means one of them,
or something that this file cannot say, is not guessed: the entry is not used.

Bad:

    <Entry recipient=\"acme.example\" method=\"Static\">

Good:

    <Entry recipient=\"acme.example\" method=\"static\">",
});
