//! The entry holds what belongs to the other method.

use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::Rule;

/// The rule.
pub const RULE: Rule = Rule::of_reader(RuleInfo {
    name: "method-mismatch",
    summary: "the entry holds what belongs to the other method",
    severity: Severity::Error,
    on: true,
    formats: &["imsva"],
    explanation: "\
A `Server` in an entry whose method is `mx`, or an `Mx` in one whose method is `static`, does
nothing if the method counts, and redirects all mail of the entry if somebody forgot to change the
method. It is not guessed which: the entry is not used.

Bad:

    <Entry recipient=\"acme.example\" method=\"mx\">
      <Server address=\"192.0.2.1\" port=\"25\" preference=\"10\"/>
    </Entry>

Good:

    <Entry recipient=\"acme.example\" method=\"static\">
      <Server address=\"192.0.2.1\" port=\"25\" preference=\"10\"/>
    </Entry>",
});
