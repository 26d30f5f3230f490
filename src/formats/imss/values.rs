//! The `value`s of a key, by their names.

use super::super::xml::{NodeId, Record, Value};
use super::routes::Reader;
use crate::source::{Span, Text};

/// A value, and its start tag.
#[derive(Clone, Copy)]
pub(super) struct Leaf {
    pub value: Value,
    pub tag: Span,
}

/// What is numbered from 0 and counted: smart hosts, name servers.
pub(super) struct Listing {
    /// The name of a value without its number.
    pub name: &'static str,
    pub count: Option<Leaf>,
    /// By number, in any order.
    pub items: Vec<(u32, Leaf)>,
}

impl Listing {
    fn new(name: &'static str) -> Self {
        Listing {
            name,
            count: None,
            items: Vec::new(),
        }
    }
}

/// The values of a domain relay.
pub(super) struct Values {
    pub method: Option<Leaf>,
    pub smart: Listing,
    pub dns: Listing,
}

/// The name of a value.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Named {
    Method,
    SmartCount,
    DnsCount,
    Smart(u32),
    Dns(u32),
}

/// The names without numbers.
const NAMES: [(&str, Named); 3] = [
    ("UseMethod", Named::Method),
    ("SmartHostCount", Named::SmartCount),
    ("DNSServerCount", Named::DnsCount),
];

/// The names before numbers.
pub(super) const SMART: &str = "SmartHost";
pub(super) const DNS: &str = "DNSServer";

impl Named {
    /// Which name `text` is, in any case; and how it is written, when that is another way.
    pub fn of(text: &[u8]) -> Option<(Named, Option<String>)> {
        let (named, name) = Named::in_any_case(text)?;
        let as_written = name.as_bytes() == text;
        Some((named, (!as_written).then_some(name)))
    }

    fn in_any_case(text: &[u8]) -> Option<(Named, String)> {
        for (name, named) in NAMES {
            if name.as_bytes().eq_ignore_ascii_case(text) {
                return Some((named, name.to_owned()));
            }
        }
        [SMART, DNS].into_iter().find_map(|name| {
            let (start, digits) = text.split_at_checked(name.len())?;
            let number = number(digits)?;
            let named = match name == SMART {
                true => Named::Smart(number),
                false => Named::Dns(number),
            };
            let same = start.eq_ignore_ascii_case(name.as_bytes());
            same.then(|| (named, format!("{name}{number}")))
        })
    }
}

/// A number as the product counts: without zeros before it.
fn number(digits: &[u8]) -> Option<u32> {
    let plain = digits == b"0" || digits.first().is_some_and(|b| (b'1'..=b'9').contains(b));
    let decimal = digits.len() <= 9 && digits.iter().all(u8::is_ascii_digit);
    let text = std::str::from_utf8(digits).ok();
    text.filter(|_| plain && decimal)?.parse().ok()
}

impl Values {
    /// The values of the key `record`; others are reported, but for the one called `also`.
    pub fn read(reader: &mut Reader<'_>, record: &Record, also: Option<&str>) -> Self {
        let mut values = Values {
            method: None,
            smart: Listing::new(SMART),
            dns: Listing::new(DNS),
        };
        for (name, leaf) in leaves(reader, record) {
            let bytes = reader.notes.bytes(name);
            if also.is_some_and(|also| also.as_bytes() == bytes) {
                continue;
            }
            match Named::of(bytes) {
                Some((named, written)) => {
                    if let Some(meant) = written {
                        reader.wrong_case(name, &meant);
                    }
                    if let Some(first) = values.put(named, leaf) {
                        let shown = reader.shown(name);
                        reader.repeated(leaf.tag, &shown, Some(first.tag));
                    }
                }
                None => unknown(reader, name),
            }
        }
        values.smart.items.sort_by_key(|(number, _)| *number);
        values.dns.items.sort_by_key(|(number, _)| *number);
        values.look_for_repeated(reader);
        values
    }

