//! A relay that leads back here.

use crate::diagnostic::{EVERY, RuleInfo, Severity};
use crate::lint::{Check, Rule};

/// The rule.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        name: "relay-own-host",
        summary: "a relay resolves to this host, so that mail comes back (--dns)",
        severity: Severity::Error,
        on: true,
        formats: EVERY,
        explanation: "\
qmail-remote looks for this host among the MX of a domain, and bounces mail that would come back.
Where a route names the relay it does not look: the mail is sent to this host's own port 25, is
taken there, is routed again, and so on until it has too many hops. Whether a relay is this host is
told by its addresses: those of the interfaces, or those of --own. Another port than 25 is another
program, as a filter on port 10025, and not meant.

A route to the domain's own MX (`example.org:`) is meant too where the best MX is this host: that
mail bounces at once, because the domain is not local.

Bad, on the host with the address 192.0.2.1:

    example.org:mail.example.org          (mail.example.org has the address 192.0.2.1)

Good: list example.org in locals or virtualdomains, or name the host behind this one.",
    },
    harmless: None,
    check: Check::Runner,
};
