//! A port separator with nothing behind it.

use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::{Check, Complaint, Line, Reading, Rule};

/// The rule.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        name: "port-empty",
        summary: "the port is empty, which is port 0",
        severity: Severity::Error,
        on: true,
        explanation: "\
A relay that ends in the port separator has a port, and it is the number that no digits make: 0.
Nothing answers there. The mail waits in the queue until its lifetime is over (a week by default)
and is then returned; nothing in the file looks wrong meanwhile. indimail alone keeps port 25;
Qsmtp calls it a configuration error; skarnet's qmail-remote defers all mail.

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
    let relay = line.relay_range(notation);
    if !line.is_entry() || relay.is_empty() || line.port(notation) != Some(b"") {
        return None;
    }
    let complaint = Complaint::new(relay.end..relay.end + 1, "the port is empty")
        .meant(line.with(relay.end..relay.end + 1, b""));
    Some(complaint.safe())
}
