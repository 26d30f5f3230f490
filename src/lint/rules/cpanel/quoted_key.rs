//! A domain in quotes.

use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::Rule;

/// The rule.
pub const RULE: Rule = Rule::of_reader(RuleInfo {
    name: "quoted-key",
    summary: "a domain stands in quotes",
    severity: Severity::Warning,
    on: true,
    formats: &["cpanel"],
    explanation: "\
Exim takes the quotes off a key that begins with one, so that the domain is listed. The panel and
scripts that read the file do not: to them it is another domain, and they may list it a second
time or delete the wrong line.

Bad:

    \"shop.example\"

Good:

    shop.example",
});
