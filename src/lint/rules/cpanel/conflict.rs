//! A domain is local and has a host of its own.

use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::Rule;

/// The rule.
pub const RULE: Rule = Rule::of_reader(RuleInfo {
    name: "conflict",
    summary: "a domain is in localdomains and in manualmx",
    severity: Severity::Error,
    on: true,
    formats: &["cpanel"],
    explanation: "\
manualmx names a host in place of the MX lookup of a domain (\"bypass the domain's MX lookup\",
says the vendor). Mail for a domain in localdomains is never looked up: it stays here, and the
host that manualmx names gets nothing. One of the two lines is not what somebody meant.

Bad:

    localdomains:  shop.example
    manualmx:      shop.example: filter.example

Good:

    remotedomains: shop.example
    manualmx:      shop.example: filter.example",
});
