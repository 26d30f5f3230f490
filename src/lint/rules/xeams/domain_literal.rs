//! The domain of an address is an IP address in brackets.

use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::Rule;

/// The rule.
pub const RULE: Rule = Rule::of_reader(RuleInfo {
    name: "domain-literal",
    summary: "the domain of an address is an IP address in brackets",
    severity: Severity::Warning,
    on: true,
    formats: &["xeams"],
    explanation: "\
`@[192.0.2.5]` is the domain of mail that is addressed to an IP address, as in `user@[192.0.2.5]`.
Such mail hardly exists any more. The route takes that mail and no other: not the mail of a domain
whose host has this address.

Bad, if a domain is meant:

    <recipient>@[192.0.2.5]</recipient>

Good:

    <recipient>@example.org</recipient>",
});
