//! A carriage return behind a port or a password.

use super::trailing_comment;
use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::{Check, Complaint, Line, Reading, Rule, WrittenPort};

/// The rule.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        name: "crlf-port",
        summary: "a carriage return follows a port, or becomes part of a password",
        severity: Severity::Error,
        on: true,
        formats: &["smtproutes"],
        explanation: "\
The file was written with Windows line ends (CR LF), and the CR stays in the line. Behind a port it
does nothing in most products, because the number ends where the digits end: the line works by
luck, and the same line without its port bounces. Where `;` stands before the port (s/qmail,
aQmail) a `:587` is part of the relay, and so is the CR. Qsmtp takes the entry for a bad one, which
shifts its list; skarnet's qmail-remote refuses the whole file.

Behind a password the CR becomes its last byte: the relay does not accept it.

Bad, with CR shown as ^M:

    example.org:mx1.example.net:587^M

Good: the same line without it. `tr -d '\\r'` or `qroute-lint --fix` removes it.",
    },
    harmless: Some(Severity::Warning),
    check: Check::Line(check),
};

fn check(line: &Line<'_>, reading: &Reading<'_>) -> Option<Complaint> {
    let text = line.text();
    if !ends_in_cr(line) || reading.notation.is_lenient() {
        return None;
    }
    let message = what(line, reading)?;
    let complaint = Complaint::new(line.content().len()..text.len(), message)
        .help("end lines with LF alone")
        .meant(line.content().to_vec());
    Some(complaint.safe())
}

/// True when a CR ends the line; behind a comment it is part of that, and `trailing-comment` drops it too.
pub(super) fn ends_in_cr(line: &Line<'_>) -> bool {
    line.text().last() == Some(&b'\r') && trailing_comment::comment(line).is_none()
}

/// What is wrong when a port or credentials stand before the CR; all else is a relay, which `crlf` speaks of.
pub(super) fn what(line: &Line<'_>, reading: &Reading<'_>) -> Option<&'static str> {
    let notation = &reading.notation;
    if !line.is_route() {
        return None;
    }
    // What stands behind a blank at the start is a relay, whatever the product takes it for.
    let relay = !line.destination_range(notation).is_empty();
    if relay && line.credentials_range(notation).is_some() {
        return Some("a carriage return stands behind the password");
    }
    WrittenPort::of(line, notation)
        .is_some_and(|port| port.is_certain(notation))
        .then_some("a carriage return stands behind the port")
}
