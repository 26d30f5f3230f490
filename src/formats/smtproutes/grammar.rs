//! The grammar of an entry, in nom. Everything that stands right of a key is read here and nowhere else.

use std::ops::Range;

use nom::bytes::complete::{tag, take_till, take_while};
use nom::combinator::{opt, recognize, rest};
use nom::sequence::{preceded, separated_pair};
use nom::{IResult, Offset, Parser};

use super::dialect::{CredentialRule, ValueRules};
use crate::control::scan_ulong;
use crate::model::TimeoutMemory;

/// Where a password comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RawPassword {
    /// These bytes of the value.
    Here(Range<usize>),
    /// The entry behind this one, whatever it is.
    NextEntry,
}

/// A value, taken apart. Ranges count from the value's first byte.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Value {
    /// The relay; may be empty although the value is not.
    pub host: Range<usize>,
    /// The port as scanned, when there is one.
    pub port: Option<u64>,
    /// User and password.
    pub credentials: Option<(Range<usize>, RawPassword)>,
    /// indimail's penalty and tolerance, when stated.
    pub memory: Option<TimeoutMemory>,
    /// Why the checked dialect refuses the port.
    pub bad_port: Option<&'static str>,
}

/// Splits an entry at its first `:` (notqmail `constmap.c:77-81`); an entry without one has no key.
///
/// # Errors
/// There is no `:`.
pub fn entry(input: &[u8]) -> IResult<&[u8], (&[u8], &[u8])> {
    separated_pair(until(b':'), tag(&b":"[..]), rest).parse(input)
}

/// Takes a value apart by the rules of a dialect. Total: every text is a value.
pub fn value(rules: &ValueRules, text: &[u8]) -> Value {
    let mut parsed = match rules.credentials {
        CredentialRule::None => relay_and_port(rules, text, text),
        CredentialRule::Separated(separator) => {
            let (relay, credentials) = separated(text, separator);
            Value {
                credentials,
                ..relay_and_port(rules, text, relay)
            }
        }
        CredentialRule::SeparatedPortAnywhere(separator) => {
            // The relay ends at the blank or at the colon, whichever comes first; the port is behind the first colon of the
            // whole value, even in the password (qmail-ldap qmail-remote.c:895-912).
            let (relay, credentials) = separated(text, separator);
            let whole = relay_and_port(rules, text, text);
            let host = 0..whole.host.end.min(relay.len());
            Value {
                host,
                credentials,
                ..whole
            }
        }
        CredentialRule::Indimail => {
            let (relay, credentials) = indimail_credentials(text);
            Value {
                credentials,
                ..relay_and_port(rules, text, relay)
            }
        }
    };
    if rules.checked {
        check_port(text, &mut parsed);
    }
    parsed
}

fn until<'a>(
    byte: u8,
) -> impl Parser<&'a [u8], Output = &'a [u8], Error = nom::error::Error<&'a [u8]>> {
    take_till(move |b| b == byte)
}

fn relay_and_port(rules: &ValueRules, text: &[u8], relay: &[u8]) -> Value {
    let separator = [rules.port_separator];
    let bracketed = if rules.checked {
        bracketed_v6(relay)
    } else {
        None
    };
    let grammar = (
        until(rules.port_separator),
        opt(preceded(tag(&separator[..]), rest)),
    );
    let (host, after) = match bracketed {
        Some((after, host)) => (host, after.strip_prefix(&separator[..])),
        None => match { grammar }.parse(relay) {
            Ok((_, (host, after))) => (host, after),
            Err(_) => (relay, None),
        },
    };
    let start = text.offset(host);
    let mut value = Value {
        host: start..start + host.len(),
        port: None,
        credentials: None,
        memory: None,
        bad_port: None,
    };
    match after {
        Some(after) if rules.penalty_fields => penalty_fields(relay, host.len(), after, &mut value),
        Some(after) => value.port = Some(scan_ulong(after).0),
        None => {}
    }
    value
}

/// `[` IPv6 address `]`, then nothing or a port: what stands behind the bracket, and the bracketed address.
fn bracketed_v6(relay: &[u8]) -> Option<(&[u8], &[u8])> {
    let inside = take_while(|b: u8| b.is_ascii_hexdigit() || matches!(b, b':' | b'.'));
    let parsed: IResult<&[u8], &[u8]> =
        recognize((tag(&b"["[..]), inside, tag(&b"]"[..]))).parse(relay);
    let (after, host) = parsed.ok()?;
    let address: Result<std::net::Ipv6Addr, _> =
        std::str::from_utf8(&host[1..host.len() - 1]).ok()?.parse();
    (address.is_ok() && matches!(after.first(), None | Some(b':'))).then_some((after, host))
}

/// What the dialect `qroute` refuses: a port that qmail would read as 0 or cut to 16 bits.
fn check_port(text: &[u8], value: &mut Value) {
    let Some(_) = value.port else { return };
    let after = text.get(value.host.end + 1..).unwrap_or(b"");
    let digits: &[u8] = &after[..scan_ulong(after).1];
    let significant = digits
        .iter()
        .position(|&b| b != b'0')
        .map_or(&b""[..], |at| &digits[at..]);
    value.bad_port = match significant {
        _ if after.is_empty() => Some("the port is empty: qmail-remote would connect to port 0"),
        _ if digits.is_empty() => {
            Some("the port is no number: qmail-remote would connect to port 0")
        }
        [] => Some("the port is 0: no connection can be made"),
        number if number.len() > 5 || scan_ulong(number).0 > 65535 => {
            Some("the port is above 65535: qmail-remote would use its low 16 bits")
        }
        _ => None,
    };
}

