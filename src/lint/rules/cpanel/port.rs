//! A port in manualmx.

use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::Rule;

/// The rule.
pub const RULE: Rule = Rule::of_reader(RuleInfo {
    name: "port",
    summary: "a value of manualmx names a port",
    severity: Severity::Warning,
    on: true,
    formats: &["cpanel"],
    explanation: "\
`host::2525` is how Exim writes a port in a list of hosts, where a single colon separates hosts.
The API of the panel documents a domain, an IPv4 or an IPv6 address as a value, and no port: the
panel may refuse the line when it writes the file the next time.

Bad:

    shop.example: mail.shop.example::2525

Good:

    shop.example: mail.shop.example",
});
