//! Names that a product takes for IP addresses.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::LiteralRule;
use crate::control::scan_ulong;

/// What a product makes of a host's text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Literal {
    /// A name: DNS is asked.
    Name,
    /// An address: connected to at once.
    Address(IpAddr),
    /// Neither; the product refuses it.
    Refused,
}

/// Reads `text` as `rule` says.
pub fn parse_literal(rule: LiteralRule, text: &[u8]) -> Literal {
    let address = match rule {
        LiteralRule::None => None,
        LiteralRule::Plain => std::str::from_utf8(text)
            .ok()
            .and_then(|t| t.parse::<IpAddr>().ok()),
        LiteralRule::Wrapping => v4(text, false),
        LiteralRule::Octets => v4(text, true),
        LiteralRule::Checked => match (v4(text, true), v4(text, false)) {
            (None, Some(_)) => return Literal::Refused,
            (found, _) => found.or_else(|| v6(untagged(bracketed(text)?))),
        },
        LiteralRule::WrappingAndV6 => {
            v4(text, false).or_else(|| v6(bracketed(text).unwrap_or(text)))
        }
        LiteralRule::WrappingAndTaggedV6 => {
            v4(text, false).or_else(|| v6(bracketed(text).map_or(text, untagged)))
        }
        LiteralRule::Bracketed if text.first() == Some(&b'[') => {
            match bracketed(text).map(parse_plain) {
                Some(Literal::Address(address)) => Some(address),
                _ => return Literal::Refused,
            }
        }
        LiteralRule::Bracketed => match parse_plain(text) {
            Literal::Address(_) => return Literal::Refused,
            _ => None,
        },
    };
    address.map_or(Literal::Name, Literal::Address)
}

fn parse_plain(text: &[u8]) -> Literal {
    parse_literal(LiteralRule::Plain, text)
}

fn bracketed(text: &[u8]) -> Option<&[u8]> {
    text.strip_prefix(b"[")?.strip_suffix(b"]")
}

/// `IPv6:` before an address is how a mail address writes it (RFC 5321, 4.1.3).
fn untagged(text: &[u8]) -> &[u8] {
    match text.split_at_checked(5) {
        Some((tag, address)) if tag.eq_ignore_ascii_case(b"IPv6:") => address,
        _ => text,
    }
}

fn v6(text: &[u8]) -> Option<IpAddr> {
    std::str::from_utf8(text)
        .ok()?
        .parse::<Ipv6Addr>()
        .ok()
        .map(IpAddr::V6)
}

/// `ip_scan` or `ip_scanbracket` over the whole text (notqmail `ip.c:24-54`): each octet is stored in one byte, so 257 is
/// 1 unless `strict`.
fn v4(text: &[u8], strict: bool) -> Option<IpAddr> {
    let text = bracketed(text).unwrap_or(text);
    let mut octets = [0u8; 4];
    let mut parts = text.split(|&b| b == b'.');
    for octet in &mut octets {
        let (number, used) = scan_ulong(parts.next()?);
        let part_is_number = used > 0;
        if !part_is_number || (strict && number > 255) {
            return None;
        }
        *octet = (number & 0xFF) as u8;
    }
    let digits_and_dots = text.iter().all(|b| b.is_ascii_digit() || *b == b'.');
    (parts.next().is_none() && digits_and_dots).then(|| IpAddr::V4(Ipv4Addr::from(octets)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrapping(text: &str) -> Literal {
        parse_literal(LiteralRule::Wrapping, text.as_bytes())
    }

    fn ip(text: &str) -> Literal {
        Literal::Address(text.parse().unwrap())
    }

    #[test]
    fn qmail_wraps_octets() {
        assert_eq!(wrapping("257.2.3.4"), ip("1.2.3.4"));
        assert_eq!(wrapping("[10.300.1.2]"), ip("10.44.1.2"));
        assert_eq!(wrapping("010.0.0.1"), ip("10.0.0.1"));
        for name in [
            "",
            "1.2.3",
            "1.2.3.4.5",
            "1.2.3.4.",
            "1.2.3.4\r",
            "[1.2.3.4",
            "1.2.3.x",
            "::1",
            "[::1]",
            "...",
        ] {
            assert_eq!(wrapping(name), Literal::Name, "{name:?}");
        }
    }

    #[test]
    fn other_rules() {
        let parse = |rule, text: &str| parse_literal(rule, text.as_bytes());
        assert_eq!(parse(LiteralRule::Octets, "257.2.3.4"), Literal::Name);
        assert_eq!(parse(LiteralRule::Checked, "257.2.3.4"), Literal::Refused);
        assert_eq!(
            parse(LiteralRule::Checked, "[2001:db8::1]"),
            ip("2001:db8::1")
        );
        assert_eq!(
            parse(LiteralRule::Checked, "[IPv6:2001:db8::1]"),
            ip("2001:db8::1")
        );
        assert_eq!(
            parse(LiteralRule::Checked, "[IPv6:192.0.2.1]"),
            Literal::Name
        );
        assert_eq!(parse(LiteralRule::Checked, "2001:db8::1"), Literal::Name);
        assert_eq!(
            parse(LiteralRule::WrappingAndV6, "2001:db8::1"),
            ip("2001:db8::1")
        );
        assert_eq!(parse(LiteralRule::Bracketed, "192.0.2.1"), Literal::Refused);
        assert_eq!(
            parse(LiteralRule::Bracketed, "[192.0.2.1]"),
            ip("192.0.2.1")
        );
        assert_eq!(
            parse(LiteralRule::Bracketed, "[192.0.2.1"),
            Literal::Refused
        );
        assert_eq!(parse(LiteralRule::None, "192.0.2.1"), Literal::Name);
    }
}
