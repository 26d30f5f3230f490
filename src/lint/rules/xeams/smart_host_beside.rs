//! A smart host is used together with custom routes.

use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::Rule;

/// The rule.
pub const RULE: Rule = Rule::of_reader(RuleInfo {
    name: "smart-host-beside",
    summary: "a smart host is used together with custom routes",
    severity: Severity::Warning,
    on: true,
    formats: &["xeams"],
    explanation: "\
The vendor's page says: \"You should not use the methods specified on the SmartHost page if you
decide to use this option.\" Beside this table stands a host.txt that names a host for ALLDOMAINS,
which is one of those methods. Which of the two mail takes is not documented.

Bad: both CustomSmtpRouting.xml with routes and ALLDOMAINS in host.txt.

Good: a route in CustomSmtpRouting.xml for what the smart host was for.",
});
