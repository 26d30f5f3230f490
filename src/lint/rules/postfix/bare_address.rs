//! An IP address stands without brackets.

use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::Rule;

/// The rule.
pub const RULE: Rule = Rule::of_reader(RuleInfo {
    name: "bare-address",
    summary: "an IP address stands without brackets",
    severity: Severity::Error,
    on: true,
    formats: &["postfix-transport"],
    explanation: "\
Without brackets a next hop is a domain, and the client asks for its MX. \"The [] form is required
when you specify an IP address instead of a hostname\" (transport(5)). What a bare address does is
not promised: some versions connect to it, others bounce the mail; and the last part of an IPv6
address is taken for the port.

Bad:

    example.org  smtp:192.0.2.1
    example.net  smtp:2001:db8::25

Good:

    example.org  smtp:[192.0.2.1]
    example.net  smtp:[2001:db8::25]",
});
