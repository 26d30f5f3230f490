//! The values of `manualmx`, as a plain `route_data = ${lookup{$domain}lsearch{/etc/manualmx}}` of Exim takes them.

use std::net::Ipv6Addr;
use std::ops::Range;

use smallvec::SmallVec;

use super::host::{Item, item};
use super::line::is_blank;
use crate::formats::names::{BadHost, host};
use crate::formats::notes::Notes;
use crate::formats::options::Assumed;
use crate::model::{Action, Choice, Hop, HopLookup};
use crate::source::{Span, Text};

/// Where a value sends mail.
#[derive(Debug)]
pub(super) struct Value {
    pub action: Action,
    /// What must be so for it.
    pub rests_on: Option<&'static str>,
}

impl Value {
    fn to(hop: Hop, rests_on: Option<&'static str>) -> Self {
        Value {
            action: Action::to(hop),
            rests_on,
        }
    }
}

const NOT_API: &str =
    "the API writes one host and nothing else; which router reads the file is not documented";

/// Reads the value of `key`.
///
/// # Errors
/// Why it is an error, which has been said.
pub(super) fn value(
    notes: &mut Notes<'_>,
    assumed: &Assumed<'_>,
    key: Text,
    value: Text,
) -> Result<Value, String> {
    let text = notes.bytes(value).to_vec();
    if text.is_empty() {
        let shown = notes.shown(key);
        notes.error(
            "no-host",
            key,
            format!("{shown} has no host"),
            "Exim's router declines, and mail for the domain goes to its MX",
            "write the host, or delete the line",
        );
        return Err("no host is named".to_owned());
    }
    if text.iter().any(|&b| is_blank(b)) {
        let shown = notes.shown(value);
        notes.error(
            "bad-host",
            value,
            format!("a blank in `{shown}`"),
            "Exim takes what stands behind it for options of the router: mail is deferred",
            "write one host",
        );
        return Err("a blank stands in the value".to_owned());
    }
    if let Err(bad @ BadHost::Url) = host(&text) {
        let shown = notes.shown(value);
        notes.error(
            "bad-host",
            value,
            format!("`{shown}` is no host: {bad}"),
            "Exim does not find such a host: mail for the domain is deferred",
            "write a name or an address",
        );
        return Err(format!("`{shown}` is no host"));
    }
    if let Some(inner) = ipv6(&text) {
        return address(notes, assumed, value, inner);
    }
    let ranges = split(&text);
    let numbers = ranges
        .iter()
        .skip(1)
        .any(|range| is_number(&text[range.clone()]));
    if numbers {
        return Err(single_colon(notes, value, &text, &ranges));
    }
    let several = ranges.len() > 1;
    let mut items = Vec::new();
    for range in ranges {
        let place = Span::new(value.start + range.start as u32, range.len() as u32);
        items.push(item(notes, place)?);
    }
    let mut rests_on = None;
    let shown = notes.shown(value);
    let mut other = |notes: &mut Notes<'_>, rule, message: String| -> Result<(), String> {
        if assumed.is("router", "api") {
            notes.error(rule, value, message, NOT_API, "write one host");
            return Err("the value is not one host".to_owned());
        }
        notes.warn(rule, value, message, NOT_API);
        rests_on = Some("router");
        Ok(())
    };
    if several {
        other(
            notes,
            "multiple-hosts",
            format!("`{shown}` names several hosts"),
        )?;
    }
    if items.iter().any(|item| item.hop.port.is_some()) {
        other(notes, "port", format!("`{shown}` names a port"))?;
    }
    if items
        .iter()
        .any(|item| matches!(item.hop.lookup, HopLookup::MxOf(_)))
    {
        other(
            notes,
            "mx-indirection",
            format!("`{shown}` asks for the MX of another name"),
        )?;
    }
    if items.iter().any(|item| item.colons) {
        let message = format!(
            "`{shown}` is an IPv6 address with doubled colons, as Exim writes it in a list"
        );
        other(notes, "ipv6-ambiguous", message)?;
    }
    repeated(notes, &items);
    let mut hops: SmallVec<[Hop; 1]> = items.iter().map(|item| item.hop).collect();
    if let [hop] = hops.as_slice() {
        return Ok(Value::to(*hop, rests_on));
    }
    hops.shrink_to_fit();
    Ok(Value {
        action: Action::relay(Choice::InOrder, hops),
        rests_on,
    })
}

/// The IPv6 address that a value is, without brackets.
fn ipv6(text: &[u8]) -> Option<Range<usize>> {
    let bracketed = text.first() == Some(&b'[') && text.last() == Some(&b']');
    let inner = match bracketed && text.len() > 1 {
        true => 1..text.len() - 1,
        false => 0..text.len(),
    };
    let parsed = std::str::from_utf8(&text[inner.clone()])
        .ok()?
        .parse::<Ipv6Addr>();
    parsed.is_ok().then_some(inner)
}

