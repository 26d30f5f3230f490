//! A quote is never closed.

use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::Rule;

/// The rule.
pub const RULE: Rule = Rule::of_reader(RuleInfo {
    name: "unclosed-quote",
    summary: "a quote in a CSV file is never closed",
    severity: Severity::Error,
    on: true,
    formats: &["mspcontrol"],
    explanation: "\
A field begins with a quote, and no quote ends it. Everything behind it, line ends and all other
routes too, belongs to that one field (RFC 4180, section 2). The line that is named is the one that
opens it; the routes behind are not read, and this one is not used.

Bad:

    \"System Route,Filter,Outbound,192.0.2.1,25

Good:

    \"System Route\",Filter,Outbound,192.0.2.1,25",
});
