//! Hosts and ports of a route.

use std::collections::HashMap;
use std::net::IpAddr;

use smallvec::SmallVec;

use super::super::names::{self, BadHost, Host};
use super::super::secrets::secret_in;
use super::routes::{Routes, UNUSED};
use super::stated::{Destination, Named, Stated, StatedPort};
use crate::diagnostic::{Finding, Severity};
use crate::model::{Hop, HopLookup, Port};
use crate::source::{Span, Text, Visible};

impl Routes<'_> {
    /// The destinations, and whether a port is assumed for one of them.
    pub(super) fn destinations(
        &mut self,
        stated: &Stated,
        of: &Named,
    ) -> (SmallVec<[Hop; 1]>, bool) {
        let mut hops: SmallVec<[Hop; 1]> = SmallVec::new();
        let mut seen: HashMap<(Vec<u8>, u16), Text> = HashMap::new();
        let mut assumed = false;
        for (at, destination) in stated.destinations.iter().enumerate() {
            let host = destination
                .host
                .and_then(|host| self.host(of, at + 1, *destination, host));
            let port = self.port(of, at + 1, *destination);
            assumed |= destination.port == StatedPort::Missing;
            let Some(host) = host else { continue };
            let hop = Hop {
                port,
                ..Hop::to(HopLookup::Address(host))
            };
            let wire = port.unwrap_or(Port::SMTP).wire();
            let place = (identity(self.notes.bytes(host)), wire);
            match seen.get(&place) {
                Some(&first) => self.twice(of, host, wire, first),
                None => drop(seen.insert(place, host)),
            }
            hops.push(hop);
        }
        (hops, assumed)
    }

    fn twice(&mut self, of: &Named, host: Text, port: u16, first: Text) {
        let shown = self.notes.shown(host);
        let finding = Finding::new(
            "duplicate-host",
            Severity::Warning,
            self.notes.source(host),
            format!("{of}: the destination `{shown}` port {port} stands twice"),
        )
        .effect("it is tried again when it has just failed; if another host was meant, that one is missing")
        .help("write the host that is meant, or delete one")
        .label(self.notes.source(first), "the first");
        self.notes.add(finding);
    }

    fn host(
        &mut self,
        of: &Named,
        number: usize,
        destination: Destination,
        stated: Text,
    ) -> Option<Text> {
        let text = self.trimmed(stated, of, "host");
        let span = self.place(text, self.place(stated, destination.whole));
        let bytes = self.notes.bytes(text).to_vec();
        let shown = match secret_in(&bytes) {
            None => Visible(&bytes).to_string(),
            Some(secret) => format!(
                "{}…{}",
                Visible(&bytes[..secret.start]),
                Visible(&bytes[secret.end..])
            ),
        };
        let of = format!("{of}, destination {number}");
        if bytes.is_empty() {
            let message = format!("{of}: the host is empty");
            let help = "write the name or the address of the host";
            self.notes.error("bad-host", span, message, UNUSED, help);
            return None;
        }
        if let Some((host, port)) = port_in(&bytes) {
            let message = format!("{of}: the host `{shown}` holds a port");
            let help = format!(
                "write the host `{}`, and the port {port} in its own field",
                Visible(host)
            );
            self.notes
                .error("port-in-host", span, message, UNUSED, help);
            return None;
        }
        match names::host(&bytes) {
            Ok(found) => Some(self.notes.host(&found, text)),
            Err(why) => {
                let help = match why {
                    BadHost::Url => "write the host alone, and the port in its own field",
                    _ => "write a name, an IPv4 or an IPv6 address",
                };
                let message = format!("{of}: `{shown}` is no host: {why}");
                self.notes.error("bad-host", span, message, UNUSED, help);
                None
            }
        }
    }

    fn port(&mut self, of: &Named, number: usize, destination: Destination) -> Option<Port> {
        let of = format!("{of}, destination {number}");
        let (text, quoted) = match destination.port {
            StatedPort::Number(text) => (text, false),
            StatedPort::Quoted(text) => (text, true),
            StatedPort::Wrong => return None,
            StatedPort::Missing => {
                self.no_port(&of, destination.whole);
                return None;
            }
        };
        let bytes = self.notes.bytes(text).to_vec();
        let inner = bytes.trim_ascii();
        let span = self.place(text, destination.whole);
        match names::port(inner) {
            Ok(port) => {
                if quoted {
                    let finding = Finding::new(
                        "port-as-text",
                        Severity::Info,
                        span,
                        format!("{of}: the port {port} is written as text"),
                    )
                    .effect("none: it is taken as the number")
                    .help("write it without quotes");
                    self.notes.add(finding);
                }
                Some(Port::scanned(u64::from(port)))
            }
            Err(why) => {
                let message = format!("{of}: the port `{}`: {why}", Visible(&bytes));
                let help = "write a number from 1 to 65535";
                self.notes.error("bad-port", span, message, UNUSED, help);
                None
            }
        }
    }

    fn no_port(&mut self, of: &str, span: Span) {
        let message = format!("{of}: no port");
        let help = "write the port that the form shows";
        if self.assumed.is("default-port", "error") {
            self.notes
                .error("missing-port", span, message, UNUSED, help);
            return;
        }
        let finding = Finding::new("missing-port", Severity::Warning, span, message)
            .effect("mail goes to port 25, which the vendor's example shows and no page calls the default")
            .help(help);
        self.notes.add(finding);
    }
}

/// Host and port of `host:port` and `[address]:port`.
fn port_in(text: &[u8]) -> Option<(&[u8], &str)> {
    let colon = memchr::memrchr(b':', text)?;
    let (host, port) = (&text[..colon], &text[colon + 1..]);
    let bracketed = host.first() == Some(&b'[') && host.last() == Some(&b']');
    let one_colon = memchr::memchr(b':', host).is_none();
    let digits = !port.is_empty() && port.iter().all(u8::is_ascii_digit);
    let is_host = !host.is_empty() && memchr::memchr(b'@', host).is_none();
    let fits = digits && is_host && (bracketed || one_colon);
    fits.then_some((host, std::str::from_utf8(port).unwrap_or("")))
}

/// What makes two hosts the same: the address, or the name without regard to case.
fn identity(host: &[u8]) -> Vec<u8> {
    let address = std::str::from_utf8(host).ok();
    match address.and_then(|text| text.parse::<IpAddr>().ok()) {
        Some(address) => address.to_string().into_bytes(),
        None => host.to_ascii_lowercase(),
    }
}

/// The canonical spelling of a host: names are the same in any case to DNS.
pub(super) fn spelled(text: &[u8]) -> Vec<u8> {
    let inner = text.trim_ascii();
    match names::host(inner) {
        Ok(Host::Name(name)) => inner[name.range].to_ascii_lowercase(),
        Ok(Host::V4) => inner.to_vec(),
        Ok(Host::V6(range)) => inner[range].to_ascii_lowercase(),
        Err(_) => text.to_vec(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ports_in_hosts() {
        for (text, wanted) in [
            ("relay.example:25", Some(("relay.example", "25"))),
            ("192.0.2.1:2525", Some(("192.0.2.1", "2525"))),
            ("[2001:db8::1]:25", Some(("[2001:db8::1]", "25"))),
            ("2001:db8::1", None),
            ("relay.example", None),
            ("relay.example:smtp", None),
            (":25", None),
        ] {
            let wanted = wanted.map(|(host, port)| (host.as_bytes(), port));
            assert_eq!(port_in(text.as_bytes()), wanted, "{text}");
        }
    }
}
