//! One line an answer, six fields, for scripts.

use std::fmt::Write;
use std::net::IpAddr;

use super::hops::{Shown, groups};
use super::{Answer, Mask};
use crate::model::Decision;
use crate::source::push_field;

/// Address, decision, next hops, error kind, `auth`, `file:line`, separated by TAB; a field that has nothing to say is
/// `-`. Without a line end.
pub fn line(answer: &Answer, mask: Mask) -> String {
    let mut out = String::with_capacity(128);
    push_field(&mut out, &answer.address);
    or_nothing(&mut out, 0);
    out.push('\t');
    out.push_str(answer.decision.kind().name());
    out.push('\t');
    let start = out.len();
    for group in groups(answer, mask)
        .iter()
        .filter(|group| !group.is_empty())
    {
        if out.len() > start {
            out.push(' ');
        }
        for (n, shown) in group.iter().enumerate() {
            if n > 0 {
                out.push(',');
            }
            push_hop(&mut out, shown);
        }
    }
    or_nothing(&mut out, start);
    out.push('\t');
    out.push_str(answer.error().map_or("-", |(kind, ..)| kind.name()));
    let auth = match &answer.decision {
        Decision::Relay(relay) => relay.credentials().is_some_and(|c| c.would_be_sent()),
        _ => false,
    };
    out.push_str(if auth { "\tauth\t" } else { "\t-\t" });
    match answer.route.as_ref().and_then(|route| route.place.as_ref()) {
        Some(place) => {
            push_field(&mut out, place.file.as_bytes());
            // Writing to a String cannot fail.
            let _ = write!(out, ":{}", place.line);
        }
        None => out.push('-'),
    }
    out
}

/// A field is never empty.
fn or_nothing(out: &mut String, start: usize) {
    if out.len() == start {
        out.push('-');
    }
}

/// `host:port`, or `host[ip]:port`; IPv6 always in brackets.
fn push_hop(out: &mut String, shown: &Shown) {
    let bare = shown
        .host
        .strip_prefix(b"[")
        .and_then(|h| h.strip_suffix(b"]"))
        .unwrap_or(&shown.host);
    let named: Option<IpAddr> = std::str::from_utf8(bare)
        .ok()
        .and_then(|text| text.parse().ok());
    match (shown.ip, named) {
        // A literal names itself.
        (Some(ip), Some(named)) if ip == named && ip.is_ipv4() => push_field(out, bare),
        (Some(ip), Some(named)) if ip == named => push_bracketed(out, ip),
        (Some(ip), _) => {
            push_field(out, &shown.host);
            push_bracketed(out, ip);
        }
        (None, Some(IpAddr::V6(ip))) => push_bracketed(out, IpAddr::V6(ip)),
        (None, _) => push_field(out, &shown.host),
    }
    let _ = write!(out, ":{}", shown.port);
}

fn push_bracketed(out: &mut String, ip: IpAddr) {
    let _ = write!(out, "[{ip}]");
}
