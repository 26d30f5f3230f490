//! The method is neither static nor mx.

use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::Rule;

/// The rule.
pub const RULE: Rule = Rule::of_reader(RuleInfo {
    name: "bad-method",
    summary: "the method of delivery is none that there is",
    severity: Severity::Error,
    on: true,
    formats: &["imsva", "imss"],
    explanation: "\
An entry is delivered in one of two ways: to servers that it names (`static`), or to the MX records
of a name (`mx`). The words are spelt exactly so; in IMSS for Windows they are numbers, UseMethod 1
for smart hosts and 0 for a DNS query. Whether another text means one of them, or something that
this file cannot say, is not guessed: the entry is not used.

Bad:

    <Entry recipient=\"acme.example\" method=\"Static\">

Good:

    <Entry recipient=\"acme.example\" method=\"static\">",
});
