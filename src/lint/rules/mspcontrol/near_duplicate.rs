//! Two names are nearly the same.

use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::Rule;

/// The rule.
pub const RULE: Rule = Rule::of_reader(RuleInfo {
    name: "near-duplicate",
    summary: "two names differ by case or blanks alone",
    severity: Severity::Warning,
    on: true,
    formats: &["mspcontrol"],
    explanation: "\
The names of two routes are the same but for upper and lower case, or for blanks around one of them.
They are two routes here, and two to the vendor's page as far as it says. But a person who binds,
changes or deletes one of them takes it for the other, and whether the product's database tells them
apart is not documented.

Bad:

    System Route,Exchange,Inbound,192.0.2.1,25
    System Route,exchange,Inbound,192.0.2.2,25

Good:

    System Route,Exchange Leeds,Inbound,192.0.2.1,25
    System Route,Exchange York,Inbound,192.0.2.2,25",
});
