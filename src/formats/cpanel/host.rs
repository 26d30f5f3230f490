//! One host of a value: a name or an address, perhaps with a port, or with `/MX`.

use std::net::Ipv6Addr;

use crate::formats::names::{host, port};
use crate::formats::notes::Notes;
use crate::model::{Hop, HopLookup, Port};
use crate::source::{Span, Text};

/// A host of a value.
#[derive(Clone, Copy, Debug)]
pub(super) struct Item {
    pub hop: Hop,
    pub place: Text,
    /// It is an IPv6 address whose colons are doubled.
    pub colons: bool,
}

const LOST: &str = "Exim does not find such a host: mail for the domain is deferred";

/// Reads the host that stands at `place`.
///
/// # Errors
/// Why it is none, which has been said.
pub(super) fn item(notes: &mut Notes<'_>, place: Text) -> Result<Item, String> {
    let text = notes.bytes(place).to_vec();
    let part = |from: usize, to: usize| Span::new(place.start + from as u32, (to - from) as u32);
    let doubled: Vec<usize> = memchr::memmem::find_iter(&text, b"::").collect();
    if doubled.len() > 1 {
        let plain = String::from_utf8_lossy(&text).replace("::", ":");
        if plain.parse::<Ipv6Addr>().is_ok() {
            let made = notes.texts.push(plain.as_bytes(), place);
            return Ok(Item {
                hop: Hop::to(HopLookup::Address(made)),
                place,
                colons: true,
            });
        }
    }
    if let [at] = doubled.as_slice() {
        let behind = part(at + 2, text.len());
        let number = match port(&text[at + 2..]) {
            Ok(number) => number,
            Err(bad) => {
                let message = format!("`{}`: {bad}", notes.shown(behind));
                notes.error(
                    "bad-port",
                    place,
                    message,
                    LOST,
                    "write the host alone, or a port from 1 to 65535",
                );
                return Err("the port is none".to_owned());
            }
        };
        let address = named(notes, part(0, *at))?;
        return Ok(Item {
            hop: Hop {
                port: Some(Port::scanned(u64::from(number))),
                ..Hop::to(HopLookup::Address(address))
            },
            place,
            colons: false,
        });
    }
    let is_mx = text.len() > 3 && text[text.len() - 3..].eq_ignore_ascii_case(b"/mx");
    let lookup = match is_mx {
        true => HopLookup::MxOf(named(notes, part(0, text.len() - 3))?),
        false => HopLookup::Address(named(notes, place)?),
    };
    Ok(Item {
        hop: Hop::to(lookup),
        place,
        colons: false,
    })
}

/// A name or an address.
fn named(notes: &mut Notes<'_>, place: Text) -> Result<Text, String> {
    match host(notes.bytes(place)) {
        Ok(found) => Ok(notes.host(&found, place)),
        Err(bad) => {
            let shown = notes.shown(place);
            let message = format!("`{shown}` is no host: {bad}");
            notes.error(
                "bad-host",
                place,
                message,
                LOST,
                "write a name or an address",
            );
            Err(format!("`{shown}` is no host"))
        }
    }
}
