//! A backslash at the end of a line.

use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::{Check, Complaint, Line, Reading, Rule};

/// The rule.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        name: "continuation",
        summary: "a line ends in a backslash, which continues nothing",
        severity: Severity::Error,
        on: true,
        formats: &["smtproutes"],
        explanation: "\
No reader of the family joins lines. A backslash at the end is the last byte of the relay, and no
host has a name with one: the mail bounces. What stands on the next line is a line of its own; if
it has a colon it is a route. A comment does not go on behind a backslash either.

Bad:

    example.org:\\
    mx1.example.net

Good:

    example.org:mx1.example.net",
    },
    harmless: Some(Severity::Warning),
    check: Check::Line(check),
};

fn check(line: &Line<'_>, reading: &Reading<'_>) -> Option<Complaint> {
    let text = line.content();
    let at = text.len().checked_sub(1)?;
    if line.is_comment() && text[at] == b'\\' {
        let next = next_byte(line, reading)?;
        if matches!(next, b'#' | b'\n' | b'\r' | b' ' | b'\t') {
            return None;
        }
        let complaint = Complaint::new(at..at + 1, "a comment ends in a backslash")
            .help("delete the backslash, and begin the next line with `#` if it is part of the comment")
            .effect(Severity::Warning, "the next line is no comment: if it is a route, it is in force");
        return Some(complaint);
    }
    if !is_continued(line) {
        return None;
    }
    let kept = text[..at].trim_ascii_end().len();
    let complaint = Complaint::new(at..at + 1, "a backslash at the end of a line continues nothing")
        .help("write the route on one line");
    if line.colon().is_some_and(|colon| kept == colon + 1) {
        // The relay is on the next line, wherever that goes.
        return Some(complaint);
    }
    let complaint = complaint.meant(line.with(kept..line.bytes.len(), b""));
    Some(complaint.unsafe_fix())
}

/// True for a route whose last byte is a backslash that belongs to nothing; a password may end in one.
pub(super) fn is_continued(line: &Line<'_>) -> bool {
    let Some(value) = line.value().strip_suffix(b"\\") else {
        return false;
    };
    let value = value.trim_ascii();
    line.is_route() && !value.iter().any(|b| matches!(b, b' ' | b'\t' | b'|' | b'#'))
}

/// The first byte of the line behind this one.
fn next_byte(line: &Line<'_>, reading: &Reading<'_>) -> Option<u8> {
    let file = reading.file()?;
    let at = line.span.end().checked_sub(file.base())? as usize + 1;
    file.state.bytes()?.get(at).copied()
}
