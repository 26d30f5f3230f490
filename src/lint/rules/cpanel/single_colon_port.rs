//! A single colon before a number.

use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::Rule;

/// The rule.
pub const RULE: Rule = Rule::of_reader(RuleInfo {
    name: "single-colon-port",
    summary: "`host:number` in manualmx is two hosts, and no port",
    severity: Severity::Error,
    on: true,
    formats: &["cpanel"],
    explanation: "\
A colon separates hosts in a value of manualmx. What stands behind it is the next host, and a
number is a host, too: `2525` is the address 0.0.9.221. Mail goes to port 25 of the first host,
and when that does not answer to an address that nobody wrote. Measured with Exim 4.96, whose
notation of a port is `host::2525`.

Bad:

    shop.example: mail.shop.example:2525

Good:

    shop.example: mail.shop.example",
});
