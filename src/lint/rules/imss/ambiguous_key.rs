//! A key has a domain and is a section too.

use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::Rule;

/// The rule.
pub const RULE: Rule = Rule::of_reader(RuleInfo {
    name: "ambiguous-key",
    summary: "a key has a domain and is a section too",
    severity: Severity::Error,
    on: true,
    formats: &["imss"],
    explanation: "\
The key names a domain, and its section is MetaInfo or DefaultRelay, which are about no domain. It
could be about the mail of the domain or about that of all others, and what the product makes of it
is not documented. It is not used for either: mail of the domain, and all mail that DefaultRelay
would take, is not decided by this file. Another text in `section` beside a domain is let be.

Bad:

    <key section=\"DefaultRelay\" domain=\"acme.example\">

Good, two keys:

    <key section=\"DefaultRelay\">
    <key domain=\"acme.example\">",
});
