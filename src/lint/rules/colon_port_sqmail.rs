//! A port behind a colon, where the dialect has none there.

use super::semicolon_port::ends_as_port;
use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::{Check, Complaint, Line, Reading, Rule, WrittenPort};

/// The rule.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        name: "colon-port-sqmail",
        summary: "a colon stands before the port, which s/qmail, aQmail and Courier take for part of the relay",
        severity: Severity::Error,
        on: true,
        formats: &["smtproutes"],
        explanation: "\
s/qmail and aQmail write `relay;port`, Courier writes `relay,port`: a colon is a byte of the
relay's name there. A line from any other qmail, `relay:587`, names a host `relay:587`. There is
none, and the mail bounces.

Bad:

    example.org:mx1.example.net:587

Good in s/qmail and aQmail:

    example.org:mx1.example.net;587

Good in Courier:

    example.org:mx1.example.net,587",
    },
    harmless: None,
    check: Check::Line(check),
};

fn check(line: &Line<'_>, reading: &Reading<'_>) -> Option<Complaint> {
    let separator = reading.notation.port_separator;
    let port = WrittenPort::of(line, &reading.notation)?;
    if separator == b':' || port.separator != b':' || !ends_as_port(&port) {
        return None;
    }
    let at = port.relay.end..port.relay.end + 1;
    let message = format!("`:` stands before the port, and not `{}`", char::from(separator));
    let complaint = Complaint::new(at.clone(), message).meant(line.with(at, &[separator]));
    Some(complaint.safe())
}
