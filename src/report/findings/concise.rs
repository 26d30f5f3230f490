//! A finding on one line: `file:line:column: severity: message [rule]`.

use std::fmt::Write;

use super::lines::Lines;
use crate::diagnostic::Finding;
use crate::source::{Visible, harmless};

/// Appends `finding` and the line end.
pub(super) fn render(out: &mut String, lines: &mut Lines<'_>, finding: &Finding) {
    let spot = lines.spot(finding.span);
    // Writing to a String cannot fail.
    let _ = writeln!(
        out,
        "{}:{}:{}: {}: {} [{}]",
        Visible(spot.path.as_bytes()),
        spot.start.line,
        spot.start.column,
        finding.severity.name(),
        harmless(&finding.message),
        harmless(finding.rule)
    );
}
