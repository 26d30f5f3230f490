//! Writes routes as one dialect spells them.
//!
//! A dialect's own reader has the last word: what was written is read back, and a route that it reads in another way (a relay
//! that it takes for a comment, a blank for which it drops the file) cannot be said in that dialect.

use std::net::IpAddr;

use super::super::format::{Output, WriteError, WriteOptions};
use super::super::said::{Said, Whose, all_said};
use super::dialect::{CredentialRule, Dialect, Lines, Siblings};
use super::reader::read_routes;
use crate::model::{
    Action, Document, Families, Feature, FileVerdict, Hop, HopLookup, Literal, LiteralRule,
    Password, Port, Protocol, RouteView, StatedCredentials, TimeoutMemory, Tls, Walk,
    parse_literal,
};
use crate::source::{Input, Visible, masked};

/// Writes all routes of `document`, in its order, a line each; two for a domain with its subdomains where the dialect has no
/// key for both.
///
/// # Errors
/// A route says what no line of the dialect says.
pub(super) fn write(document: &Document, options: &WriteOptions) -> Result<Output, WriteError> {
    let dialect = options.dialect;
    if let FileVerdict::DeferAll { text, .. } = &document.table.verdict {
        return Err(WriteError::Verdict(text.clone()));
    }
    let bounces_stand_in_table = has_bounce_lines(document);
    let mut lines = Vec::new();
    for said in all_said(document) {
        if said.walk == Walk::NullSender && bounces_stand_in_table {
            continue;
        }
        let value = value(&said, dialect)?;
        for key in keys(&said, dialect)? {
            let line = [key.as_slice(), b":", &value].concat();
            lines.push((line, said.route.index()));
        }
    }
    let mut text = Vec::new();
    for (line, _) in &lines {
        text.extend_from_slice(line);
        text.push(b'\n');
    }
    read_back(document, dialect, &lines, &text)?;
    Ok(vec![(dialect.file.to_owned(), text)].into())
}

/// True when the bounce key stands among the routes of the table, as it does where its reader gives it a stage of its own besides.
fn has_bounce_lines(document: &Document) -> bool {
    let stages = document.table.stages();
    let of_table = |route: &RouteView<'_>| {
        let stage = stages.get(route.stage());
        stage.is_some_and(|stage| stage.semantics.walk == Walk::DotSuffixes)
    };
    document
        .routes()
        .any(|route| route.key() == b"!@" && of_table(&route))
}

/// The keys of a route's lines.
fn keys(said: &Said<'_>, dialect: &Dialect) -> Result<Vec<Vec<u8>>, WriteError> {
    let knows_bounces = matches!(dialect.siblings, Siblings::SQmail | Siblings::Indimail);
    if said.walk == Walk::NullSender && knows_bounces {
        return Ok(vec![b"!@".to_vec()]);
    }
    said.without_conditions()?;
    let both = dialect.semantics.walk == Walk::SuffixesWithoutDot;
    let below = |domain: &[u8]| [b".", domain].concat();
    let keys = match said.whose {
        Whose::Any => vec![Vec::new()],
        Whose::Address(_) => {
            return said.inexpressible(Feature::RecipientAddress, "one address as recipient");
        }
        Whose::DomainAndBelow(domain) if both => vec![domain.to_vec()],
        Whose::DomainAndBelow(domain) => vec![domain.to_vec(), below(domain)],
        Whose::Domain(_) if both => {
            return said.inexpressible(
                Feature::RecipientDomain,
                "a domain without those below it: a key takes both in this dialect,",
            );
        }
        Whose::Below(_) if both => {
            return said.inexpressible(
                Feature::Subdomains,
                "the domains below one, without itself: a key takes both in this dialect,",
            );
        }
        Whose::Domain(domain) => vec![domain.to_vec()],
        Whose::Below(domain) => vec![below(domain)],
    };
    Ok(keys)
}

