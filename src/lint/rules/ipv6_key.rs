//! A route for an IPv6 address.

use std::net::Ipv6Addr;
use std::ops::Range;

use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::{Check, Complaint, Consequence, Line, Reading, Rule};

/// The rule.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        name: "ipv6-key",
        summary: "the key is an IPv6 address, and is cut at its first colon",
        severity: Severity::Error,
        on: true,
        formats: &["smtproutes"],
        explanation: "\
The first colon of a line ends its key, so a key can hold no colon: `[IPv6:2001:db8::1]:relay` is a
route for the domain `[IPv6`, which nobody has. There is no way to write a route for mail to an
IPv6 address; such mail goes by the default route, or straight to the address where the product
knows IPv6.

Bad:

    [IPv6:2001:db8::1]:mx1.example.net

Good, for all mail that no other line is about:

    :mx1.example.net",
    },
    harmless: None,
    check: Check::Line(check),
};

fn check(line: &Line<'_>, reading: &Reading<'_>) -> Option<Complaint> {
    let at = key(line)?;
    let text = &line.bytes[at.clone()];
    let host = match text.starts_with(b"[") {
        true => text.to_vec(),
        false => [b"[IPv6:", text, b"]"].concat(),
    };
    // What the line was meant to be cannot be written: the matcher can say what happens without it.
    let alone = Consequence::of(line, Some(line.bytes), reading);
    let effect = match (alone.witness, reading.fate(&host)) {
        (Some(_), Some(fate)) => format!("no mail comes to this line: {fate}"),
        _ => alone.sentence,
    };
    let complaint = Complaint::new(at, "the key is an IPv6 address, and a key ends at the first colon")
        .help("delete the line: no table can hold such a route")
        .effect(Severity::Error, effect);
    Some(complaint)
}

/// Where an IPv6 address stands in the place of a key.
pub(super) fn key(line: &Line<'_>) -> Option<Range<usize>> {
    if line.is_comment() {
        return None;
    }
    let text = line.content();
    if let Some(inner) = text.strip_prefix(b"[") {
        // No address is longer than this.
        let close = inner.iter().take(60).position(|&b| b == b']')?;
        let found = is_address(&inner[..close]) && inner.get(close + 1) == Some(&b':');
        return found.then_some(0..close + 2);
    }
    // `address:relay`; what begins with a colon is a default route to an address.
    let colon = memchr::memrchr(b':', text)?;
    let relay = &text[colon + 1..];
    let found = text.first() != Some(&b':')
        && is_address(&text[..colon])
        && relay.iter().any(|b| !b.is_ascii_hexdigit());
    found.then_some(0..colon)
}

/// True for an IPv6 address, with the prefix that mail puts before it or without.
pub(super) fn is_address(text: &[u8]) -> bool {
    let tag = text
        .get(..5)
        .is_some_and(|start| start.eq_ignore_ascii_case(b"ipv6:"));
    let text = if tag { &text[5..] } else { text };
    // A zone is part of no address that mail can name, but people write it.
    let end = memchr::memchr(b'%', text).unwrap_or(text.len());
    text.len() <= 60
        && std::str::from_utf8(&text[..end]).is_ok_and(|text| text.parse::<Ipv6Addr>().is_ok())
}
