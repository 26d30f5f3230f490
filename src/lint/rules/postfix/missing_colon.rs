//! A result is a transport without its colon.

use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::Rule;

/// The rule.
pub const RULE: Rule = Rule::of_reader(RuleInfo {
    name: "missing-colon",
    summary: "a result is a transport without its colon",
    severity: Severity::Warning,
    on: true,
    formats: &["postfix-transport"],
    explanation: "\
`transport:nexthop` is what transport(5) asks for. Postfix takes a word without colon for a
transport without next hop, as if a colon stood behind it; other programs that read the table may
not, and a reader cannot tell `smtp` the transport from a host of that name.

Bad:

    example.org  smtp

Good:

    example.org  smtp:",
});