/// What stands right of the key.
fn value(said: &Said<'_>, dialect: &Dialect) -> Result<Vec<u8>, WriteError> {
    let document = said.route.document();
    if dialect.lines != Lines::Courier {
        said.without_tls()?;
    }
    let Action::Relay {
        hops,
        tls,
        families,
        memory,
        resolvers,
        ..
    } = &said.action
    else {
        // Says which action it is.
        return said.relay().map(|_| Vec::new());
    };
    let [hop] = hops.as_slice() else {
        return said.inexpressible(Feature::MultiHost, "several hosts");
    };
    if hop.disabled {
        return said.inexpressible(Feature::Disabled, "a host that is switched off");
    }
    if !resolvers.is_empty() {
        return said.inexpressible(Feature::OwnMx, "name servers of its own");
    }
    let mut value = host(said, hop, dialect)?;
    let is_relay = !value.is_empty();
    if let Some(port) = hop.port.filter(|port| is_relay || *port != Port::SMTP) {
        value.push(dialect.value.port_separator);
        value.extend_from_slice(port.number().to_string().as_bytes());
    }
    if let Some(memory) = memory {
        let port = if hop.port.is_none() { ":" } else { "" };
        value.extend_from_slice(format!("{port}:{}", memory.min_penalty).as_bytes());
    }
    if let Some(credentials) = hop.credentials {
        value.extend(self::credentials(said, document, credentials, dialect)?);
    }
    value.extend_from_slice(flags(*tls, *families).as_bytes());
    Ok(value)
}

/// The relay: empty for the domain's own MX.
fn host(said: &Said<'_>, hop: &Hop, dialect: &Dialect) -> Result<Vec<u8>, WriteError> {
    let document = said.route.document();
    let by_mx = dialect.lines == Lines::Courier;
    match hop.lookup {
        // An empty relay is a host without a name there.
        HopLookup::OwnMx if dialect.lines == Lines::Skarnet => {
            said.inexpressible(Feature::OwnMx, "the MX of the recipient's domain")
        }
        HopLookup::OwnMx => Ok(Vec::new()),
        HopLookup::MxOf(_) if !by_mx => said.inexpressible(Feature::NamedMx, "the MX of a name"),
        HopLookup::MxOf(text) => Ok(document.bytes(text).to_vec()),
        HopLookup::Address(text) => {
            let host = document.bytes(text);
            let stated = parse_literal(document.table.product.literals, host);
            if by_mx && stated == Literal::Name {
                return said
                    .inexpressible(Feature::Static, "a host by its address and not by its MX");
            }
            let rule = dialect.product.literals;
            match (stated, rule) {
                (stated, rule) if stated == parse_literal(rule, host) => Ok(host.to_vec()),
                (Literal::Address(address), LiteralRule::Bracketed)
                | (Literal::Address(address @ IpAddr::V6(_)), LiteralRule::Checked) => {
                    Ok(format!("[{address}]").into_bytes())
                }
                (Literal::Address(address), _) => Ok(address.to_string().into_bytes()),
                _ => {
                    said.inexpressible(Feature::Static, "a host that the dialect takes for another")
                }
            }
        }
    }
}

fn credentials(
    said: &Said<'_>,
    document: &Document,
    credentials: StatedCredentials,
    dialect: &Dialect,
) -> Result<Vec<u8>, WriteError> {
    let separator = match dialect.value.credentials {
        CredentialRule::None => {
            return said.inexpressible(Feature::Credentials, "credentials");
        }
        CredentialRule::Separated(separator) | CredentialRule::SeparatedPortAnywhere(separator) => {
            [separator]
        }
        CredentialRule::Indimail => [b' '],
    };
    let Password::Stated(password) = credentials.password else {
        return said.inexpressible(
            Feature::Credentials,
            "a password that does not stand in its line",
        );
    };
    let (user, password) = (
        document.bytes(credentials.user),
        document.bytes(password.expose()),
    );
    Ok([&separator, user, &separator, password].concat())
}

