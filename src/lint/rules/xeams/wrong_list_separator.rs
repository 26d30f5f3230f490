//! Hosts are separated by a comma or a semicolon.

use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::Rule;

/// The rule.
pub const RULE: Rule = Rule::of_reader(RuleInfo {
    name: "wrong-list-separator",
    summary: "hosts are separated by a comma or a semicolon",
    severity: Severity::Error,
    on: true,
    formats: &["xeams"],
    explanation: "\
Several hosts are separated by `|` in this file. The comma is the separator of other files of the
same product, and the semicolon that of other products. Here the product takes the whole text for
the name of one host, which does not exist: mail that takes the route is not delivered.

Bad:

    <ip>192.0.2.1,192.0.2.2</ip>

Good:

    <ip>192.0.2.1|192.0.2.2</ip>",
});
