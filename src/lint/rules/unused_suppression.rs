//! A suppression that suppresses nothing.

use crate::diagnostic::{EVERY, RuleInfo, Severity};
use crate::lint::{Check, Rule};

/// The rule.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        name: "unused-suppression",
        summary: "a `# qroute: allow(…)` allows nothing that is found",
        severity: Severity::Warning,
        on: true,
        formats: EVERY,
        explanation: "\
A comment `# qroute: allow(rule) reason` says that the next line is meant as it is; `# qroute:
allow-file(rule)` says it for the whole file. When nothing is found there any more, or the name is
no rule's, the comment is left over from an older state of the file, or misspelt. It is better to
delete it: a mistake made there later would be hidden.",
    },
    harmless: None,
    check: Check::Runner,
};
