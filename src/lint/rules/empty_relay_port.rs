//! A port without a relay.

use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::{Check, Complaint, Line, Reading, Rule, is_blank};

/// The rule.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        name: "empty-relay-port",
        summary: "a port stands behind an empty relay",
        severity: Severity::Error,
        on: true,
        formats: &["smtproutes"],
        explanation: "\
`domain:` with nothing behind the colon sends mail to the domain's own MX. With a port behind it,
the value is not empty, and its relay is the empty name: no host is called that, and the mail
bounces. qmail cannot send to the MX on another port. Qsmtp can: there `domain::26` does just that.
In s/qmail, aQmail and Courier `:26` is the name of the relay.

Bad:

    example.org::26
    example.org::mx1.example.net

Good:

    example.org:
    example.org:mx1.example.net:26",
    },
    harmless: None,
    check: Check::Line(check),
};

fn check(line: &Line<'_>, reading: &Reading<'_>) -> Option<Complaint> {
    let notation = &reading.notation;
    let (&separator, behind) = line.value().split_first()?;
    if !line.is_route() || !b":;,".contains(&separator) {
        return None;
    }
    let end = behind
        .iter()
        .position(|b| is_blank(b) || b"|#".contains(b))
        .unwrap_or(behind.len());
    let port = &behind[..end];
    let start = line.value_range().start;
    let is_number = !port.is_empty() && port.iter().all(u8::is_ascii_digit);
    // With the separator of another dialect it may be anything, unless a number follows.
    if separator != b':' && separator != notation.port_separator && !is_number {
        return None;
    }
    match port.first() {
        // `::1` is an IPv6 address, and another rule's; `::[192.0.2.1]` is none.
        Some(b':') if port[1..].iter().all(|b| b.is_ascii_hexdigit() || b":.%".contains(b)) => None,
        Some(b) if b.is_ascii_alphabetic() || *b == b'[' => {
            let at = start..start + 1;
            let complaint = Complaint::new(at.clone(), "a second colon stands before the relay");
            Some(complaint.meant(line.with(at, b"")).unsafe_fix())
        }
        Some(_) => {
            let own = notation.has_port_of_mx() && separator == b':' && is_number;
            let at = start..start + 1 + end;
            let complaint = Complaint::new(at, "a port stands where the relay belongs")
                .help("name the relay before the port, or write `domain:` for its own MX");
            (!own).then_some(complaint)
        }
        None => {
            let at = start..start + 1;
            let complaint = Complaint::new(at.clone(), "a port separator stands behind no relay");
            Some(complaint.meant(line.with(at, b"")).unsafe_fix())
        }
    }
}