/// Relay and credentials around the first separator; a value without a second one has its password in the next entry.
fn separated(text: &[u8], separator: u8) -> (&[u8], Option<(Range<usize>, RawPassword)>) {
    let between = [separator];
    let tail = (until(separator), opt(preceded(tag(&between[..]), rest)));
    let grammar = (until(separator), opt(preceded(tag(&between[..]), tail)));
    let parsed: IResult<&[u8], _> = { grammar }.parse(text);
    match parsed {
        Ok((_, (relay, Some((user, password))))) => {
            let password = password.map_or(RawPassword::NextEntry, |p| {
                RawPassword::Here(range(text, p))
            });
            (relay, Some((range(text, user), password)))
        }
        Ok((_, (relay, None))) => (relay, None),
        Err(_) => (text, None),
    }
}

/// indimail with `AUTH_SMTP` (qmail-remote.c:3431-3478): both user and password must be there; the password ends at the
/// next blank, behind which stand environment settings. A token (`/s`, `/r`, `/name`) leaves the relay as it is.
fn indimail_credentials(text: &[u8]) -> (&[u8], Option<(Range<usize>, RawPassword)>) {
    let (relay, Some((user, password))) = separated(text, b' ') else {
        return (text, None);
    };
    if text.get(user.start) == Some(&b'/') {
        return (text, None);
    }
    let RawPassword::Here(password) = password else {
        return (relay, None);
    };
    if user.is_empty() || password.is_empty() {
        // Authentication stays switched on, with nothing to authenticate with.
        return (
            relay,
            Some((
                user.start..user.start,
                RawPassword::Here(user.start..user.start),
            )),
        );
    }
    let len = text[password.clone()]
        .iter()
        .take_while(|&&b| b != b' ')
        .count();
    (
        relay,
        Some((
            user,
            RawPassword::Here(password.start..password.start + len),
        )),
    )
}

/// `port:penalty:tolerance` behind the relay (indimail qmail-remote.c:3485-3505).
///
/// An empty field keeps its default. The tolerance is looked for at the wrong place: the index of the second colon is
/// counted from the relay, not from the port.
fn penalty_fields(relay: &[u8], host_len: usize, after: &[u8], value: &mut Value) {
    let Some(&first) = after.first() else { return };
    if first != b':' {
        value.port = Some(scan_ulong(after).0);
    }
    let Some(colon) = after.iter().position(|&b| b == b':') else {
        return;
    };
    let mut memory = TimeoutMemory::default();
    let penalty = &after[colon + 1..];
    if !penalty.is_empty() && penalty[0] != b':' {
        memory.min_penalty = scan_int(penalty);
    }
    // The relay is cut at `host_len` by now, so that a text that starts before it ends there.
    let from = colon + 1;
    let to = if from <= host_len {
        host_len
    } else {
        relay.len()
    };
    let wrong = relay.get(from..to).unwrap_or(b"");
    if let Some(at) = wrong.iter().position(|&b| b == b':')
        && wrong.get(at + 1) != Some(&b':')
    {
        memory.max_tolerance = scan_ulong(&wrong[at + 1..]).0;
    }
    memory.used = memory.min_penalty != 0;
    value.memory = Some(memory);
}

/// `scan_int` of libqmail: blanks, a sign, digits; an `int` that wraps.
fn scan_int(text: &[u8]) -> i32 {
    let text = &text[text
        .iter()
        .take_while(|&&b| matches!(b, b' ' | b'\t'))
        .count()..];
    let negative = text.first() == Some(&b'-');
    let digits = text
        .strip_prefix(b"-")
        .or(text.strip_prefix(b"+"))
        .unwrap_or(text);
    let digits = digits.iter().take_while(|b| b.is_ascii_digit());
    let number = digits.fold(0i32, |n, &b| {
        n.wrapping_mul(10).wrapping_add(i32::from(b - b'0'))
    });
    if negative {
        number.wrapping_neg()
    } else {
        number
    }
}

fn range(text: &[u8], part: &[u8]) -> Range<usize> {
    let start = text.offset(part);
    start..start + part.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::smtproutes::Dialect;

    fn parse(dialect: &str, text: &str) -> Value {
        value(&Dialect::find(dialect).unwrap().value, text.as_bytes())
    }

    #[test]
    fn checked_ports() {
        assert_eq!(parse("qroute", "[2001:db8::1]:587").port, Some(587));
        assert_eq!(parse("qroute", "[2001:db8::1]").host, 0..13);
        assert_eq!(parse("qroute", "[2001:db8::1]x:25").host, 0..5);
        for bad in [
            "mx:",
            "mx:smtp",
            "mx:0",
            "mx:00",
            "mx:65536",
            "mx:18446744073709551641",
            "[::1]:",
            "mx: 25",
        ] {
            assert!(parse("qroute", bad).bad_port.is_some(), "{bad}");
        }
        for good in ["mx", "mx:25", "mx:00025", "mx:25x", "mx:65535", "mx:25:26"] {
            assert!(parse("qroute", good).bad_port.is_none(), "{good}");
        }
        assert!(parse("notqmail", "mx:").bad_port.is_none());
    }

    #[test]
    fn credentials_are_ranges_of_the_value() {
        let value = parse("sagredo", "mx:587|u|p:q|r");
        assert_eq!((value.host, value.port), (0..2, Some(587)));
        assert_eq!(value.credentials, Some((7..8, RawPassword::Here(9..14))));
        let value = parse("sagredo", "mx|u");
        assert_eq!(value.credentials, Some((3..4, RawPassword::NextEntry)));
        let value = parse("qmail-ldap", "mx u a:7");
        assert_eq!((value.host, value.port), (0..2, Some(7)));
    }
}
