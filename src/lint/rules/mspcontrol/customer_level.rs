//! A customer's list of routes.

use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::Rule;

/// The rule.
pub const RULE: Rule = Rule::of_reader(RuleInfo {
    name: "customer-level",
    summary: "a customer's list of routes, which has no destinations",
    severity: Severity::Error,
    on: true,
    formats: &["mspcontrol"],
    explanation: "\
A customer sees the type and the name of a route, and neither its direction nor its destinations:
the vendor's page says so. A file with these two columns is what can be copied from that view. It
holds nothing that says where mail goes, and there is no way to complete it from there.

Bad:

    Type,Name
    System Route,Filter

Good: ask the provider for the routes with their destinations.",
});
