//! A relay that is meant to be an address and is none.

use std::ops::Range;

use super::{octet_range, speaks_of_value, wrong_separator};
use crate::control::scan_ulong;
use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::{Check, Complaint, Line, Notation, Reading, Rule};
use crate::lookup::{Literal, parse_literal};
use crate::model::LiteralRule;

/// The rule.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        name: "bad-ip",
        summary: "a relay looks like an IP address, and the product takes it for a name",
        severity: Severity::Error,
        on: true,
        formats: &["smtproutes"],
        explanation: "\
A relay is an address when it is four decimal numbers with dots between them, and a name
otherwise. `192.0.2`, `192.0.2.1.`, `192.0.2.0/24`, `0xC0000201` and `587` are names: DNS is asked
for them, has none that ends in a number, and the mail bounces.

Brackets differ: the qmail family reads `192.0.2.1` and `[192.0.2.1]` alike; Courier wants them,
Qsmtp does not know them. skarnet's qmail-remote asks DNS even for a correct address, so that its
relays must have names.

Bad:

    example.org:192.0.2
    example.org:192.0.2.1/32

Good:

    example.org:192.0.2.1",
    },
    harmless: None,
    check: Check::Line(check),
};

fn check(line: &Line<'_>, reading: &Reading<'_>) -> Option<Complaint> {
    let at = relay(line, &reading.notation)?;
    let text = &line.bytes[at.clone()];
    let literals = reading.document().table.product.literals;
    if parse_literal(literals, text) != Literal::Name
        && !(literals == LiteralRule::Bracketed && octet_range::octets(text).is_some())
    {
        return None;
    }
    let shape = shape(text)?;
    let with = |inner: &[u8]| {
        let address = written(inner, literals).unwrap_or_else(|| inner.to_vec());
        line.with(at.clone(), &address)
    };
    let complaint = |message: String| Complaint::new(at.clone(), message);
    Some(match shape {
        Shape::Address(inner) if written(inner, literals).is_none() => {
            complaint("an address is taken for a name here".to_owned())
                .help("give the host a name in DNS and write that")
        }
        Shape::Address(inner) => complaint(match text.starts_with(b"[") {
            true => "an address in brackets is taken for a name".to_owned(),
            false => "an address stands without brackets".to_owned(),
        })
        .meant(with(inner))
        .safe(),
        Shape::FinalDot(inner) => complaint("an address ends in a dot".to_owned())
            .meant(with(inner))
            .safe(),
        Shape::Network(inner) => complaint("a network is no relay".to_owned())
            .help("write the address of one host")
            .meant(with(inner))
            .unsafe_fix(),
        Shape::Hexadecimal(Some(address)) => {
            complaint("a hexadecimal address is taken for a name".to_owned())
                .meant(with(address.to_string().as_bytes()))
                .unsafe_fix()
        }
        Shape::Hexadecimal(None) => {
            complaint("a hexadecimal number is taken for a name".to_owned())
                .help("write the name of a host, or its address in decimal numbers")
        }
        Shape::Number => complaint("a number alone is no relay".to_owned())
            .help("write a host before it: `relay:port`"),
        Shape::Numbers(count) => complaint(format!(
            "an address has four numbers, and here {} {count}",
            if count == 1 { "is" } else { "are" }
        ))
        .help("write four numbers from 0 to 255 with dots between them"),
        Shape::EndsInNumber => complaint("the relay ends in a number, as no name in DNS does".to_owned())
            .help("write the name of a host; a port stands behind a separator"),
    })
}

