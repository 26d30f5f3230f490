//! The sender ANY, which the vendor does not document.

use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::Rule;

/// The rule.
pub const RULE: Rule = Rule::of_reader(RuleInfo {
    name: "any-sender",
    summary: "the sender ANY, which the vendor does not document",
    severity: Severity::Warning,
    on: true,
    formats: &["xeams"],
    explanation: "\
The vendor documents ANY for recipients. For senders the page knows an address or `@domain` and
nothing else, and says that a sender must be there. This program takes ANY as every sender, since
there is no other way to write a route for all outbound mail. If the product does not, the route is
never taken. The documented way is one route for each domain that sends mail.

Bad:

    <sender>ANY</sender>

Good:

    <sender>@acme.example</sender>

`--assume any-sender=no` reads such routes as never taken.",
});
