//! Names about which DNS said nothing.

use crate::diagnostic::{EVERY, RuleInfo, Severity};
use crate::lint::{Check, Rule};

/// The rule.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        name: "dns-unanswered",
        summary: "names of a table were not answered by DNS, or not asked (--dns)",
        severity: Severity::Warning,
        on: true,
        formats: EVERY,
        explanation: "\
A server that fails, refuses or does not answer in time says nothing about a name, and nothing is
concluded: the other rules of DNS stay silent about it. It is said once for a table, with the first
names. When many names in a row stay without an answer the others are not asked any more, and of
very large tables only so many names are asked; that is said too.

An alias that leads back to itself is a warning: only the owner of the names can mend it, and mail
waits until then.",
    },
    harmless: None,
    check: Check::Runner,
};
