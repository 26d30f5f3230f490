//! An IPv6 address in manualmx.

use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::Rule;

/// The rule.
pub const RULE: Rule = Rule::of_reader(RuleInfo {
    name: "ipv6-ambiguous",
    summary: "an IPv6 address in manualmx can be read as a list of hosts",
    severity: Severity::Warning,
    on: true,
    formats: &["cpanel"],
    explanation: "\
The API of the panel documents IPv6 addresses as values. But a value that Exim takes for a list
of hosts ends a host at each colon: of `2001:db8::25` it reads `2001` as the first host, which is
the address 0.0.7.209. What the router of cPanel does with such a line is not documented. This
program takes it for the address (--assume ipv6=address). A name is safe either way.

Bad:

    shop.example: 2001:db8::25

Good:

    shop.example: mail.shop.example",
});
