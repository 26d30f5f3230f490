//! A port that even 64 bits do not hold.

use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::{Check, Complaint, Line, Magnitude, Reading, Rule, WrittenPort};

/// The rule.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        name: "port-overflow",
        summary: "the port is larger than 64 bits hold, and wraps around",
        severity: Severity::Error,
        on: true,
        formats: &["smtproutes"],
        explanation: "\
qmail reads a port into 64 bits without looking whether it fits, and hands the low 16 bits to the
system: 18446744073709551641 is port 25. On systems with 32 bits it wraps sooner, to the same port.
Qsmtp calls it a configuration error, skarnet's qmail-remote refuses the whole file, and the
dialect qroute defers the mail. Such a number is hardly a port at all; something else was pasted
there.

Bad:

    example.org:mx1.example.net:18446744073709551641

Good:

    example.org:mx1.example.net:25",
    },
    harmless: Some(Severity::Warning),
    check: Check::Line(check),
};

fn check(line: &Line<'_>, reading: &Reading<'_>) -> Option<Complaint> {
    let port = WrittenPort::of(line, &reading.notation)?;
    let own = port.separator == reading.notation.port_separator;
    let Magnitude::Huge(low) = port.magnitude() else {
        return None;
    };
    if !own || !port.is_number() {
        return None;
    }
    // Courier stops at the largest number.
    let message = match reading.notation.is_lenient() {
        true => "the port does not fit in 64 bits".to_owned(),
        false => format!("the port does not fit in 64 bits: its low 16 bits are {low}"),
    };
    Some(Complaint::new(port.range, message).help("write a port from 1 to 65535"))
}
