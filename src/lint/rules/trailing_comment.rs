//! A comment behind a relay.

use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::{Check, Complaint, Line, Reading, Rule, WrittenPort, blanks, is_blank};

/// The rule.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        name: "trailing-comment",
        summary: "a comment stands behind a relay and becomes part of it",
        severity: Severity::Error,
        on: true,
        formats: &["smtproutes"],
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
    if is_behind_port(line, reading) {
        return None;
    }
    let complaint = Complaint::new(at..line.content().len(), "a comment is part of the relay")
        .help("put the comment on a line of its own")
        .meant(moved(line, from, at));
    Some(complaint.unsafe_fix())
}

/// Where a comment behind relay and port begins: its blanks, and its `#`. Behind credentials it may be part of a password.
pub(super) fn comment(line: &Line<'_>) -> Option<(usize, usize)> {
    if !line.is_route() {
        return None;
    }
    let start = line.value_range().start;
    let text = line.value();
    let lead = blanks(text);
    let head = text[lead..]
        .iter()
        .take_while(|b| !is_blank(b) && !b"|#".contains(b))
        .count();
    let from = if head == 0 { 0 } else { lead + head };
    let at = from + blanks(&text[from..]);
    (at > from && text.get(at) == Some(&b'#')).then_some((start + from, start + at))
}

/// True when a port stands before the comment.
pub(super) fn is_behind_port(line: &Line<'_>, reading: &Reading<'_>) -> bool {
    WrittenPort::of(line, &reading.notation)
        .is_some_and(|port| port.is_certain(&reading.notation))
}

/// The line with its comment on a line of its own before it.
pub(super) fn moved(line: &Line<'_>, from: usize, at: usize) -> Vec<u8> {
    [&line.bytes[at..line.content().len()], b"\n", &line.bytes[..from]].concat()
}
