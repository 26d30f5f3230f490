//! Several hosts for one domain.

use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::Rule;

/// The rule.
pub const RULE: Rule = Rule::of_reader(RuleInfo {
    name: "multiple-hosts",
    summary: "a value of manualmx names several hosts",
    severity: Severity::Warning,
    on: true,
    formats: &["cpanel"],
    explanation: "\
The API of the panel writes one host a domain. A colon in a value separates hosts to Exim, which
tries them in order when the value is used as it stands. Which router of cPanel reads the file is
not documented; the panel may show, or write back, the first host alone. For two hosts, give one
name two addresses in DNS.

Bad:

    shop.example: mx1.example.net:mx2.example.net

Good:

    shop.example: mx.example.net",
});
