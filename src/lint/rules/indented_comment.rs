//! A comment that does not begin in column 1.

use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::{Check, Complaint, Line, Reading, Rule};

/// The rule.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        name: "indented-comment",
        summary: "a comment is indented, so that it is none",
        severity: Severity::Error,
        on: true,
        formats: &["smtproutes"],
        explanation: "\
A line is a comment only if `#` is its first byte. Behind a blank, it is a line like any other:
with a colon in it, it is a route for a domain that begins with ` #`, which is harmless but not
what it says; without one it is ignored. Qsmtp ignores the whole file because of the blank;
skarnet's qmail-remote defers all mail. Courier cuts comments anywhere.

Bad:

      # relays: see the manual

Good:

    # relays: see the manual",
    },
    harmless: Some(Severity::Info),
    check: Check::Line(check),
};

fn check(line: &Line<'_>, reading: &Reading<'_>) -> Option<Complaint> {
    let mark = line.remark()?;
    if line.bytes.get(mark.start) != Some(&b'#') || reading.notation.is_lenient() {
        return None;
    }
    let complaint = Complaint::new(0..mark.end, "the comment does not begin in column 1")
        .help("begin the line with `#`")
        .meant(line.bytes[mark.start..].to_vec());
    Some(complaint.safe())
}
