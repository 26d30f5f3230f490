//! A sender or recipient is a list.

use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::Rule;

/// The rule.
pub const RULE: Rule = Rule::of_reader(RuleInfo {
    name: "several-addresses",
    summary: "a sender or recipient is a list",
    severity: Severity::Error,
    on: true,
    formats: &["xeams"],
    explanation: "\
A route has one sender and one recipient; the vendor's page says so in capitals. A list with `|` is
possible for exceptions and for hosts only. What the product does with a list here is not
documented; most likely it compares the whole text with an address and never finds them equal, and
the route is never taken.

Bad:

    <sender>@a.example|@b.example</sender>

Good: two routes, one for each.",
});
