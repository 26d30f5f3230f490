//! Names, addresses and ports as people write them into tables, and what is wrong with them.
//!
//! What a product would make of a defect no vendor says: a table with one is not used for delivery. What can be read in one
//! way only (a final dot, capital letters) is read so and told.

use std::fmt;
use std::net::{Ipv4Addr, Ipv6Addr};
use std::ops::Range;

/// A name that could be a domain's or a host's.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub(super) struct Name {
    /// The name without a final dot, in the text that was looked at.
    pub range: Range<usize>,
    /// A dot stood at its end.
    pub final_dot: bool,
    /// It holds `_`, which host names do not.
    pub underscore: bool,
    /// It holds letters outside of ASCII.
    pub unicode: bool,
}

/// Why a text is no name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BadName {
    Empty,
    LeadingDot,
    EmptyLabel,
    LongLabel,
    TooLong,
    Hyphen,
    Star,
    Blank,
    Byte(u8),
    Idna,
}

impl fmt::Display for BadName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            BadName::Empty => "no name stands there",
            BadName::LeadingDot => "a name that begins with a dot",
            BadName::EmptyLabel => "two dots in a row",
            BadName::LongLabel => "a label of more than 63 bytes",
            BadName::TooLong => "a name of more than 253 bytes",
            BadName::Hyphen => "a label that begins with `-`",
            BadName::Star => "`*` stands for nothing here",
            BadName::Blank => "a blank in a name",
            BadName::Idna => "no valid internationalized name",
            BadName::Byte(byte) if byte.is_ascii_graphic() => {
                return write!(f, "`{}` in a name", char::from(*byte));
            }
            BadName::Byte(byte) => return write!(f, "byte \\x{byte:02X} in a name"),
        })
    }
}

/// Looks at a name: labels of letters, digits, `-` and `_`, or of other alphabets.
pub(super) fn name(text: &[u8]) -> Result<Name, BadName> {
    let final_dot = text.len() > 1 && text.last() == Some(&b'.');
    let end = text.len() - usize::from(final_dot);
    let mut name = Name {
        range: 0..end,
        final_dot,
        ..Name::default()
    };
    let text = &text[..end];
    match text.first() {
        None => return Err(BadName::Empty),
        Some(b'.') => return Err(BadName::LeadingDot),
        _ => {}
    }
    let mut label = 0;
    for (at, &byte) in text.iter().enumerate() {
        match byte {
            b'.' if at == label => return Err(BadName::EmptyLabel),
            b'.' if at - label > 63 => return Err(BadName::LongLabel),
            b'.' => label = at + 1,
            b'-' if at == label => return Err(BadName::Hyphen),
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' => {}
            b'_' => name.underscore = true,
            b'*' => return Err(BadName::Star),
            b' ' | b'\t' | b'\r' | b'\n' => return Err(BadName::Blank),
            0x80.. => name.unicode = true,
            byte => return Err(BadName::Byte(byte)),
        }
    }
    let last = text.len() - label;
    if last == 0 {
        return Err(BadName::EmptyLabel);
    }
    if name.unicode {
        crate::model::Domain::new(text).map_err(|_| BadName::Idna)?;
    } else if last > 63 {
        return Err(BadName::LongLabel);
    } else if text.len() > 253 {
        return Err(BadName::TooLong);
    }
    Ok(name)
}

/// A host: a name or an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Host {
    Name(Name),
    V4,
    /// The address stands at the range, which leaves out brackets.
    V6(Range<usize>),
}

/// Why a text is no host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BadHost {
    Name(BadName),
    Url,
    /// It ends in a number and is no IPv4 address.
    Dotted,
    /// It stands in brackets, or is made of colons, and is no IPv6 address.
    V6,
}

impl fmt::Display for BadHost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            BadHost::Name(name) => name.fmt(f),
            BadHost::Url => f.write_str("a URL, not a host"),
            BadHost::Dotted => f.write_str(
                "a number where a name would end, and no IPv4 address of four decimal parts up to 255",
            ),
            BadHost::V6 => f.write_str("no IPv6 address"),
        }
    }
}

