//! A port as it is written, for whatever dialect.

use std::net::Ipv6Addr;
use std::ops::Range;

use super::line::blanks;
use super::rules::speaks_of_value;
use super::{Line, Notation};

/// A relay with what looks like a port behind it, whichever separator stands between them.
///
/// The rules about ports look at it, so that one mistake is found by one rule under every dialect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrittenPort<'a> {
    /// The relay; never empty.
    pub relay: Range<usize>,
    /// What stands between relay and port: `:`, `;` or `,`.
    pub separator: u8,
    /// Where the port stands: up to a blank, `|` or `#`.
    pub range: Range<usize>,
    /// The bytes there; may be empty.
    pub text: &'a [u8],
}

/// How large a number is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Magnitude {
    /// Zero.
    Zero,
    /// 1 to 65535.
    Port,
    /// More than 16 bits hold; this is what they hold of it.
    Large(u16),
    /// More than 64 bits hold.
    Huge(u16),
}

/// Words that other mail systems write before a relay; the first four mean what this table does.
pub(super) const TRANSPORTS: [&[u8]; 11] = [
    b"smtp",
    b"esmtp",
    b"relay",
    b"smtps",
    b"lmtp",
    b"local",
    b"virtual",
    b"error",
    b"discard",
    b"procmail",
    b"uucp",
];

impl<'a> WrittenPort<'a> {
    /// The port of a line that a person takes for a route. `None` for IPv6 relays and for what other programs write as a
    /// relay (`smtp:[host]`, `smtp://host`): the colon is no port's there.
    pub fn of(line: &Line<'a>, notation: &Notation) -> Option<Self> {
        if !line.is_route() {
            return None;
        }
        let value = line.value_range();
        let start = value.start + blanks(&line.bytes[value.clone()]);
        let ends =
            |b: &u8| matches!(b, b' ' | b'\t' | b'|' | b'#') || *b == b'/' && notation.is_lenient();
        let whole = line.bytes.get(start..value.end)?;
        let head = &whole[..whole.iter().position(ends).unwrap_or(whole.len())];
        let at = head.iter().position(|b| matches!(b, b':' | b';' | b','))?;
        let port = WrittenPort {
            relay: start..start + at,
            separator: head[at],
            range: start + at + 1..start + head.len(),
            text: &head[at + 1..],
        };
        let relay = &head[..at];
        let other =
            at == 0 || is_v6(head) || port.is_foreign(relay) || speaks_of_value(line, notation);
        (!other).then_some(port)
    }

    /// True when it is written with the dialect's separator, or with the usual one.
    pub fn is_usual(&self, notation: &Notation) -> bool {
        self.separator == b':' || self.separator == notation.port_separator
    }

    /// True when it is a port beyond doubt: by its separator, or because a number follows.
    pub fn is_certain(&self, notation: &Notation) -> bool {
        self.is_usual(notation) || self.digits() > 0
    }

    /// Number of digits that it begins with.
    pub fn digits(&self) -> usize {
        self.text.iter().take_while(|b| b.is_ascii_digit()).count()
    }

    /// True when it is nothing but digits.
    pub fn is_number(&self) -> bool {
        !self.text.is_empty() && self.digits() == self.text.len()
    }

    /// How large its digits are.
    pub fn magnitude(&self) -> Magnitude {
        let (mut number, mut low, mut huge) = (0u64, 0u16, false);
        for &byte in &self.text[..self.digits()] {
            let digit = byte - b'0';
            low = low.wrapping_mul(10).wrapping_add(u16::from(digit));
            let next = number
                .checked_mul(10)
                .and_then(|n| n.checked_add(u64::from(digit)));
            huge |= next.is_none();
            number = next.unwrap_or(u64::MAX);
        }
        match number {
            _ if huge => Magnitude::Huge(low),
            0 => Magnitude::Zero,
            1..=65535 => Magnitude::Port,
            _ => Magnitude::Large(low),
        }
    }

    /// The port that a word stands for.
    pub fn of_word(&self) -> Option<u16> {
        const WORDS: [(&[u8], u16); 12] = [
            (b"smtp", 25),
            (b"mail", 25),
            (b"esmtp", 25),
            (b"submission", 587),
            (b"msa", 587),
            (b"starttls", 587),
            (b"submissions", 465),
            (b"smtps", 465),
            (b"ssmtp", 465),
            (b"ssl", 465),
            (b"tls", 465),
            (b"urd", 465),
        ];
        WORDS
            .iter()
            .find(|(word, _)| self.text.eq_ignore_ascii_case(word))
            .map(|(_, port)| *port)
    }

