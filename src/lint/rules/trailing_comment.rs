//! A comment behind a relay.

use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::{Check, Complaint, Line, Reading, Rule};

/// The rule.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        name: "trailing-comment",
        summary: "a comment stands behind a relay and becomes part of it",
        severity: Severity::Error,
        on: true,
        explanation: "\
Comments exist only in column 1. Behind a relay, `# text` is part of the value: qmail looks up a
host of that name, which does not exist, and the mail bounces. Where a blank separates relay and
credentials (eQmail, qmail-ldap, indimail with AUTH_SMTP), the comment is taken for a user name
and a password. Qsmtp ignores the whole file because of the blank. Courier alone reads the line
as it was meant.

Bad:

    example.org:mx1.example.net # the new one

Good:

    # the new one
    example.org:mx1.example.net",
    },
    harmless: None,
    check: Check::Line(check),
};

fn check(line: &Line<'_>, reading: &Reading<'_>) -> Option<Complaint> {
    let (from, at) = comment(line)?;
    // Behind a port it works by luck and is another rule's.
    let value = line.value_range();
    let before = &line.bytes[value.start..from];
    if before.contains(&reading.notation.port_separator) {
        return None;
    }
    let complaint = Complaint::new(at..line.content().len(), "a comment is part of the relay")
        .help("put the comment on a line of its own")
        .meant(moved(line, from, at));
    Some(complaint.unsafe_fix())
}

/// Where a comment behind a value begins: its blanks, and its `#`.
pub(super) fn comment(line: &Line<'_>) -> Option<(usize, usize)> {
    if !line.is_entry() {
        return None;
    }
    let value = line.value_range();
    let hash = line.bytes[value.clone()]
        .windows(2)
        .position(|pair| matches!(pair[0], b' ' | b'\t') && pair[1] == b'#')?;
    let at = value.start + hash + 1;
    let blanks = line.bytes[value.start..at]
        .iter()
        .rev()
        .take_while(|b| matches!(b, b' ' | b'\t'))
        .count();
    Some((at - blanks, at))
}

/// The line with its comment on a line of its own before it.
pub(super) fn moved(line: &Line<'_>, from: usize, at: usize) -> Vec<u8> {
    [&line.bytes[at..line.content().len()], b"\n", &line.bytes[..from]].concat()
}
