//! A section that the vendor does not document.

use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::Rule;

/// The rule.
pub const RULE: Rule = Rule::of_reader(RuleInfo {
    name: "unknown-section",
    summary: "a section that the vendor does not document",
    severity: Severity::Warning,
    on: true,
    formats: &["imss"],
    explanation: "\
There are two documented sections, MetaInfo and DefaultRelay; all other keys name a domain. What
the product does with another section nobody outside knows. It may hold settings of a newer
version, or be a domain relay that somebody wrote in a spelling of his own. It is kept as it is
when the file is rewritten, and decides no mail here.

Bad:

    <key section=\"FutureTuning\"><value name=\"RetryMinutes\">15</value></key>

Good: a key that is documented:

    <key domain=\"acme.example\"><value name=\"UseMethod\">0</value></key>",
});
