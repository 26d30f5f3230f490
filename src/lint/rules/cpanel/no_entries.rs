//! A domain without MX records.

use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::Rule;

/// The rule.
pub const RULE: Rule = Rule::of_reader(RuleInfo {
    name: "no-entries",
    summary: "a domain has no MX record",
    severity: Severity::Warning,
    on: true,
    formats: &["cpanel"],
    explanation: "\
The answer lists the MX records that the server has for a domain. Without any, other hosts
deliver to the address of the domain itself (RFC 5321, 5.1), which is often the web server and
perhaps not the host that is meant; without an address, too, they send the mail back.

Bad:

    {\"domain\": \"shop.example\", \"mxcheck\": \"local\", \"detected\": \"local\", \"entries\": []}

Good:

    the same with an entry for each MX record.",
});
