//! A port above 65535.

use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::{Check, Complaint, Line, Magnitude, Reading, Rule, WrittenPort};

/// The rule.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        name: "port-range",
        summary: "the port is above 65535, and its low 16 bits are used",
        severity: Severity::Error,
        on: true,
        formats: &["smtproutes"],
        explanation: "\
A port has 16 bits. qmail reads any number and hands its low 16 bits to the system: 65561 is port
25, 65536 is port 0. Mail goes to a port that nobody wrote, or nowhere. Qsmtp calls it a
configuration error, skarnet's qmail-remote refuses the whole file, and the dialect qroute defers
the mail.

Bad, for it is port 62712:

    example.org:mx1.example.net:587000

Good:

    example.org:mx1.example.net:587",
    },
    harmless: Some(Severity::Warning),
    check: Check::Line(check),
};

fn check(line: &Line<'_>, reading: &Reading<'_>) -> Option<Complaint> {
    let port = WrittenPort::of(line, &reading.notation)?;
    let own = port.separator == reading.notation.port_separator;
    let Magnitude::Large(low) = port.magnitude() else {
        return None;
    };
    if !own || !port.is_number() {
        return None;
    }
    let message = format!("the port is above 65535: its low 16 bits are {low}");
    Some(Complaint::new(port.range, message).help("write a port from 1 to 65535"))
}
