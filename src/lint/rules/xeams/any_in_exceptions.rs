//! ANY stands among the exceptions.

use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::Rule;

/// The rule.
pub const RULE: Rule = Rule::of_reader(RuleInfo {
    name: "any-in-exceptions",
    summary: "ANY stands among the exceptions",
    severity: Severity::Warning,
    on: true,
    formats: &["xeams"],
    explanation: "\
Exceptions are addresses and domains. ANY among them stands for no recipient; if it stood for all,
the route would take no mail at all and could be deleted.

Bad:

    <recipientExceptions>@partner.example|ANY</recipientExceptions>

Good:

    <recipientExceptions>@partner.example</recipientExceptions>",
});
