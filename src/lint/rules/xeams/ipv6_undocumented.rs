//! A host is an IPv6 address, which the vendor does not mention.

use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::Rule;

/// The rule.
pub const RULE: Rule = Rule::of_reader(RuleInfo {
    name: "ipv6-undocumented",
    summary: "a host is an IPv6 address, which the vendor does not mention",
    severity: Severity::Warning,
    on: true,
    formats: &["xeams", "imsva"],
    explanation: "\
The vendor's page speaks of an IP address or host name and shows IPv4 addresses. Whether the product
connects to an IPv6 address that is written here is not documented; its colons may be taken for the
one before a port. Try it with one message before you rely on it, or give the host a name.

Bad:

    <ip>2001:db8::25</ip>

Good:

    <ip>mx1.example.net</ip>",
});
