//! A port separator with nothing behind it.

use super::port_sign_blank;
use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::{Check, Complaint, Line, Reading, Rule, WrittenPort};

/// The rule.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        name: "port-empty",
        summary: "the port is empty, which is port 0",
        severity: Severity::Error,
        on: true,
        formats: &["smtproutes"],
        explanation: "\
A relay that ends in the port separator has a port, and it is the number that no digits make: 0.
Nothing answers there. The mail waits in the queue until its lifetime is over (a week by default)
and is then returned; nothing in the file looks wrong meanwhile. indimail alone keeps port 25;
Qsmtp calls it a configuration error; skarnet's qmail-remote defers all mail; s/qmail, aQmail and
Courier take the colon for a part of the relay's name, and the mail bounces.

Bad:

    example.org:mx1.example.net:

Good:

    example.org:mx1.example.net
    example.org:mx1.example.net:25",
    },
    harmless: Some(Severity::Info),
    check: Check::Line(check),
};

fn check(line: &Line<'_>, reading: &Reading<'_>) -> Option<Complaint> {
    let notation = &reading.notation;
    let port = WrittenPort::of(line, notation)?;
    // A blank before the digits is another mistake.
    let other = port_sign_blank::before_digits(line, &port).is_some();
    if !port.is_usual(notation) || !port.text.is_empty() || other {
        return None;
    }
    let at = port.relay.end..port.relay.end + 1;
    let complaint = Complaint::new(at.clone(), "the port is empty").meant(line.with(at, b""));
    Some(complaint.safe())
}
