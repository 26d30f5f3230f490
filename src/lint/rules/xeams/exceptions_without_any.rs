//! Exceptions of a route whose recipient is not ANY.

use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::Rule;

/// The rule.
pub const RULE: Rule = Rule::of_reader(RuleInfo {
    name: "exceptions-without-any",
    summary: "exceptions of a route whose recipient is not ANY",
    severity: Severity::Warning,
    on: true,
    formats: &["xeams"],
    explanation: "\
The vendor documents that exceptions apply only when the recipient is ANY. Here the recipient is a
domain or an address, so that the exceptions are ignored: mail for those that were to be left out
takes the route like all other.

Bad:

    <recipient>@partner.example</recipient>
    <recipientExceptions>vip@partner.example</recipientExceptions>

Good: a route for the exception before this one, or none at all for it and ANY here.",
});
