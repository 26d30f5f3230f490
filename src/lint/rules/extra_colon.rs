//! More colons than a relay and a port need.

use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::{Check, Complaint, Line, Reading, Rule, WrittenPort};

/// The rule.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        name: "extra-colon",
        summary: "a colon too many stands in the value",
        severity: Severity::Error,
        on: true,
        formats: &["smtproutes"],
        explanation: "\
A value is `relay` or `relay:port`. A second colon ends the number, and what follows it is ignored
without a word; with two colons side by side the number is empty, which is port 0. Qsmtp takes the
entry for a bad one and mangles its key, which can then match other domains; skarnet's qmail-remote
refuses the whole file. indimail reads `relay:port:penalty:tolerance`, where it is right.
Credentials do not stand behind a colon in any product.

Bad:

    example.org:mx1.example.net:25:26
    example.org:mx1.example.net::25

Good:

    example.org:mx1.example.net:25",
    },
    harmless: Some(Severity::Warning),
    check: Check::Line(check),
};

fn check(line: &Line<'_>, reading: &Reading<'_>) -> Option<Complaint> {
    let notation = &reading.notation;
    let port = WrittenPort::of(line, notation)?;
    let digits = port.digits();
    let behind = port.text.get(digits..)?;
    if !port.is_usual(notation) || notation.has_penalty_fields() || !behind.starts_with(b":") {
        return None;
    }
    let colons = behind.iter().take_while(|&&b| b == b':').count();
    let from = port.range.start + digits;
    let at = match (digits, colons < behind.len()) {
        // `relay::25` has one colon too many, `relay::` has no port at all.
        (0, true) => from..from + colons,
        (0, false) => port.relay.end..port.range.end,
        // `relay:25:26`: the port ends at the colon.
        _ => from..port.range.end,
    };
    let complaint = Complaint::new(at.clone(), "the value has a colon too many")
        .meant(line.with(at, b""))
        .otherwise(
            Severity::Warning,
            "what stands behind the second colon is ignored; mail goes to the port before it",
        );
    Some(complaint.unsafe_fix())
}
