//! Writes `neutral-1`, or records of a template.

use super::super::format::{Output, WriteError, WriteOptions};
use super::super::read_back::read_back;
use super::super::said::{Said, Whose, all_said};
use super::super::xml::escaped_attribute;
use super::{FILE, OURS, ROOT, SCHEMA, reader, template};
use crate::model::{Choice, Document, Feature, FileVerdict, Hop, HopLookup, Port};

/// An entry to write.
pub(super) struct Entry {
    /// The recipient as it is written.
    pub recipient: Vec<u8>,
    pub delivery: Delivery,
    /// Number of the route that it says.
    pub route: u32,
}

/// Where its mail goes.
pub(super) enum Delivery {
    /// To the MX of a name.
    Mx { name: Vec<u8>, port: Option<Port> },
    /// To servers.
    Static(Vec<Server>),
}

/// A server to write.
pub(super) struct Server {
    pub address: Vec<u8>,
    pub port: Option<Port>,
    /// `None` where it is not known.
    pub preference: Option<u16>,
    pub enabled: bool,
}

/// Writes all routes of `document`, in its order.
///
/// # Errors
/// A route says what the settings cannot; the template does not show how something is written.
pub(super) fn write(document: &Document, options: &WriteOptions) -> Result<Output, WriteError> {
    if let FileVerdict::DeferAll { text, .. } = &document.table.verdict {
        return Err(WriteError::Verdict(text.clone()));
    }
    let mut entries = Vec::new();
    for said in all_said(document) {
        entries.extend(self::entries(&said)?);
    }
    let (text, starts) = match &options.template {
        Some(template) => return template::write(&entries, template),
        None => neutral(&entries),
    };
    check(&text, &starts, &entries)?;
    Ok(Output {
        files: vec![(FILE.to_owned(), text)],
        remarks: vec![(
            "unverified-schema",
            "the schema of IMSVA is not public: neutral-1 is a file of our own, and no IMSVA has imported it; with \
             --template FILE records are cloned from an export of yours"
                .to_owned(),
        )],
    })
}

/// The entries of a route: one, or two for a domain with its subdomains.
fn entries(said: &Said<'_>) -> Result<Vec<Entry>, WriteError> {
    said.without_conditions()?;
    let below = |domain: &[u8]| [b"*.", domain].concat();
    let recipients = match said.whose {
        Whose::Any => vec![b"*".to_vec()],
        Whose::Address(address) => vec![address.to_vec()],
        Whose::Domain(domain) => vec![domain.to_vec()],
        Whose::Below(domain) => vec![below(domain)],
        Whose::DomainAndBelow(domain) => vec![domain.to_vec(), below(domain)],
    };
    let recipients = recipients.into_iter();
    recipients
        .map(|recipient| {
            Ok(Entry {
                delivery: delivery(said)?,
                recipient,
                route: said.route.index(),
            })
        })
        .collect()
}

fn delivery(said: &Said<'_>) -> Result<Delivery, WriteError> {
    let (hops, choice) = said.relay()?;
    let document = said.route.document();
    if let [hop] = hops
        && !hop.disabled
    {
        let name = match (hop.lookup, said.whose) {
            (HopLookup::MxOf(text), _) => Some(document.bytes(text)),
            (HopLookup::OwnMx, Whose::Domain(domain)) => Some(domain),
            (HopLookup::OwnMx, Whose::Address(address)) => address.rsplit(|&b| b == b'@').next(),
            _ => None,
        };
        if let Some(name) = name {
            said.without_credentials(hop)?;
            return Ok(Delivery::Mx {
                name: name.to_vec(),
                port: hop.port,
            });
        }
    }
    if hops.len() > 1 {
        match choice {
            Choice::InOrder | Choice::ByPreference => {}
            Choice::RoundRobin => {
                return said.inexpressible(Feature::Random, "hosts that take turns");
            }
            Choice::OneAtRandom => {
                return said
                    .inexpressible(Feature::Random, "one host at random without another try");
            }
        }
    }
    let step = match hops.len() {
        0..=6_000 => 10,
        _ => 1,
    };
    let mut servers = Vec::with_capacity(hops.len());
    for (number, hop) in hops.iter().enumerate() {
        let in_order = u16::try_from((number + 1) * step);
        servers.push(Server {
            address: said.static_host(hop)?.to_vec(),
            port: hop.port,
            preference: match (choice, in_order) {
                (Choice::ByPreference, _) => hop.preference,
                (_, Ok(preference)) => Some(hop_preference(hops, hop).unwrap_or(preference)),
                (_, Err(_)) => {
                    return said.inexpressible(Feature::MultiHost, "more than 65535 hosts");
                }
            },
            enabled: !hop.disabled,
        });
    }
    Ok(Delivery::Static(servers))
}

