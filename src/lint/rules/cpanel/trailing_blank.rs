//! Blanks at the end of a line.

use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::Rule;

/// The rule.
pub const RULE: Rule = Rule::of_reader(RuleInfo {
    name: "trailing-blank",
    summary: "blanks stand at the end of a line",
    severity: Severity::Warning,
    on: true,
    formats: &["cpanel"],
    explanation: "\
Exim reads a key up to the first blank, so that blanks behind it change nothing for mail. Other
programs that read the same files compare whole lines: scripts that look for a domain with `grep
-x` do not find it, and add it a second time.

Bad:

    shop.example   (and three blanks)

Good:

    shop.example",
});