    /// True for `smtp://host`, `smtp:[host]`, `smtp:host`, `smtp:host:25`; `relay:25` and `relay:smtp` may be a host.
    fn is_foreign(&self, relay: &[u8]) -> bool {
        let transport = TRANSPORTS
            .iter()
            .any(|word| relay.eq_ignore_ascii_case(word));
        let empty = self.text.is_empty() && !relay.eq_ignore_ascii_case(b"relay");
        let host = match self.text.first() {
            Some(b'0'..=b'9') => self.text.contains(&b'.'),
            Some(byte) => byte.is_ascii_alphabetic() && self.of_word().is_none(),
            None => empty,
        };
        self.text.starts_with(b"[") || self.text.starts_with(b"//") || transport && host
    }
}

/// True for an IPv6 address, or what was meant to be one: in brackets or not, with a port behind it or not.
fn is_v6(head: &[u8]) -> bool {
    let colons = |text: &[u8]| text.iter().filter(|&&b| b == b':').count();
    if let Some(inside) = head.strip_prefix(b"[") {
        let end = memchr::memchr(b']', inside).unwrap_or(inside.len());
        return inside[..end].contains(&b':');
    }
    // An address has at most 45 bytes, and a name of an interface and a port may follow.
    if colons(head) < 2 || head.len() > 80 {
        return false;
    }
    let hex = |text: &[u8]| text.iter().all(|b| b.is_ascii_hexdigit() || *b == b':');
    if head
        .get(..5)
        .is_some_and(|start| start.eq_ignore_ascii_case(b"ipv6:"))
        || hex(head) && colons(head) >= 4
    {
        return true;
    }
    let address =
        |text: &[u8]| std::str::from_utf8(text).is_ok_and(|text| text.parse::<Ipv6Addr>().is_ok());
    let mark = head.iter().position(|b| matches!(b, b'%' | b';' | b','));
    address(head) || mark.is_some_and(|at| address(&head[..at]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::line::lines;

    const NOTATION: Notation = Notation {
        format: "smtproutes",
        name: "notqmail",
        title: "notqmail",
        file: "smtproutes",
        port_separator: b':',
        credentials: None,
        bounce_key: false,
        auth_senders: false,
        independent_lines: true,
        is_of_lines: true,
    };

    fn port(value: &str) -> Option<(String, Magnitude)> {
        let text = format!("example.org:{value}");
        let line = lines(text.as_bytes(), 0, true).next()?;
        let port = WrittenPort::of(&line, &NOTATION)?;
        let text = std::str::from_utf8(port.text).ok()?.to_owned();
        Some((text, port.magnitude()))
    }

    #[test]
    fn what_is_a_port() {
        let is = |text: &str, magnitude| Some((text.to_owned(), magnitude));
        assert_eq!(port("mx:587"), is("587", Magnitude::Port));
        assert_eq!(port(" mx;587|u|p"), is("587", Magnitude::Port));
        assert_eq!(port("mx,00 u p:1"), is("00", Magnitude::Zero));
        assert_eq!(port("mx:65561"), is("65561", Magnitude::Large(25)));
        assert_eq!(
            port("mx:18446744073709551641"),
            is("18446744073709551641", Magnitude::Huge(25))
        );
        assert_eq!(port("relay:smtp"), is("smtp", Magnitude::Zero));
        assert_eq!(port("smtp:25"), is("25", Magnitude::Port));
        assert_eq!(port("b:25:26"), is("25:26", Magnitude::Port));
    }

    #[test]
    fn what_is_none() {
        for other in [
            "mx",
            ":25",
            "smtp:[mx]:25",
            "smtp://mx",
            "smtp:mx.example:25",
            "relay:mx1",
            "smtp:192.0.2.1",
            "2001:db8::1",
            "2001:db8::1;25",
            "[2001:db8::1]:25",
            "[2001:db8:",
            "fe80::1%eth0",
            "IPv6:2001:db8::1",
            "mx|u:25",
        ] {
            assert_eq!(port(other), None, "{other}");
        }
    }
}
