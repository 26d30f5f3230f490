//! The status code of `error:` or `retry:` is of the wrong class, and ignored.

use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::Rule;

/// The rule.
pub const RULE: Rule = Rule::of_reader(RuleInfo {
    name: "status-class",
    summary: "the status code of `error:` or `retry:` is of the wrong class, and ignored",
    severity: Severity::Warning,
    on: true,
    formats: &["postfix-transport"],
    explanation: "\
The text behind `error:` or `retry:` may begin with a status code of RFC 3463. `error:` bounces
mail, with a code 5.…; `retry:` keeps it in the queue, with a code 4.…. A code of the other class
does not change that: Postfix logs `ignoring dsn code` and uses 5.0.0 or 4.0.0 in its place. Who
writes 4.… behind `error:` perhaps expects the mail to wait, and it bounces.

Bad:

    example.org  error:4.2.1 mailbox closed for the holidays

Good:

    example.org  retry:4.2.1 mailbox closed for the holidays",
});
