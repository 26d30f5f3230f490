//! A line holds bytes that are no text: NUL, not UTF-8, or a byte order mark.

use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::Rule;

/// The rule.
pub const RULE: Rule = Rule::of_reader(RuleInfo {
    name: "bad-bytes",
    summary: "a line holds bytes that are no text: NUL, not UTF-8, or a byte order mark",
    severity: Severity::Error,
    on: true,
    formats: &["postfix-transport"],
    explanation: "\
postmap leaves out lines that are not UTF-8, with a warning (`smtputf8_enable = yes`, the default),
and ends a line at a NUL byte, whatever stands behind. A byte order mark, which Windows editors
write before a file and do not show, becomes part of the first pattern, which then no address has;
before a comment it makes a line of it.

Bad, with bytes shown as <..>:

    m<FC>nchen.example  smtp:[mx1.example.net]

Good:

    xn--mnchen-3ya.example  smtp:[mx1.example.net]",
});