    /// Puts a value in its place; returns the one that is there already.
    fn put(&mut self, named: Named, leaf: Leaf) -> Option<Leaf> {
        let place = match named {
            Named::Method => &mut self.method,
            Named::SmartCount => &mut self.smart.count,
            Named::DnsCount => &mut self.dns.count,
            Named::Smart(number) => {
                self.smart.items.push((number, leaf));
                return None;
            }
            Named::Dns(number) => {
                self.dns.items.push((number, leaf));
                return None;
            }
        };
        match place {
            Some(first) => Some(*first),
            None => {
                *place = Some(leaf);
                None
            }
        }
    }

    /// Numbers that stand twice.
    fn look_for_repeated(&mut self, reader: &mut Reader<'_>) {
        for list in [&mut self.smart, &mut self.dns] {
            let name = list.name;
            let mut kept: Vec<(u32, Leaf)> = Vec::with_capacity(list.items.len());
            for (number, leaf) in std::mem::take(&mut list.items) {
                match kept.last().filter(|(before, _)| *before == number) {
                    Some((_, first)) => {
                        reader.repeated(leaf.tag, &format!("{name}{number}"), Some(first.tag));
                    }
                    None => kept.push((number, leaf)),
                }
            }
            list.items = kept;
        }
    }
}

/// The values in `record` with the texts of their names; what is none is reported.
pub(super) fn leaves(reader: &mut Reader<'_>, record: &Record) -> Vec<(Text, Leaf)> {
    let mut leaves = Vec::new();
    for id in record.children(0) {
        let node = record.node(id);
        let (name, tag) = (node.name, node.tag);
        if reader.named(name, &["value"]).is_none() {
            no_value(reader, name, tag);
            continue;
        }
        let [name] = reader.attributes(record, id, ["name"]);
        in_it(reader, record, id);
        match name {
            Some(name) => leaves.push((
                name.text,
                Leaf {
                    value: node.value,
                    tag,
                },
            )),
            None => {
                let help = "write name=\"…\"";
                let message = "`value` has no attribute `name`";
                reader.error("missing-attribute", tag, message, help);
            }
        }
    }
    leaves
}

/// An element beside the values. A key in a key is one that somebody meant.
fn no_value(reader: &mut Reader<'_>, name: Span, tag: Span) {
    if reader.notes.bytes(name).eq_ignore_ascii_case(b"key") {
        let message = "a `key` in a `key`";
        let effect = "neither is used: the product reads keys below the root";
        let help = "close the one before the other begins";
        reader
            .notes
            .error("unknown-element", tag, message, effect, help);
    } else {
        reader.unknown_element(name, tag);
    }
}

/// Elements in a value. Whether the text around them is the value then, nobody knows.
fn in_it(reader: &mut Reader<'_>, record: &Record, id: NodeId) {
    let inside: Vec<NodeId> = record.children(id).collect();
    for child in inside {
        let node = record.node(child);
        let shown = reader.shown(node.name);
        let message = format!("the element `{shown}` in a value");
        let help = "write text alone";
        reader.error("unknown-element", node.tag, message, help);
    }
}

fn unknown(reader: &mut Reader<'_>, name: Text) {
    let span = reader.notes.source(name);
    let message = format!("the value `{}` is not documented", reader.shown(name));
    let effect = "none that is known: it is kept and says nothing";
    reader.notes.warn("unknown-value", span, message, effect);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_have_numbers_without_zeros() {
        let of =
            |text: &str| Named::of(text.as_bytes()).map(|(named, other)| (named, other.is_some()));
        assert!(of("UseMethod") == Some((Named::Method, false)));
        assert!(of("usemethod") == Some((Named::Method, true)));
        assert!(of("SmartHost0") == Some((Named::Smart(0), false)));
        assert!(of("SmartHost10") == Some((Named::Smart(10), false)));
        assert!(of("dnsserver1") == Some((Named::Dns(1), true)));
        for none in [
            "",
            "SmartHost",
            "SmartHost01",
            "SmartHost1x",
            "SmartHost-1",
            "SmartHost9999999999",
            "Smart",
        ] {
            assert!(of(none).is_none(), "{none}");
        }
    }
}
