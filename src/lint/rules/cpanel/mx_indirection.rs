//! The MX of another name.

use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::Rule;

/// The rule.
pub const RULE: Rule = Rule::of_reader(RuleInfo {
    name: "mx-indirection",
    summary: "a value of manualmx asks for the MX of a name",
    severity: Severity::Warning,
    on: true,
    formats: &["cpanel"],
    explanation: "\
`name/MX` makes Exim look up the MX records of the name instead of its address. The API of the
panel documents no such value: the panel may refuse the line when it writes the file the next
time.

Bad:

    shop.example: relay.example/MX

Good:

    shop.example: mx1.relay.example",
});
