//! A bracket without its other half.

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
    let notation = &reading.notation;
    let at = bad_ip::relay(line, notation)?;
    let text = &line.bytes[at.clone()];
    let inner = inside(text)?;
    let literals = reading.document().table.product.literals;
    let address = bad_ip::written(inner, literals);
    let is_name = address.is_none();
    let mut end = at.end;
    let mut relay = address.unwrap_or_else(|| inner.to_vec());
    // `[relay:port]`
    if text.starts_with(b"[")
        && let Some(port) = line.port_range(notation)
        && let Some(number) = line.bytes[port.clone()].strip_suffix(b"]")
    {
        relay.push(notation.port_separator);
        relay.extend_from_slice(number);
        end = port.end;
    }
    let message = match text.starts_with(b"[") {
        true if end > at.end => "the brackets are around relay and port",
        true => "a bracket is not closed",
        false => "a bracket is not opened",
    };
    let complaint =
        Complaint::new(at.start..end, message).meant(line.with(at.start..end, &relay));
    // Courier asks for the MX of a name, which brackets elsewhere are meant to prevent.
    Some(match is_name && notation.is_lenient() {
        true => complaint.unsafe_fix(),
        false => complaint.safe(),
    })
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
