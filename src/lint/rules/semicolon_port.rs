//! A port behind a semicolon, where the dialect has none there.

use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::{Check, Complaint, Line, Reading, Rule, WrittenPort};

/// The rule.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        name: "semicolon-port",
        summary: "a `;` stands before the port, as only s/qmail and aQmail write it",
        severity: Severity::Error,
        on: true,
        formats: &["smtproutes"],
        explanation: "\
Only s/qmail and aQmail write `relay;port`. Everywhere else the `;` and the number are part of the
relay's name: no host is called that, and the mail bounces. skarnet's qmail-remote refuses the
whole file.

Bad:

    example.org:mx1.example.net;587

Good, in most products:

    example.org:mx1.example.net:587

If the file is s/qmail's, say so: `--dialect s-qmail`, or `# qroute: dialect s-qmail` at its top.",
    },
    harmless: None,
    check: Check::Line(check),
};

fn check(line: &Line<'_>, reading: &Reading<'_>) -> Option<Complaint> {
    let separator = reading.notation.port_separator;
    let port = WrittenPort::of(line, &reading.notation)?;
    if separator == b';' || port.separator != b';' || !ends_as_port(&port) {
        return None;
    }
    let at = port.relay.end..port.relay.end + 1;
    let complaint =
        Complaint::new(at.clone(), "`;` stands before the port").meant(line.with(at, &[separator]));
    Some(complaint.safe())
}

/// True when digits follow and then nothing, or flags: else it is a second relay, or no port.
pub(super) fn ends_as_port(port: &WrittenPort<'_>) -> bool {
    let digits = port.digits();
    digits > 0 && matches!(port.text.get(digits), None | Some(b'/'))
}
