//! What stands for an address is none.

use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::Rule;

/// The rule.
pub const RULE: Rule = Rule::of_reader(RuleInfo {
    name: "bad-address",
    summary: "what stands for an address is none",
    severity: Severity::Error,
    on: true,
    formats: &["xeams", "imsva", "imss", "cpanel", "postfix-transport"],
    explanation: "\
The value is neither a whole address, `user@example.org`, nor a domain in the notation of the
format. An address has a local part, one `@` and a domain; a local part with blanks or punctuation
stands in quotes. The null sender `<>` cannot be named. What the product makes of it is not
documented, so that the route is not used as it stands.

Bad:

    <sender>&lt;&gt;</sender>
    <sender>john doe@acme.example</sender>

Good:

    <sender>\"john doe\"@acme.example</sender>",
});
