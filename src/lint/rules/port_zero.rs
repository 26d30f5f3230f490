//! Port 0.

use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::{Check, Complaint, Line, Magnitude, Reading, Rule, WrittenPort};

/// The rule.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        name: "port-zero",
        summary: "the port is 0, where nothing answers",
        severity: Severity::Error,
        on: true,
        formats: &["smtproutes"],
        explanation: "\
No host answers on port 0. The mail waits in the queue until its lifetime is over (a week by
default) and is then returned; nothing in the file looks wrong meanwhile. Some take 0 for the usual
port, as in other programs: that is 25, or no port at all. Qsmtp calls it a configuration error.

Bad:

    example.org:mx1.example.net:0

Good:

    example.org:mx1.example.net",
    },
    harmless: Some(Severity::Info),
    check: Check::Line(check),
};

fn check(line: &Line<'_>, reading: &Reading<'_>) -> Option<Complaint> {
    let port = WrittenPort::of(line, &reading.notation)?;
    // With another separator it is no port yet, which is what the rules about separators say.
    let own = port.separator == reading.notation.port_separator;
    if !own || !port.is_number() || port.magnitude() != Magnitude::Zero {
        return None;
    }
    let complaint = Complaint::new(port.range.clone(), "the port is 0")
        .meant(line.with(port.relay.end..port.range.end, b""));
    Some(complaint.unsafe_fix())
}
