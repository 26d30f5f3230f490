//! An Inbound route is bound to a domain.

use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::Rule;

/// The rule.
pub const RULE: Rule = Rule::of_reader(RuleInfo {
    name: "inbound-binding",
    summary: "an Inbound route is bound to a domain",
    severity: Severity::Warning,
    on: true,
    formats: &["mspcontrol"],
    explanation: "\
An Inbound route is for mail that comes from outside to the servers of a hosted domain. Tables such
as smtproutes or those of Xeams are for mail that leaves. An Inbound route in one of them is right
only where the same host does both; elsewhere it sends mail of other people's domains around.

Bad, on a host that only sends:

    --bind 'Exchange cluster=contoso.example', with an Inbound route of that name

Good: bind the Outbound route, or leave the Inbound one out.",
});
