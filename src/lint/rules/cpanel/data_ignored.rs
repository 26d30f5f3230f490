//! Something stands behind a domain.

use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::Rule;

/// The rule.
pub const RULE: Rule = Rule::of_reader(RuleInfo {
    name: "data-ignored",
    summary: "something stands behind a domain in a list that has nothing but domains",
    severity: Severity::Warning,
    on: true,
    formats: &["cpanel"],
    explanation: "\
localdomains, remotedomains and secondarymx are lists of domains, one a line. Exim ends a key at
a colon or a blank and ignores what follows: a host or a comment that stands there does nothing.
A line like `d: host` was perhaps meant for manualmx. `#` begins a comment in the first column
only.

Bad:

    shop.example: mail.shop.example
    blog.example  # moved in May

Good:

    shop.example
    # moved in May
    blog.example",
});
