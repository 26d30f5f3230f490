//! A last line that does not end.

use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::{Check, Complaint, Line, Reading, Rule};

/// The rule.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        name: "no-final-newline",
        summary: "the last line has no line end, so that text appended to the file becomes part of it",
        severity: Severity::Info,
        on: true,
        formats: &["smtproutes", "cpanel"],
        explanation: "\
All readers take a last line without a line end as it is; nothing is wrong yet. But the next
`echo example.com:mx >> smtproutes` appends to the same line: its relay gets `example.com:mx` glued
to it, and both routes are lost. Some editors and generators leave files like this.

Bad: a file whose last byte is no line end. Good: `qroute-lint --fix` appends it.",
    },
    harmless: None,
    check: Check::Line(check),
};

fn check(line: &Line<'_>, _: &Reading<'_>) -> Option<Complaint> {
    // A byte would not be a line end in a file of two-byte characters.
    if line.ended || line.bytes.contains(&0) {
        return None;
    }
    let at = line.bytes.len().saturating_sub(1);
    let complaint = Complaint::new(at..line.bytes.len(), "the last line does not end in a line end")
        .help("append a line end")
        .meant([line.bytes, b"\n"].concat())
        .effect(
            Severity::Info,
            "none now; a line that is appended to the file becomes part of this one",
        );
    Some(complaint.safe())
}
