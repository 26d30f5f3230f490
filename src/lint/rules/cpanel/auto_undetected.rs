//! Automatic, and no word of what was found.

use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::Rule;

/// The rule.
pub const RULE: Rule = Rule::of_reader(RuleInfo {
    name: "auto-undetected",
    summary: "a domain is automatic, and what the server detected is not written down",
    severity: Severity::Warning,
    on: true,
    formats: &["cpanel"],
    explanation: "\
With the automatic setting the server looks at the MX records of its own zone when the setting is
made, and keeps what it found: `detected` is what is in force. Without it nobody can tell from
the answer whether mail for the domain stays here. qroute-resolve works it out of the MX records
when it may ask DNS; DNS may have changed since the server looked.

Bad:

    {\"domain\": \"shop.example\", \"mxcheck\": \"auto\"}

Good:

    {\"domain\": \"shop.example\", \"mxcheck\": \"auto\", \"detected\": \"local\"}",
});
