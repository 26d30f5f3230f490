//! A relay that is an alias.

use crate::diagnostic::{EVERY, RuleInfo, Severity};
use crate::lint::{Check, Rule};

/// The rule.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        name: "relay-cname",
        summary: "a relay is an alias (CNAME) of another name (--dns, when selected)",
        severity: Severity::Info,
        on: false,
        formats: EVERY,
        explanation: "\
An alias is followed, and nothing forbids one here: RFC 5321 forbids aliases as the target of an MX
record, and a route is none. What does not follow is the rest: certificates and files such as
`tlshosts/NAME.pem` go by the name in the route, and where the alias is changed the mail goes to the
new host without a line of the table being touched. Large providers use aliases on purpose, which
is why the rule speaks only when it is selected.

Seen:

    :smtp.example.com             (an alias of edge-7.provider.example)",
    },
    harmless: None,
    check: Check::Runner,
};