/// Looks at a host: a name, an IPv4 address, or an IPv6 address with or without brackets.
pub(super) fn host(text: &[u8]) -> Result<Host, BadHost> {
    let colon = memchr::memchr(b':', text);
    if colon.is_some() && memchr::memmem::find(text, b"://").is_some() {
        return Err(BadHost::Url);
    }
    let v6 = |range: Range<usize>| {
        let inner = std::str::from_utf8(&text[range.clone()]).ok();
        let address = inner.and_then(|text| text.parse::<Ipv6Addr>().ok());
        address.map(|_| Host::V6(range)).ok_or(BadHost::V6)
    };
    if text.first() == Some(&b'[') {
        let closed = text.len() > 1 && text.last() == Some(&b']');
        return if closed {
            v6(1..text.len() - 1)
        } else {
            Err(BadHost::V6)
        };
    }
    if colon.is_some() && memchr::memchr_iter(b':', text).take(2).count() == 2 {
        return v6(0..text.len());
    }
    let found = name(text).map_err(BadHost::Name)?;
    let bare = &text[found.range.clone()];
    let last = bare.rsplit(|&b| b == b'.').next().unwrap_or(bare);
    let hexadecimal = last.len() > 1 && last.starts_with(b"0x") || last.starts_with(b"0X");
    let has_hex_digits = hexadecimal && last[2..].iter().all(u8::is_ascii_hexdigit);
    if last.iter().all(u8::is_ascii_digit) || has_hex_digits {
        let address = std::str::from_utf8(text).ok();
        let address = address.and_then(|text| text.parse::<Ipv4Addr>().ok());
        return address.map(|_| Host::V4).ok_or(BadHost::Dotted);
    }
    Ok(Host::Name(found))
}

/// Why a text is no port.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BadPort {
    Empty,
    NotDecimal,
    Zero,
    TooLarge,
}

impl fmt::Display for BadPort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            BadPort::Empty => "no port stands there",
            BadPort::NotDecimal => "the port is no decimal number",
            BadPort::Zero => "port 0, which nothing listens on",
            BadPort::TooLarge => "a port above 65535",
        })
    }
}

/// Looks at a port: a decimal number from 1 to 65535.
pub(super) fn port(text: &[u8]) -> Result<u16, BadPort> {
    if text.is_empty() {
        return Err(BadPort::Empty);
    }
    if !text.iter().all(u8::is_ascii_digit) {
        return Err(BadPort::NotDecimal);
    }
    let digits = std::str::from_utf8(text).map_err(|_| BadPort::NotDecimal)?;
    match digits.parse::<u32>() {
        Ok(0) => Err(BadPort::Zero),
        Ok(number) => u16::try_from(number).map_err(|_| BadPort::TooLarge),
        Err(_) => Err(BadPort::TooLarge),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        for good in [
            "a",
            "a.b-c.example",
            "a_b",
            "xn--bcher-kva.example",
            "1.example",
            "bücher.example",
        ] {
            assert!(name(good.as_bytes()).is_ok(), "{good}");
        }
        let dotted = name(b"a.b.").unwrap();
        assert_eq!((dotted.range, dotted.final_dot), (0..3, true));
        let long = "a".repeat(64);
        for (bad, why) in [
            ("", BadName::Empty),
            (".", BadName::LeadingDot),
            (".a", BadName::LeadingDot),
            ("a..b", BadName::EmptyLabel),
            ("a..", BadName::EmptyLabel),
            ("-a.b", BadName::Hyphen),
            ("a.-b", BadName::Hyphen),
            ("*.a", BadName::Star),
            ("a b", BadName::Blank),
            ("a:b", BadName::Byte(b':')),
            (&long, BadName::LongLabel),
            ("xn--a-\u{fc}", BadName::Idna),
        ] {
            assert_eq!(name(bad.as_bytes()), Err(why), "{bad}");
        }
    }

    #[test]
    fn hosts() {
        assert_eq!(host(b"192.0.2.1"), Ok(Host::V4));
        assert_eq!(host(b"2001:db8::1"), Ok(Host::V6(0..11)));
        assert_eq!(host(b"[2001:db8::1]"), Ok(Host::V6(1..12)));
        assert!(matches!(host(b"mx1.example"), Ok(Host::Name(_))));
        for bad in [
            "192.0.2",
            "192.0.2.256",
            "0x7f.1",
            "1.2.3.4.5",
            "7",
            "mx.0x1f",
            "192.0.2.1.",
        ] {
            assert_eq!(host(bad.as_bytes()), Err(BadHost::Dotted), "{bad}");
        }
        for bad in ["[1.2.3.4]", "[::1", "::g", "a:b:c"] {
            assert_eq!(host(bad.as_bytes()), Err(BadHost::V6), "{bad}");
        }
        assert_eq!(host(b"http://a"), Err(BadHost::Url));
        assert!(matches!(
            host(b"a:b"),
            Err(BadHost::Name(BadName::Byte(b':')))
        ));
        assert!(matches!(host(b"face.0xyz"), Ok(Host::Name(_))));
    }

    #[test]
    fn ports() {
        assert_eq!(port(b"25"), Ok(25));
        assert_eq!(port(b"065535"), Ok(65535));
        for (bad, why) in [
            ("", BadPort::Empty),
            ("0", BadPort::Zero),
            ("65536", BadPort::TooLarge),
            ("99999999999999999999", BadPort::TooLarge),
            ("smtp", BadPort::NotDecimal),
            ("+25", BadPort::NotDecimal),
        ] {
            assert_eq!(port(bad.as_bytes()), Err(why), "{bad}");
        }
    }
}
