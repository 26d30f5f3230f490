//! All servers of an entry are switched off.

use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::Rule;

/// The rule.
pub const RULE: Rule = Rule::of_reader(RuleInfo {
    name: "all-disabled",
    summary: "all servers of an entry are switched off",
    severity: Severity::Warning,
    on: true,
    formats: &["imsva"],
    explanation: "\
Every server of the entry is switched off, so that there is none to try. What the product does
with its mail then is not documented. This program says that there is no usable server, and never
that the mail goes to the MX of its domain: an entry is written to keep mail from there.

Bad:

    <Entry recipient=\"acme.example\" method=\"static\">
      <Server address=\"192.0.2.1\" preference=\"10\" enabled=\"false\"/>
    </Entry>

Good: at least one server that is used, or no entry.",
});
