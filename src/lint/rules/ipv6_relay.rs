//! A relay that is an IPv6 address.

use std::ops::Range;

use super::ipv6_key::{self, is_address};
use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::line::blanks;
use crate::lint::reading::decision;
use crate::lint::{Check, Complaint, Consequence, Harm, Line, Reading, Rule};
use crate::model::{Decision, Families};
use crate::source::Visible;

/// The rule.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        name: "ipv6-relay",
        summary: "the relay is an IPv6 address, and is cut at its first colon",
        severity: Severity::Error,
        on: true,
        formats: &["smtproutes"],
        explanation: "\
Where a colon stands before the port, an IPv6 address ends at its first colon: `[2001:db8::1]:25`
is the relay `[2001` and port 0. The mail bounces. Brackets do not help. Qsmtp calls such a line a
bad entry, cuts off its first byte and reads the rest under another key, which may be that of a
whole top-level domain; skarnet's qmail-remote defers all mail.

s/qmail and aQmail, which write the port behind a semicolon, read the address; Courier and qroute
read it in brackets. Elsewhere a relay by IPv6 needs a name, and qmail 1.03, notqmail and sagredo
look up A records only: they reach no host by IPv6.

Bad:

    example.org:[2001:db8::25]:587

Good, where the product asks for AAAA records:

    example.org:mx1.example.net:587",
    },
    harmless: None,
    check: Check::Line(check),
};

fn check(line: &Line<'_>, reading: &Reading<'_>) -> Option<Complaint> {
    let written = address(line)?;
    let text = &line.bytes[written.at.clone()];
    let notation = &reading.notation;
    let end = written.port.as_ref().map_or(written.at.end, |port| port.end);
    let at = written.at.start..end;
    if is_read(&line.bytes[at.clone()], reading) {
        return None;
    }
    let bare = bare(text);
    let port = match &written.port {
        Some(port) => [&[notation.port_separator], &line.bytes[port.clone()]].concat(),
        None => Vec::new(),
    };
    let ways = [[bare, &port].concat(), [b"[", bare, b"]", &port].concat()];
    let way = ways.iter().find(|way| is_read(way, reading));
    let complaint = Complaint::new(at.clone(), "an IPv6 address is no relay in this form");
    let Some(way) = way else {
        let complaint = complaint.help(match reading.document().table.product.families {
            Families::V4 => "write a name that has an A record: the product connects by IPv4 alone",
            _ => "write a name that has an AAAA record",
        });
        return Some(unreadable(line, text, complaint, reading));
    };
    let complaint = complaint.meant(line.with(at, way));
    // `2001:db8::25:587` is an address, but perhaps not the one that was meant.
    let last = bare.rsplit(|&b| b == b':').next().unwrap_or_default();
    let ambiguous = !text.starts_with(b"[")
        && written.port.is_none()
        && last.iter().all(u8::is_ascii_digit)
        && last.len() < bare.len()
        && is_address(&bare[..bare.len() - last.len() - 1]);
    Some(match ambiguous {
        true => complaint.unsafe_fix(),
        false => complaint.safe(),
    })
}

/// Says what happens where the address cannot be written at all.
fn unreadable(
    line: &Line<'_>,
    text: &[u8],
    complaint: Complaint,
    reading: &Reading<'_>,
) -> Complaint {
    let group = &text[..memchr::memchr(b':', text).unwrap_or(text.len())];
    match group.iter().all(u8::is_ascii_digit) || group.starts_with(b"[") {
        true => complaint,
        // `fe80` could be the name of a host, but hardly is.
        false => as_host(line, group, complaint, reading),
    }
}

/// The complaint about a value whose first word is read as a relay, and is hardly one: the matcher would take it for the
/// name of a host.
pub(super) fn as_host(
    line: &Line<'_>,
    word: &[u8],
    complaint: Complaint,
    reading: &Reading<'_>,
) -> Complaint {
    let notation = &reading.notation;
    let consequence = Consequence::of(line, None, reading);
    let is_cut = notation.independent_lines && notation.port_separator == b':';
    let is_read = matches!(consequence.actual, Some(Decision::Relay(_)));
    if !is_cut || !is_read || consequence.harm != Harm::Mail {
        return complaint;
    }
    let witness = reading.witness(line.key());
    let effect = format!(
        "mail for {} bounces, unless there is a host called `{}`",
        Visible(&witness),
        Visible(word)
    );
    complaint.effect(Severity::Error, effect)
}

/// True when the product connects to an IPv6 address because of this value.
fn is_read(value: &[u8], reading: &Reading<'_>) -> bool {
    let decision = (reading.alone)(&[b"a.example:", value].concat())
        .and_then(|store| decision(store.as_ref(), b"a.example"));
    let Some(Decision::Relay(relay)) = decision else {
        return false;
    };
    let mut hops = relay.hops.iter();
    hops.any(|hop| hop.literal.is_some_and(|address| address.is_ipv6()))
}

/// An IPv6 address in the place of a relay.
pub(super) struct Written {
    /// With its brackets.
    pub at: Range<usize>,
    /// The digits behind a separator.
    pub port: Option<Range<usize>>,
}

/// The IPv6 address that stands in the place of the relay, in brackets or not, with a port or not.
pub(super) fn address(line: &Line<'_>) -> Option<Written> {
    if !line.is_route() || ipv6_key::key(line).is_some() {
        return None;
    }
    let value = line.value_range();
    let start = value.start + blanks(&line.bytes[value.clone()]);
    let whole = line.bytes.get(start..value.end)?;
    let ends = |b: &u8| matches!(b, b' ' | b'\t' | b'|' | b'#' | b'/');
    let head = &whole[..whole.iter().position(ends).unwrap_or(whole.len())];
    let (end, after) = match head.strip_prefix(b"[") {
        Some(inner) => {
            let close = inner.iter().take(60).position(|&b| b == b']');
            let end = close.unwrap_or(inner.len());
            if !is_address(&inner[..end]) {
                return None;
            }
            (end + 1 + usize::from(close.is_some()), close.is_some())
        }
        None => {
            let end = head.iter().position(|b| matches!(b, b';' | b',')).unwrap_or(head.len());
            if !is_address(&head[..end]) {
                return None;
            }
            (end, end < head.len())
        }
    };
    let port = head.get(end + 1..).filter(|port| {
        after
            && matches!(head[end], b':' | b';' | b',')
            && !port.is_empty()
            && port.iter().all(u8::is_ascii_digit)
    });
    Some(Written {
        at: start..start + end,
        port: port.map(|port| start + end + 1..start + end + 1 + port.len()),
    })
}

/// The address alone.
fn bare(text: &[u8]) -> &[u8] {
    let text = text.strip_prefix(b"[").unwrap_or(text);
    let text = text.strip_suffix(b"]").unwrap_or(text);
    match text.get(..5) {
        Some(tag) if tag.eq_ignore_ascii_case(b"ipv6:") => &text[5..],
        _ => text,
    }
}
