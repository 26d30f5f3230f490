//! A route is bound to no domain.

use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::Rule;

/// The rule.
pub const RULE: Rule = Rule::of_reader(RuleInfo {
    name: "unbound-route",
    summary: "routes are bound to no domain, and take no mail",
    severity: Severity::Info,
    on: true,
    formats: &["mspcontrol"],
    explanation: "\
MSPControl documents no condition for a route: no domain, no sender, nothing that says whose mail it
takes. So a route of the file takes no mail here, and is written into no other table, until its
domain is named. It is never taken for a route for everybody.

With --bind NAME=DOMAIN the route called NAME takes mail for that domain; .DOMAIN or *.DOMAIN are
all domains below it, and * is every domain. The option may be repeated.

    qroute-resolve --routes routes.json --bind 'Contoso=contoso.example,.contoso.example' …",
});
