//! A name in brackets.

use super::{bad_ip, octet_range, unclosed_bracket};
use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::{Check, Complaint, Line, Reading, Rule};

/// The rule.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        name: "bracketed-name",
        summary: "a relay is a name in brackets, which only an address may have",
        severity: Severity::Error,
        on: true,
        formats: &["smtproutes"],
        explanation: "\
In Postfix, brackets around a name mean that its addresses are looked up and not its MX. A relay
in smtproutes never has its MX looked up; the brackets become part of the name, no host is called
that, and the mail bounces. Courier does look up the MX of a relay and knows no way to prevent it.

Bad:

    example.org:[mx1.example.net]:587

Good:

    example.org:mx1.example.net:587",
    },
    harmless: None,
    check: Check::Line(check),
};

fn check(line: &Line<'_>, reading: &Reading<'_>) -> Option<Complaint> {
    let at = bad_ip::relay(line, &reading.notation)?;
    let text = &line.bytes[at.clone()];
    let both = text.starts_with(b"[") && text.ends_with(b"]");
    if !both || !is_bracketed(text) || bad_ip::shape(text).is_some() || is_octets(text) {
        return None;
    }
    let name = bad_ip::unbracketed(text);
    let complaint = Complaint::new(at.clone(), "a name stands in brackets")
        .meant(line.with(at, name));
    Some(match reading.notation.is_lenient() {
        true => complaint.unsafe_fix(),
        false => complaint.safe(),
    })
}

/// True for what may be a name or an address, with a bracket on one side or on both.
pub(super) fn is_bracketed(text: &[u8]) -> bool {
    let inner = text.strip_prefix(b"[").unwrap_or(text);
    let inner = inner.strip_suffix(b"]").unwrap_or(inner);
    inner.len() < text.len() && unclosed_bracket::is_host(inner)
}

/// Four numbers are the business of the rules about addresses.
fn is_octets(text: &[u8]) -> bool {
    octet_range::octets(bad_ip::unbracketed(text)).is_some()
}
