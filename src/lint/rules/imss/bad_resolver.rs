//! A name server is no IPv4 address.

use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::Rule;

/// The rule.
pub const RULE: Rule = Rule::of_reader(RuleInfo {
    name: "bad-resolver",
    summary: "a name server is no IPv4 address",
    severity: Severity::Error,
    on: true,
    formats: &["imss"],
    explanation: "\
DNSServer0 and on are addresses of the name servers that are asked for the MX instead of those of
the system. A name would have to be found by a name server first, and the product knows no IPv6.
Whether it asks the system's servers instead, the others of the list, or nobody is not documented.
With other servers the MX, and with it the way of the mail, may be another one. The key is not
used.

Bad:

    <value name=\"DNSServer0\">ns1.example.net</value>

Good:

    <value name=\"DNSServer0\">198.51.100.53</value>",
});
