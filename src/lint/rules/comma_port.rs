//! A port behind a comma, where the dialect has none there.

use super::semicolon_port::ends_as_port;
use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::{Check, Complaint, Line, Reading, Rule, WrittenPort};

/// The rule.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        name: "comma-port",
        summary: "a `,` stands before the port, as only Courier writes it",
        severity: Severity::Error,
        on: true,
        formats: &["smtproutes"],
        explanation: "\
Only Courier writes `relay,port`. Everywhere else the comma and the number are part of the relay's
name: no host is called that, and the mail bounces. skarnet's qmail-remote refuses the whole file.

Bad:

    example.org:mx1.example.net,587

Good, in most products:

    example.org:mx1.example.net:587

If the file is Courier's, say so: `--dialect courier`, or `# qroute: dialect courier` at its top.",
    },
    harmless: None,
    check: Check::Line(check),
};

fn check(line: &Line<'_>, reading: &Reading<'_>) -> Option<Complaint> {
    let separator = reading.notation.port_separator;
    let port = WrittenPort::of(line, &reading.notation)?;
    if separator == b',' || port.separator != b',' || !ends_as_port(&port) {
        return None;
    }
    let at = port.relay.end..port.relay.end + 1;
    let complaint =
        Complaint::new(at.clone(), "`,` stands before the port").meant(line.with(at, &[separator]));
    Some(complaint.safe())
}
