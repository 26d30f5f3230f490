//! Text that touches the number of a port.

use super::{port_sign_blank, port_word};
use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::{Check, Complaint, Line, Reading, Rule, WrittenPort};

/// The rule.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        name: "port-garbage",
        summary: "text stands right behind the number of the port, or no number at all",
        severity: Severity::Error,
        on: true,
        formats: &["smtproutes"],
        explanation: "\
A port is the digits right behind the separator; what follows them is ignored without a word. So
`:587/tls` connects to port 587 and asks for no encryption, and of `:25,26` the second port is
never tried. Where not even one digit stands there, the port is 0 and the mail waits in vain. Qsmtp
takes the entry for a bad one, which shifts its list; skarnet's qmail-remote refuses the whole
file. In Courier a `/` begins flags, which is right there.

Bad:

    example.org:mx1.example.net:587/tls
    example.org:mx1.example.net:25,26

Good:

    example.org:mx1.example.net:587",
    },
    harmless: Some(Severity::Warning),
    check: Check::Line(check),
};

fn check(line: &Line<'_>, reading: &Reading<'_>) -> Option<Complaint> {
    let port = WrittenPort::of(line, &reading.notation)?;
    if !port.is_usual(&reading.notation) || port.is_number() || port.text.is_empty() {
        return None;
    }
    let digits = port.digits();
    let garbage = port.text.get(digits..)?;
    // A second relay, more colons, a word and a sign are mistakes of their own.
    let is_host = |text: &[u8]| text.iter().any(|b| b.is_ascii_alphabetic() || *b == b'.');
    let second = matches!(garbage.first(), Some(b';' | b',')) && is_host(garbage);
    if second || garbage.first() == Some(&b':') {
        return None;
    }
    if digits == 0 {
        let other =
            port_word::is_word(garbage) || port_sign_blank::before_digits(line, &port).is_some();
        let complaint = Complaint::new(port.range, "the port is no number");
        return (!other).then(|| complaint.help("write a port from 1 to 65535"));
    }
    let at = port.range.start + digits..port.range.end;
    let complaint = Complaint::new(at.clone(), "text stands behind the number of the port")
        .meant(line.with(at, b""))
        .otherwise(
            Severity::Warning,
            "the text is ignored, whatever was meant by it; mail goes to the port before it",
        );
    Some(complaint.unsafe_fix())
}