fn address(
    notes: &mut Notes<'_>,
    assumed: &Assumed<'_>,
    value: Text,
    inner: Range<usize>,
) -> Result<Value, String> {
    if assumed.is("ipv6", "list") {
        let shown = notes.shown(value);
        notes.error(
            "ipv6-ambiguous",
            value,
            format!("`{shown}` is a list of hosts, not an IPv6 address"),
            "the colons separate hosts: mail goes to an address that nobody wrote",
            "name the host",
        );
        return Err("the colons of the address separate hosts".to_owned());
    }
    ambiguous(notes, value);
    let host = Span::new(value.start + inner.start as u32, inner.len() as u32);
    Ok(Value::to(Hop::to(HopLookup::Address(host)), Some("ipv6")))
}

fn ambiguous(notes: &mut Notes<'_>, value: Text) {
    let shown = notes.shown(value);
    let first = notes
        .bytes(value)
        .split(|b| *b == b':')
        .next()
        .unwrap_or(b"");
    let first = String::from_utf8_lossy(first).into_owned();
    let other = match first.parse::<u32>() {
        Ok(number) => format!(
            "{first} ({}) as the first host",
            std::net::Ipv4Addr::from(number)
        ),
        Err(_) => "several hosts".to_owned(),
    };
    let effect = format!(
        "the API documents IPv6 addresses, but Exim separates hosts by colons and would read {other}; what the router of cPanel does is not documented"
    );
    notes.warn(
        "ipv6-ambiguous",
        value,
        format!("`{shown}` is an IPv6 address with bare colons"),
        &effect,
    );
}

/// The items of a list of Exim: a colon separates, two colons are one that does not.
fn split(text: &[u8]) -> Vec<Range<usize>> {
    let mut items = Vec::new();
    let (mut start, mut at) = (0, 0);
    while let Some(next) = memchr::memchr(b':', &text[at..]) {
        let colon = at + next;
        if text.get(colon + 1) == Some(&b':') {
            at = colon + 2;
            continue;
        }
        items.push(start..colon);
        (start, at) = (colon + 1, colon + 1);
    }
    items.push(start..text.len());
    items
}

fn is_number(text: &[u8]) -> bool {
    !text.is_empty() && text.iter().all(u8::is_ascii_digit)
}

/// `host:2525` is no port.
fn single_colon(
    notes: &mut Notes<'_>,
    value: Text,
    text: &[u8],
    ranges: &[Range<usize>],
) -> String {
    let number = ranges
        .iter()
        .skip(1)
        .find(|range| is_number(&text[(*range).clone()]));
    let number = number.map_or("", |range| {
        std::str::from_utf8(&text[range.clone()]).unwrap_or("")
    });
    let address = number.parse::<u32>().map_or_else(
        |_| "a name of digits".to_owned(),
        |n| std::net::Ipv4Addr::from(n).to_string(),
    );
    let shown = notes.shown(value);
    let host = String::from_utf8_lossy(&text[ranges[0].clone()]).into_owned();
    notes.error(
        "single-colon-port",
        value,
        format!("`{shown}` is two hosts, the second named {number} ({address}), and no port"),
        "mail goes to the standard port of the first host, and to an address that nobody wrote when it does not answer",
        format!("write `{host}`, or `{host}::{number}`, which the API does not document"),
    );
    format!("{number} is a second host, not a port")
}

fn repeated(notes: &mut Notes<'_>, items: &[Item]) {
    for (number, item) in items.iter().enumerate() {
        let text = notes.bytes(item.place).to_ascii_lowercase();
        let mut before = items[..number].iter();
        if before.any(|other| notes.bytes(other.place).eq_ignore_ascii_case(&text)) {
            let shown = notes.shown(item.place);
            notes.warn(
                "duplicate-host",
                item.place,
                format!("{shown} is named twice"),
                "it is tried again right after it has failed",
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_of_exim() {
        let items = |text: &'static str| -> Vec<&str> {
            let ranges = split(text.as_bytes());
            ranges.into_iter().map(|range| &text[range]).collect()
        };
        assert_eq!(items("a"), ["a"]);
        assert_eq!(items("a:b"), ["a", "b"]);
        assert_eq!(items("a::25"), ["a::25"]);
        assert_eq!(items("a::25:b"), ["a::25", "b"]);
        assert_eq!(items("a:"), ["a", ""]);
        assert_eq!(items("a:::b"), ["a::", "b"]);
    }
}