/// Courier's flags.
fn flags(tls: Tls, families: Option<Families>) -> String {
    let all = [
        (tls.starttls, "SECURITY=STARTTLS"),
        (tls.required, "SECURITY=REQUIRED"),
        (tls.implicit, "SECURITY=SMTPS"),
        (
            matches!(families, Some(Families::V4 | Families::None)),
            "IPV4ONLY",
        ),
        (
            matches!(families, Some(Families::V6 | Families::None)),
            "IPV6ONLY",
        ),
    ];
    let set = all.iter().filter(|(on, _)| *on).map(|(_, flag)| *flag);
    let set: Vec<&str> = set.collect();
    match set.is_empty() {
        true => String::new(),
        false => format!("/{}", set.join(",")),
    }
}

/// Has the dialect's reader read what was written, and holds it to the routes that it was written from.
fn read_back(
    document: &Document,
    dialect: &'static Dialect,
    lines: &[(Vec<u8>, u32)],
    text: &[u8],
) -> Result<(), WriteError> {
    let not = |index: u32, feature, what: &str| {
        Err(WriteError::Inexpressible {
            feature,
            route: index,
            what: what.to_owned(),
        })
    };
    let read = Input::single(dialect.file, "-", text.to_vec())
        .ok()
        .and_then(|input| read_routes(input, dialect).ok());
    let Some(read) = read else {
        let last = lines.last().map_or(0, |(_, index)| *index);
        return not(last, Feature::Static, "more than 4 GiB of routes");
    };
    let stages = read.table.stages();
    let of_table = |route: &RouteView<'_>| stages[route.stage()].name == dialect.file;
    let mut found = read.routes().filter(of_table);
    for (line, index) in lines {
        let route = document.route(*index);
        let colon = memchr::memchr(b':', line).unwrap_or(0);
        let Some(back) = found.next() else {
            return not(
                *index,
                Feature::RecipientDomain,
                "a line that its reader passes over",
            );
        };
        if back.key() != &line[..colon] {
            return not(
                *index,
                Feature::RecipientDomain,
                "a key that its reader takes for another one",
            );
        }
        if Spelled::of(back) != Spelled::of(route) {
            let value = masked(line.get(colon + 1..).unwrap_or(b""));
            let what = format!(
                "`{}`: its reader takes that for another relay",
                Visible(&value)
            );
            return not(*index, Feature::Static, &what);
        }
    }
    match found.next() {
        Some(_) => not(
            lines.last().map_or(0, |(_, index)| *index),
            Feature::RecipientDomain,
            "a key that is read as several",
        ),
        None => Ok(()),
    }
}

/// What a line must say when it is read back.
#[derive(PartialEq, Eq)]
struct Spelled {
    host: Option<(Literal, Vec<u8>)>,
    by_mx: bool,
    port: u16,
    protocol: Protocol,
    credentials: Option<(Vec<u8>, Option<Vec<u8>>)>,
    tls: Tls,
    families: Option<Families>,
    memory: TimeoutMemory,
}

impl Spelled {
    /// `None` for what is no relay of one hop.
    fn of(route: RouteView<'_>) -> Option<Self> {
        let Action::Relay {
            hops,
            tls,
            families,
            memory,
            ..
        } = route.action()
        else {
            return None;
        };
        let [hop] = hops.as_slice() else { return None };
        let document = route.document();
        let host = match hop.lookup {
            HopLookup::OwnMx => None,
            HopLookup::MxOf(text) | HopLookup::Address(text) => Some(document.bytes(text)),
        };
        let host = host.map(
            |text| match parse_literal(document.table.product.literals, text) {
                // An address is the same however it is written.
                Literal::Address(address) => (Literal::Address(address), Vec::new()),
                other => (other, text.to_vec()),
            },
        );
        let credentials = hop.credentials.map(|credentials| {
            let password = match credentials.password {
                Password::Stated(secret) => Some(document.bytes(secret.expose()).to_vec()),
                _ => None,
            };
            (document.bytes(credentials.user).to_vec(), password)
        });
        let is_name = matches!(host, Some((Literal::Name, _)));
        Some(Spelled {
            by_mx: matches!(hop.lookup, HopLookup::MxOf(_)) && is_name,
            host,
            port: hop.port.unwrap_or(Port::SMTP).wire(),
            protocol: hop.protocol,
            credentials,
            tls,
            families,
            memory: memory.unwrap_or_default(),
        })
    }
}
