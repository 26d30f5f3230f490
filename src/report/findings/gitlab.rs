//! A finding in GitLab's Code Quality report.

use serde::Serialize;

use super::fingerprint::Fingerprints;
use super::github::sentences;
use super::lines::Lines;
use super::path::Root;
use crate::diagnostic::{Finding, Severity};
use crate::report::pure::pure;

#[derive(Serialize)]
struct Issue<'a> {
    description: String,
    check_name: &'a str,
    fingerprint: String,
    severity: &'static str,
    location: Location<'a>,
}

#[derive(Serialize)]
struct Location<'a> {
    path: &'a str,
    lines: Begin,
}

#[derive(Serialize)]
struct Begin {
    begin: u64,
}

/// Appends `finding`, on one line without its end. A suppressed finding is counted and left out: it must not change the
/// fingerprints of others. Returns whether it was appended.
pub(super) fn render(
    out: &mut String,
    lines: &mut Lines<'_>,
    finding: &Finding,
    root: &Root,
    prints: &mut Fingerprints,
) -> bool {
    let spot = lines.spot(finding.span);
    let named = root.name(spot.path);
    let fingerprint = prints.next(finding.rule, named.path(), &spot);
    if finding.suppressed {
        return false;
    }
    let issue = Issue {
        description: sentences([&finding.message, &finding.effect]),
        check_name: finding.rule,
        fingerprint,
        // An error loses or misroutes mail, or gives a secret away: nothing that a project would call `major`.
        severity: match finding.severity {
            Severity::Error => "critical",
            Severity::Warning => "minor",
            Severity::Info => "info",
        },
        location: Location {
            path: named.path(),
            lines: Begin {
                begin: spot.start.line,
            },
        },
    };
    // Plain values always become JSON.
    out.push_str(&pure(serde_json::to_string(&issue).unwrap_or_default()));
    true
}
