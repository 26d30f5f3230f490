//! What the values of a key say: where its mail goes.

use std::collections::HashSet;
use std::net::Ipv4Addr;

use smallvec::SmallVec;

use super::routes::Reader;
use super::values::{Leaf, SMART, Values};
use super::{host, listing};
use crate::diagnostic::{Finding, Severity};
use crate::model::{Action, Choice, Hop, HopLookup, Port, Tls};
use crate::source::{Span, Text};

/// The action of a key whose start tag is `tag`. `None` when there are errors; they are noted.
pub(super) fn action(reader: &mut Reader<'_>, values: &Values, tag: Span) -> Option<Action> {
    match by_smart_hosts(reader, values)? {
        true => {
            listing::inert(reader, &values.dns, "UseMethod is 1, smart hosts");
            smart_hosts(reader, values, tag)
        }
        false => {
            let why = match values.method {
                Some(_) => "UseMethod is 0, DNS",
                None => "there is no UseMethod, which is 0, DNS",
            };
            listing::inert(reader, &values.smart, why);
            Some(relay(
                SmallVec::from_elem(Hop::to(HopLookup::OwnMx), 1),
                resolvers(reader, values),
            ))
        }
    }
}

/// The method: true for smart hosts. A missing one is DNS (documented).
fn by_smart_hosts(reader: &mut Reader<'_>, values: &Values) -> Option<bool> {
    let Some(leaf) = values.method else {
        return Some(false);
    };
    match reader.notes.bytes(leaf.value.text) {
        b"0" => Some(false),
        b"1" => Some(true),
        bytes => {
            let (span, message) = match bytes.is_empty() {
                true => (leaf.tag, "`UseMethod` is empty".to_owned()),
                false => (
                    reader.notes.source(leaf.value.text),
                    format!(
                        "the method `{}` is none: there are 0 and 1",
                        reader.shown(leaf.value.text)
                    ),
                ),
            };
            let help = "write 0 for a DNS query, 1 for smart hosts";
            reader.error("bad-method", span, message, help);
            None
        }
    }
}

fn smart_hosts(reader: &mut Reader<'_>, values: &Values, tag: Span) -> Option<Action> {
    let before = reader.notes.broken;
    let items = listing::items(reader, &values.smart);
    let mut hops: SmallVec<[Hop; 1]> = SmallVec::new();
    for (number, leaf) in items {
        hops.extend(host::hop(reader, &format!("{SMART}{number}"), *leaf));
    }
    if items.is_empty() && reader.notes.broken == before {
        let place = match values.smart.count {
            Some(leaf) if !leaf.value.text.is_empty() => reader.notes.source(leaf.value.text),
            _ => values
                .method
                .map_or(tag, |leaf| reader.notes.source(leaf.value.text)),
        };
        let message = "UseMethod is 1, and there is no smart host";
        let help = "write SmartHostCount and SmartHost0, or UseMethod 0";
        reader.error("no-smart-host", place, message, help);
        return None;
    }
    look_for_twins(reader, &hops);
    (hops.len() == items.len()).then(|| relay(hops, Vec::new()))
}

/// The same host on the same port twice.
fn look_for_twins(reader: &mut Reader<'_>, hops: &[Hop]) {
    let mut seen: HashSet<(Vec<u8>, u16)> = HashSet::new();
    for hop in hops {
        let HopLookup::Address(text) = hop.lookup else {
            continue;
        };
        let name = reader.notes.bytes(text).to_ascii_lowercase();
        if !seen.insert((name, hop.port.unwrap_or(Port::SMTP).wire())) {
            let message = format!("the smart host `{}` stands twice", reader.shown(text));
            let effect = "it takes two turns where the others take one";
            let span = reader.notes.source(text);
            reader.notes.warn("duplicate-host", span, message, effect);
        }
    }
}

/// The name servers that are asked instead of the system's.
fn resolvers(reader: &mut Reader<'_>, values: &Values) -> Vec<Text> {
    let items = listing::items(reader, &values.dns);
    let name = values.dns.name;
    let one = |(number, leaf): &(u32, Leaf)| resolver(reader, &format!("{name}{number}"), *leaf);
    items.iter().filter_map(one).collect()
}

fn resolver(reader: &mut Reader<'_>, name: &str, leaf: Leaf) -> Option<Text> {
    let text = leaf.value.text;
    if text.is_empty() {
        reader.missing_value(leaf.tag, name);
        return None;
    }
    let address = std::str::from_utf8(reader.notes.bytes(text)).ok();
    if address.is_some_and(|address| address.parse::<Ipv4Addr>().is_ok()) {
        return Some(text);
    }
    let (shown, span) = (reader.shown(text), reader.notes.source(text));
    let finding = Finding::new(
        "bad-resolver",
        Severity::Error,
        span,
        format!("`{shown}` is no IPv4 address of a name server"),
    );
    reader.notes.add(
        finding
            .effect("what the product asks instead is not documented: the key is not used")
            .help("write an IPv4 address, or DNSServerCount 0 for the system's name servers"),
    );
    None
}

/// Several smart hosts take turns, and the next one is tried when one fails (KA-0004366).
fn relay(hops: SmallVec<[Hop; 1]>, resolvers: Vec<Text>) -> Action {
    Action::Relay {
        choice: match hops.len() {
            0 | 1 => Choice::InOrder,
            _ => Choice::RoundRobin,
        },
        hops,
        tls: Tls::default(),
        families: None,
        memory: None,
        resolvers,
    }
}
