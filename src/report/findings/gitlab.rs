//! Code quality of GitLab.

use serde_json::{Value, json};

use super::place::{Region, relative};
use crate::diagnostic::{Finding, Severity};
use crate::source::Input;

/// The object of a finding.
pub(super) fn object(
    input: &Input,
    finding: &Finding,
    root: Option<&str>,
    fingerprint: &str,
) -> Value {
    let region = Region::of(input, finding.span);
    // Of GitLab's five, those that say the same: mail is lost, likely a mistake, worth knowing.
    let severity = match finding.severity {
        Severity::Error => "critical",
        Severity::Warning => "minor",
        Severity::Info => "info",
    };
    let description = match finding.effect.as_str() {
        "" => finding.message.clone(),
        effect => format!("{}. {effect}", finding.message),
    };
    json!({
        "description": description,
        "check_name": finding.rule,
        "fingerprint": fingerprint,
        "severity": severity,
        "location": {
            "path": relative(&region.file, root),
            "lines": {"begin": region.line, "end": region.end_line},
            "positions": {
                "begin": {"line": region.line, "column": region.column},
                "end": {"line": region.end_line, "column": region.end_column},
            },
        },
    })
}
