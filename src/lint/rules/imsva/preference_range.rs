//! The preference is outside 1 to 100.

use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::Rule;

/// The rule.
pub const RULE: Rule = Rule::of_reader(RuleInfo {
    name: "preference-range",
    summary: "the preference is outside 1 to 100",
    severity: Severity::Warning,
    on: true,
    formats: &["imsva"],
    explanation: "\
The vendor documents no range for the preference of this product. The screen of its successor
takes 1 to 100. A number outside may be refused at import, or cut. Only the order of the numbers
counts, so that any table can be written with numbers from 1 to 100 unless it has more than a
hundred levels.

Bad:

    <Server address=\"192.0.2.1\" preference=\"500\"/>

Good:

    <Server address=\"192.0.2.1\" preference=\"50\"/>",
});
