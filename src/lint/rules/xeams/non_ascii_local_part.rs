//! The local part of an address is not ASCII.

use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::Rule;

/// The rule.
pub const RULE: Rule = Rule::of_reader(RuleInfo {
    name: "non-ascii-local-part",
    summary: "the local part of an address is not ASCII",
    severity: Severity::Warning,
    on: true,
    formats: &["xeams"],
    explanation: "\
Letters outside of ASCII before the `@` exist only in mail that is sent by SMTPUTF8 (RFC 6531),
between two servers that both know it. There is no other spelling for such an address. How the
product compares it, its vendor does not say.

Bad:

    <sender>münchen@acme.example</sender>

Good, where the person has an address in ASCII too:

    <sender>muenchen@acme.example</sender>",
});