/// What a relay looks like that looks like an address.
pub(super) enum Shape<'t> {
    /// A correct IPv4 address, in brackets or not: this is it without.
    Address(&'t [u8]),
    /// The same with dots behind it.
    FinalDot(&'t [u8]),
    /// The same with the length of a prefix.
    Network(&'t [u8]),
    /// Numbers that begin with `0x`.
    Hexadecimal(Option<std::net::Ipv4Addr>),
    /// Digits alone.
    Number,
    /// So many numbers between dots.
    Numbers(usize),
    /// A name with a number as its last label.
    EndsInNumber,
}

/// `None` for names, and for what the rules about octets speak of.
pub(super) fn shape(text: &[u8]) -> Option<Shape<'_>> {
    let inner = unbracketed(text);
    if inner.contains(&b'[') || inner.contains(&b']') {
        return None;
    }
    if let Some(octets) = octet_range::octets(inner) {
        return octets.iter().all(|o| octet_range::is_plain(o)).then_some(Shape::Address(inner));
    }
    if let Some(slash) = memchr::memchr(b'/', inner) {
        let prefix = &inner[slash + 1..];
        let network = octet_range::octets(&inner[..slash]).is_some()
            && !prefix.is_empty()
            && prefix.iter().all(|b| b.is_ascii_digit() || *b == b'.');
        return network.then_some(Shape::Network(&inner[..slash]));
    }
    let end = inner.iter().rposition(|&b| b != b'.').map_or(0, |last| last + 1);
    if end < inner.len() && octet_range::octets(&inner[..end]).is_some() {
        return Some(Shape::FinalDot(&inner[..end]));
    }
    if let Some(address) = hexadecimal(inner) {
        return Some(Shape::Hexadecimal(address));
    }
    let last = inner[..end].rsplit(|&b| b == b'.').next()?;
    if last.is_empty() || !last.iter().all(u8::is_ascii_digit) {
        return None;
    }
    if !inner.iter().all(|b| b.is_ascii_digit() || *b == b'.') {
        return Some(Shape::EndsInNumber);
    }
    let count = inner.split(|&b| b == b'.').filter(|part| !part.is_empty()).count();
    Some(match inner.len() == last.len() {
        true => Shape::Number,
        false => Shape::Numbers(count),
    })
}

/// An address with hexadecimal numbers in it, or in one: `Some(None)` when it is none but looks so.
fn hexadecimal(text: &[u8]) -> Option<Option<std::net::Ipv4Addr>> {
    let is_hex = |part: &[u8]| {
        part.len() > 2
            && part[..2].eq_ignore_ascii_case(b"0x")
            && part[2..].iter().all(u8::is_ascii_hexdigit)
    };
    let is_number = |part: &[u8]| !part.is_empty() && part.iter().all(u8::is_ascii_digit);
    let mut parts = text.split(|&b| b == b'.');
    if !parts.clone().any(is_hex) || !parts.clone().all(|part| is_hex(part) || is_number(part)) {
        return None;
    }
    let value = |part: &[u8]| match is_hex(part) {
        // Eight digits are what an address has at most.
        true if part.len() <= 10 => u32::from_str_radix(&String::from_utf8_lossy(&part[2..]), 16).ok(),
        true => None,
        false => u32::try_from(scan_ulong(part).0).ok(),
    };
    let values: Vec<Option<u32>> = parts.by_ref().take(5).map(value).collect();
    Some(match values.as_slice() {
        [Some(whole)] => Some(std::net::Ipv4Addr::from(*whole)),
        [Some(a), Some(b), Some(c), Some(d)] => match [a, b, c, d].map(|part| u8::try_from(*part)) {
            [Ok(a), Ok(b), Ok(c), Ok(d)] => Some(std::net::Ipv4Addr::new(a, b, c, d)),
            _ => None,
        },
        _ => None,
    })
}

/// `text` without a pair of brackets around it.
pub(super) fn unbracketed(text: &[u8]) -> &[u8] {
    text.strip_prefix(b"[")
        .and_then(|text| text.strip_suffix(b"]"))
        .unwrap_or(text)
}

/// An address as the product reads it as one: bare where that is possible, else in brackets.
pub(super) fn written(address: &[u8], rule: LiteralRule) -> Option<Vec<u8>> {
    let bracketed = [b"[", address, b"]"].concat();
    [address.to_vec(), bracketed]
        .into_iter()
        .find(|text| matches!(parse_literal(rule, text), Literal::Address(_)))
}

/// The relay, where its own bytes are what there is to talk about: no blank, comment, foreign separator or credential is
/// part of it under the dialect, no byte that is not printable ASCII, and no rule for a whole value speaks of it.
pub(super) fn relay(line: &Line<'_>, notation: &Notation) -> Option<Range<usize>> {
    if !line.is_route() {
        return None;
    }
    let mut at = line.relay_range(notation);
    if notation.is_lenient()
        && let Some(slash) = memchr::memrchr(b'/', &line.bytes[at.clone()])
    {
        // Flags stand behind the last one.
        at.end = at.start + slash;
    }
    let text = &line.bytes[at.clone()];
    let other = |b: &u8| !b.is_ascii_graphic() || matches!(b, b'#' | b'|' | b':' | b';' | b',');
    if text.is_empty() || text.iter().any(other) {
        return None;
    }
    let taken = speaks_of_value(line, notation) || wrong_separator::parts(line).is_some();
    (!taken).then_some(at)
}
