//! A domain that says that it receives no mail.

use crate::diagnostic::{EVERY, RuleInfo, Severity};
use crate::lint::{Check, Rule};

/// The rule.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        name: "null-mx",
        summary: "a domain with a route says in DNS that it receives no mail (--dns)",
        severity: Severity::Error,
        on: true,
        formats: EVERY,
        explanation: "\
A domain whose only MX is `.` receives no mail (RFC 7505). A route that sends its mail to its own MX
(`example.org:`) can do nothing but bounce it. Where the route names a relay the mail goes there all
the same, which may be what is wanted inside a company and is worth a look otherwise. A relay of
Courier is a domain whose MX is asked: with a null MX all its mail bounces.

Seen:

    example.org:                          (example.org MX 0 .)
    example.org:relay.example.net         (a remark)",
    },
    harmless: None,
    check: Check::Runner,
};