/// The preference of an only host, when it has one.
fn hop_preference(hops: &[Hop], hop: &Hop) -> Option<u16> {
    hop.preference.filter(|_| hops.len() == 1)
}

/// The text, and where each entry begins in it.
fn neutral(entries: &[Entry]) -> (Vec<u8>, Vec<usize>) {
    let mut out = b"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n".to_vec();
    out.extend_from_slice(format!("<!-- {OURS} -->\n").as_bytes());
    out.extend_from_slice(format!("<{ROOT} schema=\"{SCHEMA}\">\n").as_bytes());
    let mut starts = Vec::with_capacity(entries.len());
    for entry in entries {
        starts.push(out.len());
        let method = match entry.delivery {
            Delivery::Mx { .. } => "mx",
            Delivery::Static(_) => "static",
        };
        out.extend_from_slice(b"  <Entry");
        attribute(&mut out, "recipient", &entry.recipient);
        attribute(&mut out, "method", method.as_bytes());
        out.extend_from_slice(b">\n");
        match &entry.delivery {
            Delivery::Mx { name, port } => {
                out.extend_from_slice(b"    <Mx");
                attribute(&mut out, "name", name);
                attribute(&mut out, "port", digits(*port).as_bytes());
                out.extend_from_slice(b"/>\n");
            }
            Delivery::Static(servers) => {
                for server in servers {
                    out.extend_from_slice(b"    <Server");
                    attribute(&mut out, "address", &server.address);
                    attribute(&mut out, "port", digits(server.port).as_bytes());
                    if let Some(preference) = server.preference {
                        let digits = preference.to_string();
                        attribute(&mut out, "preference", digits.as_bytes());
                    }
                    let enabled: &[u8] = if server.enabled { b"true" } else { b"false" };
                    attribute(&mut out, "enabled", enabled);
                    out.extend_from_slice(b"/>\n");
                }
            }
        }
        out.extend_from_slice(b"  </Entry>\n");
    }
    out.extend_from_slice(format!("</{ROOT}>\n").as_bytes());
    (out, starts)
}

fn attribute(out: &mut Vec<u8>, name: &str, value: &[u8]) {
    out.extend_from_slice(format!(" {name}=\"").as_bytes());
    out.extend(escaped_attribute(value));
    out.push(b'"');
}

/// A port as it is written: the screen asks for one.
pub(super) fn digits(port: Option<Port>) -> String {
    port.unwrap_or(Port::SMTP).wire().to_string()
}

/// Refuses what the reader would not take: a host with a blank, a recipient in letters outside of ASCII.
fn check(text: &[u8], starts: &[usize], entries: &[Entry]) -> Result<(), WriteError> {
    let refused = |offset: usize, _: &str, what: &str| {
        let entry = starts.partition_point(|start| *start <= offset);
        let entry = entries.get(entry.saturating_sub(1));
        WriteError::Inexpressible {
            feature: Feature::Static,
            route: entry.map_or(0, |entry| entry.route),
            what: what.to_owned(),
        }
    };
    read_back(reader::read, FILE, text, refused).map(|_| ())
}
