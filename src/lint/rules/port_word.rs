//! A word where a port belongs.

use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::{Check, Complaint, Line, Reading, Rule, WrittenPort};

/// The rule.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        name: "port-word",
        summary: "the port is a word, which is port 0",
        severity: Severity::Error,
        on: true,
        formats: &["smtproutes"],
        explanation: "\
Ports are numbers; names of services are not looked up. A word has no digits, and the number that
no digits make is 0. Nothing answers there: the mail waits in the queue until its lifetime is over
(a week by default) and is then returned. Nor does `:tls` or `:ssl` ask for encryption. Qsmtp takes
the entry for a bad one, which shifts its list; skarnet's qmail-remote refuses the whole file.

Bad:

    example.org:mx1.example.net:submission

Good:

    example.org:mx1.example.net:587",
    },
    harmless: Some(Severity::Info),
    check: Check::Line(check),
};

fn check(line: &Line<'_>, reading: &Reading<'_>) -> Option<Complaint> {
    let port = WrittenPort::of(line, &reading.notation)?;
    // With other bytes it is no word: `port-garbage` looks at those.
    if !port.is_usual(&reading.notation) || !is_word(port.text) {
        return None;
    }
    let complaint = Complaint::new(port.range.clone(), "the port is a word");
    let Some(number) = port.of_word() else {
        return Some(complaint.help("write the number of the port"));
    };
    let meant = line.with(port.range.clone(), number.to_string().as_bytes());
    let complaint = complaint.meant(meant);
    // `tls` and `ssl` may be meant for either port.
    let clear = [&b"smtp"[..], b"submission", b"submissions", b"smtps"]
        .iter()
        .any(|word| port.text.eq_ignore_ascii_case(word));
    Some(match clear {
        true => complaint.safe(),
        false => complaint.unsafe_fix(),
    })
}

/// True for letters, digits, `-` and `_` that begin with a letter.
pub(super) fn is_word(text: &[u8]) -> bool {
    text.first().is_some_and(u8::is_ascii_alphabetic)
        && text
            .iter()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
}
