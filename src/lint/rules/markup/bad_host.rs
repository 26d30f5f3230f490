//! A host is no name and no address.

use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::Rule;

/// The rule.
pub const RULE: Rule = Rule::of_reader(RuleInfo {
    name: "bad-host",
    summary: "a host is no name and no address",
    severity: Severity::Error,
    on: true,
    formats: &["xeams", "imsva", "imss", "cpanel", "mspcontrol", "postfix-transport"],
    explanation: "\
What stands where a host belongs can be neither a name nor an IP address: `192.0.2` has three parts
and `192.0.2.256` a part above 255, `http://mx1.example.net` is the address of a web page,
`-mx.example.net` begins with a hyphen, `a..b` has an empty label. Whatever the product makes of it,
mail does not arrive where it was meant to, and some readers take `192.0.2` or `0x7f.1` for an
address that nobody wrote. So the route is not used as it stands.

Bad:

    <ip>192.0.2</ip>

Good:

    <ip>192.0.2.1</ip>",
});
