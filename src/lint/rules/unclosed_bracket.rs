//! A bracket without its other half.

use std::ops::Range;

use super::bad_ip;
use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::{Check, Complaint, Line, Reading, Rule};

/// The rule.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        name: "unclosed-bracket",
        summary: "a relay has a bracket on one side only and is taken for a name",
        severity: Severity::Error,
        on: true,
        formats: &["smtproutes"],
        explanation: "\
Brackets may stand around an address, both of them. With one missing, or with the port between
them, the relay is a name with a bracket in it. No host is called that, and the mail bounces.

Bad:

    example.org:[192.0.2.1
    example.org:[192.0.2.1:587]

Good:

    example.org:[192.0.2.1]
    example.org:[192.0.2.1]:587",
    },
    harmless: None,
    check: Check::Line(check),
};

fn check(line: &Line<'_>, reading: &Reading<'_>) -> Option<Complaint> {
    if let Some(complaint) = around_port(line, reading) {
        return Some(complaint);
    }
    let at = bad_ip::relay(line, &reading.notation)?;
    let text = &line.bytes[at.clone()];
    let inner = inside(text)?;
    let message = match text.starts_with(b"[") {
        true => "a bracket is not closed",
        false => "a bracket is not opened",
    };
    Some(repaired(line, at, message, (inner, b""), reading))
}

/// `[relay:port]`
fn around_port(line: &Line<'_>, reading: &Reading<'_>) -> Option<Complaint> {
    let value = line.value_range();
    let text = line.value();
    let ends = |b: &u8| matches!(b, b' ' | b'\t' | b'|' | b'#' | b'/');
    let text = &text[..text.iter().position(ends).unwrap_or(text.len())];
    let inner = text.strip_prefix(b"[")?.strip_suffix(b"]")?;
    let at = inner.iter().position(|b| matches!(b, b':' | b';' | b','))?;
    let (host, port) = (&inner[..at], &inner[at + 1..]);
    let is_port = !port.is_empty() && port.iter().all(u8::is_ascii_digit);
    if !line.is_route() || !is_host(host) || !is_port {
        return None;
    }
    let range = value.start..value.start + text.len();
    let message = "the brackets are around relay and port";
    Some(repaired(line, range, message, (host, port), reading))
}

fn repaired(
    line: &Line<'_>,
    at: Range<usize>,
    message: &str,
    (host, port): (&[u8], &[u8]),
    reading: &Reading<'_>,
) -> Complaint {
    let notation = &reading.notation;
    let address = bad_ip::written(host, reading.document().table.product.literals);
    let is_name = address.is_none();
    let mut relay = address.unwrap_or_else(|| host.to_vec());
    if !port.is_empty() {
        relay.push(notation.port_separator);
        relay.extend_from_slice(port);
    }
    let complaint = Complaint::new(at.clone(), message).meant(line.with(at, &relay));
    // Courier asks for the MX of a name, which brackets elsewhere are meant to prevent.
    match is_name && notation.is_lenient() {
        true => complaint.unsafe_fix(),
        false => complaint.safe(),
    }
}

/// A relay with one bracket only, without it; `None` for all others, and for what is neither name nor address.
pub(super) fn inside(text: &[u8]) -> Option<&[u8]> {
    let inner = match (text.strip_prefix(b"["), text.strip_suffix(b"]")) {
        (Some(inner), None) | (None, Some(inner)) => inner,
        _ => return None,
    };
    is_host(inner).then_some(inner)
}

/// True for what may be the name of a host, or an address.
pub(super) fn is_host(text: &[u8]) -> bool {
    !text.is_empty()
        && text
            .iter()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_'))
}
