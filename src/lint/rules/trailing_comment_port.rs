//! A comment behind a port.

use super::trailing_comment;
use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::{Check, Complaint, Line, Reading, Rule};

/// The rule.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        name: "trailing-comment-port",
        summary: "a comment stands behind a port, where it works by luck",
        severity: Severity::Error,
        on: true,
        formats: &["smtproutes"],
        explanation: "\
Comments exist only in column 1. Behind a port, `# text` is ignored by most products, but only
because the number ends where the digits end: without the port, the same line bounces. Where a
blank separates relay and credentials (eQmail, qmail-ldap, indimail with AUTH_SMTP), the comment is
taken for a user name and a password, and they are sent to the relay. Qsmtp ignores the whole file
because of the blank. s/qmail and aQmail take `:587 # text` for a part of the relay. Courier alone
drops the comment.

Bad:

    example.org:mx1.example.net:587 # the new one

Good:

    # the new one
    example.org:mx1.example.net:587",
    },
    harmless: Some(Severity::Warning),
    check: Check::Line(check),
};

fn check(line: &Line<'_>, reading: &Reading<'_>) -> Option<Complaint> {
    let (from, at) = trailing_comment::comment(line)?;
    if reading.notation.is_lenient() || !trailing_comment::is_behind_port(line, reading) {
        return None;
    }
    let end = line.content().len();
    let complaint = Complaint::new(at..end, "a comment stands behind the port")
        .help("put the comment on a line of its own")
        .meant(trailing_comment::moved(line, from, at));
    Some(complaint.unsafe_fix())
}
