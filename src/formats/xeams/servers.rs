//! The hosts of a route: `HOST|HOST|…`.

use std::collections::HashSet;

use smallvec::SmallVec;

use super::super::names::{self, Host};
use super::route::Reader;
use crate::diagnostic::{Finding, Severity};
use crate::model::{Hop, HopLookup, Port};
use crate::source::{Span, Text, Visible};

const UNUSED: &str = "what becomes of its mail is not documented: the product may skip the route, or refuse the whole file";

/// Reads the value of `ip`, which is not empty. `None` when no mail can be sent by it; that is noted.
pub(super) fn hops(reader: &mut Reader<'_>, text: Text) -> Option<SmallVec<[Hop; 1]>> {
    let bytes = reader.notes.held(text);
    let mut hops = SmallVec::new();
    let mut usable = true;
    let (mut empty, mut blank) = (false, false);
    let mut seen = Seen::default();
    let mut twice = None;
    for item in bytes.split(|&b| b == b'|') {
        let at = item.as_ptr() as usize - bytes.as_ptr() as usize;
        let inner = item.trim_ascii();
        let lead = item.len() - item.trim_ascii_start().len();
        blank |= inner.len() != item.len();
        if inner.is_empty() {
            empty = true;
            continue;
        }
        let place = Span::new(text.start + (at + lead) as u32, inner.len() as u32);
        match server(reader, inner, place) {
            Some(hop) => {
                if !seen.insert(inner) {
                    twice.get_or_insert(place);
                }
                hops.push(hop);
            }
            None => usable = false,
        }
    }
    if empty && (!hops.is_empty() || !usable) {
        let finding = Finding::new(
            "empty-item",
            Severity::Warning,
            reader.notes.source(text),
            "nothing stands between two `|`, or before or behind one",
        )
        .effect("the other hosts are used; the product may draw the empty one and send nothing")
        .help("delete the `|`");
        reader.notes.add(finding);
    }
    if blank {
        reader.trimmed(text);
    }
    if let Some(place) = twice {
        let shown = Visible(reader.notes.bytes(place)).to_string();
        reader.notes.warn(
            "duplicate-host",
            reader.notes.source(place),
            format!("the host `{shown}` stands twice"),
            "it is drawn twice as often as the others",
        );
    }
    if hops.is_empty() && usable {
        let finding = Finding::new(
            "missing-value",
            Severity::Error,
            reader.notes.source(text),
            "no host stands in `ip`",
        );
        reader.notes.add(
            finding
                .effect(UNUSED)
                .help("write the relay's name or address"),
        );
        return None;
    }
    usable.then_some(hops)
}

/// Hosts of one route, in any case of their letters.
#[derive(Default)]
struct Seen<'t> {
    few: SmallVec<[&'t [u8]; 8]>,
    /// All of them, once they are many.
    many: HashSet<Vec<u8>>,
}

impl<'t> Seen<'t> {
    /// False when it is there.
    fn insert(&mut self, host: &'t [u8]) -> bool {
        const FEW: usize = 8;
        if self.few.len() < FEW {
            let is_new = !self
                .few
                .iter()
                .any(|other| other.eq_ignore_ascii_case(host));
            self.few.push(host);
            return is_new;
        }
        if self.many.is_empty() {
            self.many = self
                .few
                .iter()
                .map(|host| host.to_ascii_lowercase())
                .collect();
        }
        self.many.insert(host.to_ascii_lowercase())
    }
}

fn server(reader: &mut Reader<'_>, item: &[u8], place: Text) -> Option<Hop> {
    let shown = Visible(item);
    let bad = |reader: &mut Reader<'_>, rule, message: String, help: &str| {
        let span = reader.notes.source(place);
        reader.notes.error(rule, span, message, UNUSED, help);
        None
    };
    if let Some(&separator) = memchr::memchr2(b',', b';', item).map(|at| &item[at]) {
        let name = if separator == b',' {
            "comma"
        } else {
            "semicolon"
        };
        let message = format!("a {name} in `{shown}`: hosts are separated by `|` in this file");
        return bad(
            reader,
            "wrong-list-separator",
            message,
            "write `|` between hosts",
        );
    }
    let (host, port) = split_port(item);
    let found = match names::host(host) {
        Ok(found) => found,
        Err(why) => {
            let message = format!("`{shown}` is no host: {why}");
            return bad(reader, "bad-host", message, "write a name or an address");
        }
    };
    let port = match port {
        None => None,
        Some(digits) => match names::port(digits) {
            Ok(port) => Some(Port::scanned(u64::from(port))),
            Err(why) => {
                let message = format!("`{shown}`: {why}");
                return bad(
                    reader,
                    "bad-port",
                    message,
                    "write a port from 1 to 65535, or none",
                );
            }
        },
    };
    if port.is_some() {
        reader.notes.warn(
            "port-undocumented",
            reader.notes.source(place),
            format!("`{shown}` names a port, which the vendor documents for other files only"),
            "taken as the port; if the product does not know it, the host is not found",
        );
    }
    if let Host::V6(_) = found {
        reader.notes.warn(
            "ipv6-undocumented",
            reader.notes.source(place),
            format!("`{shown}` is an IPv6 address, which the vendor does not document"),
            "taken as the address; if the product does not know it, the host is not found",
        );
    }
    let text = reader
        .notes
        .host(&found, Span::new(place.start, host.len() as u32));
    Some(Hop {
        port,
        ..Hop::to(HopLookup::Address(text))
    })
}

/// Host and port: `host`, `host:port`, `[v6]`, `[v6]:port`; more than one colon without brackets is IPv6.
fn split_port(item: &[u8]) -> (&[u8], Option<&[u8]>) {
    if item.first() == Some(&b'[') {
        if let Some(close) = memchr::memchr(b']', item)
            && item.get(close + 1) == Some(&b':')
        {
            return (&item[..=close], Some(&item[close + 2..]));
        }
        return (item, None);
    }
    let mut colons = memchr::memchr_iter(b':', item);
    match (colons.next(), colons.next()) {
        // `//` behind a colon is a URL's.
        (Some(at), None) if !item[at + 1..].starts_with(b"//") => {
            (&item[..at], Some(&item[at + 1..]))
        }
        _ => (item, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_seen_once_however_many_there_are() {
        let named = |name: &str| -> Vec<Vec<u8>> {
            (0..20)
                .map(|n| format!("{name}{n}.example").into_bytes())
                .collect()
        };
        let (hosts, again) = (named("Mx"), named("mX"));
        for count in [1, 7, 8, 9, 20] {
            let mut seen = Seen::default();
            assert!(
                hosts[..count].iter().all(|host| seen.insert(host)),
                "{count}"
            );
            assert!(
                !again[..count].iter().any(|host| seen.insert(host)),
                "{count}"
            );
        }
    }
}
