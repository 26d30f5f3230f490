//! A code of an unknown file has no known meaning.

use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::Rule;

/// The rule.
pub const RULE: Rule = Rule::of_reader(RuleInfo {
    name: "unknown-code",
    summary: "a code of an unknown file has no known meaning",
    severity: Severity::Error,
    on: true,
    formats: &["imsva"],
    explanation: "\
Words say what a method is (\"Static Routing\", \"MX record lookup\"), and yes or no what a switch is.
A number, or another word, does not: `1` is the smart host in one product of the family and MX in
another. It is not guessed. `--assume method.static=1`, `method.mx`, `enabled.true` and
`enabled.false` say what codes mean.

Bad, read without those options:

    <Route domain=\"acme.example\" type=\"1\"><Server addr=\"192.0.2.1\"/></Route>

Good: with `--assume method.static=1`, if that is what it means.",
});
