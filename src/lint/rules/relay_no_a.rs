//! A relay without an address.

use crate::diagnostic::{EVERY, RuleInfo, Severity};
use crate::lint::{Check, Rule};

/// The rule.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        name: "relay-no-A",
        summary: "a relay exists, but has no address that the product asks for (--dns)",
        severity: Severity::Error,
        on: true,
        formats: EVERY,
        explanation: "\
A relay is a host, not a mail domain: qmail asks for its address and never for its MX. Where the
name has MX records only, as the domain of a company often has, the mail bounces at once. qmail,
sagredo, qmail-ldap and eQmail ask for IPv4 addresses only: a relay that has IPv6 alone bounces
too. s/qmail, aQmail, indimail, Qsmtp, skarnet and the dialect qroute ask for both; Courier asks for
the MX first.

Bad, when example.com has MX records and no address:

    example.org:example.com

Good:

    example.org:mx1.example.com",
    },
    harmless: None,
    check: Check::Runner,
};
