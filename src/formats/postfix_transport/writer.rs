//! Writes routes as lines of a table.

use std::net::IpAddr;

use super::super::format::{Output, WriteError, WriteOptions};
use super::super::names::{self, Host};
use super::super::read_back::read_back;
use super::super::said::{Said, Whose, all_said};
use super::result::{NO_TEXT, status_len};
use super::{FILE, reader};
use crate::model::{
    Action, Choice, Document, Feature, FileVerdict, Hop, HopLookup, Literal, Port, parse_literal,
};

/// A line to write.
struct Line {
    key: Vec<u8>,
    result: Vec<u8>,
    /// Number of the route that it says.
    route: u32,
}

/// Writes all routes of `document`, in its order.
///
/// # Errors
/// A route says what the table cannot.
pub(super) fn write(document: &Document, _: &WriteOptions) -> Result<Output, WriteError> {
    if let FileVerdict::DeferAll { text, .. } = &document.table.verdict {
        return Err(WriteError::Verdict(text.clone()));
    }
    let mut lines = Vec::new();
    for said in all_said(document) {
        let result = result(&said)?;
        for key in keys(&said)? {
            lines.push(Line {
                key,
                result: result.clone(),
                route: said.route.index(),
            });
        }
    }
    let width = lines
        .iter()
        .map(|line| line.key.len())
        .max()
        .unwrap_or(0)
        .min(40);
    let mut text = Vec::new();
    let mut starts = Vec::with_capacity(lines.len());
    for line in &lines {
        starts.push(text.len());
        text.extend_from_slice(&line.key);
        text.resize(text.len() + width.saturating_sub(line.key.len()) + 2, b' ');
        text.extend_from_slice(&line.result);
        text.push(b'\n');
    }
    check(&text, &starts, &lines)?;
    Ok(vec![(FILE.to_owned(), text)].into())
}

/// The patterns of a route: one, or two for a domain with its subdomains.
fn keys(said: &Said<'_>) -> Result<Vec<Vec<u8>>, WriteError> {
    said.without_conditions()?;
    let below = |domain: &[u8]| [b".", domain].concat();
    Ok(match said.whose {
        Whose::Any => vec![b"*".to_vec()],
        Whose::Address(address) => vec![address.to_vec()],
        Whose::Domain(domain) => vec![domain.to_vec()],
        Whose::Below(domain) => vec![below(domain)],
        Whose::DomainAndBelow(domain) => vec![domain.to_vec(), below(domain)],
    })
}

fn result(said: &Said<'_>) -> Result<Vec<u8>, WriteError> {
    let document = said.route.document();
    match &said.action {
        Action::Local => Ok(b"local:".to_vec()),
        Action::Discard => Ok(b"discard:".to_vec()),
        Action::Default => Ok(b":".to_vec()),
        Action::Transport { name, nexthop } => {
            let (name, nexthop) = (document.bytes(*name), document.bytes(*nexthop));
            if name.is_empty() || name == b"smtp" {
                return said
                    .inexpressible(Feature::Static, "a transport without a name of its own");
            }
            let name = if name == b"default_transport" {
                b""
            } else {
                name
            };
            Ok([name, b":", nexthop].concat())
        }
        Action::Reject {
            status,
            text,
            temporary,
        } => {
            let transport: &[u8] = if *temporary { b"retry:" } else { b"error:" };
            let text = document.bytes(*text);
            if text == NO_TEXT && status.is_none() {
                return Ok(transport.to_vec());
            }
            let none: &[u8] = match *temporary {
                true => b"4.0.0",
                false => b"5.0.0",
            };
            // Without text, or before one that looks like it, the code must be written.
            let status = match status {
                Some(status) => document.bytes(*status),
                None if text.is_empty() || status_len(text) > 0 => none,
                None => b"",
            };
            let blank: &[u8] = if status.is_empty() || text.is_empty() {
                b""
            } else {
                b" "
            };
            Ok([transport, status, blank, text].concat())
        }
        _ => relay(said),
    }
}

fn relay(said: &Said<'_>) -> Result<Vec<u8>, WriteError> {
    let (hops, choice) = said.relay()?;
    if let Action::Relay { resolvers, .. } = &said.action
        && !resolvers.is_empty()
    {
        return said.inexpressible(Feature::OwnMx, "name servers of its own");
    }
    if hops.iter().any(|hop| hop.disabled) {
        return said.inexpressible(Feature::Disabled, "a host that is switched off");
    }
    let mut hops: Vec<&Hop> = hops.iter().collect();
    if hops.len() > 1 {
        match choice {
            Choice::InOrder => {}
            Choice::ByPreference => {
                // Without a preference a host comes last.
                let rank = |hop: &Hop| hop.preference.map_or(u32::MAX, u32::from);
                hops.sort_by_key(|hop| rank(hop));
                if hops.windows(2).any(|pair| rank(pair[0]) == rank(pair[1])) {
                    return said.inexpressible(Feature::Preference, "hosts of equal preference");
                }
            }
            Choice::RoundRobin => {
                return said.inexpressible(Feature::Random, "hosts that take turns");
            }
            Choice::OneAtRandom => {
                return said
                    .inexpressible(Feature::Random, "one host at random without another try");
            }
        }
    }
    if let [hop] = hops.as_slice()
        && hop.lookup == HopLookup::OwnMx
    {
        said.without_credentials(hop)?;
        return match hop.port {
            None | Some(Port::SMTP) => Ok(b"smtp:".to_vec()),
            Some(_) => said.inexpressible(
                Feature::Port,
                "another port than 25 with the MX of the recipient's domain",
            ),
        };
    }
    let all = hops.into_iter().map(|hop| destination(said, hop));
    let all: Vec<Vec<u8>> = all.collect::<Result<_, _>>()?;
    Ok([b"smtp:", all.join(&b", "[..]).as_slice()].concat())
}

/// `[host]`, `domain`, and a port that is stated.
fn destination(said: &Said<'_>, hop: &Hop) -> Result<Vec<u8>, WriteError> {
    said.without_credentials(hop)?;
    let document = said.route.document();
    let (text, bracketed) = match hop.lookup {
        HopLookup::OwnMx => {
            return said.inexpressible(
                Feature::MultiHost,
                "the MX of the recipient's domain among other hosts",
            );
        }
        HopLookup::MxOf(text) => (document.bytes(text), false),
        HopLookup::Address(text) => (document.bytes(text), true),
    };
    let host = match parse_literal(document.table.product.literals, text) {
        Literal::Address(IpAddr::V4(address)) => format!("[{address}]").into_bytes(),
        Literal::Address(IpAddr::V6(address)) => format!("[{address}]").into_bytes(),
        Literal::Name if !matches!(names::host(text), Ok(Host::Name(_))) => {
            return said.inexpressible(Feature::Static, "a name that is no name to Postfix");
        }
        Literal::Name if bracketed => [b"[", text, b"]"].concat(),
        Literal::Name => text.to_vec(),
        Literal::Refused => {
            return said.inexpressible(Feature::Static, "a host that the product refuses");
        }
    };
    let port = hop
        .port
        .map_or_else(String::new, |port| format!(":{}", port.wire()));
    Ok([host, port.into_bytes()].concat())
}

/// Refuses what the reader would not take, or would take for something else: a host with a blank, text on two lines.
fn check(text: &[u8], starts: &[usize], lines: &[Line]) -> Result<(), WriteError> {
    let at = |number: usize, what: &str| {
        let line = lines.get(number.min(lines.len().saturating_sub(1)));
        WriteError::Inexpressible {
            feature: Feature::Static,
            route: line.map_or(0, |line| line.route),
            what: what.to_owned(),
        }
    };
    let refused = |offset: usize, _: &str, what: &str| {
        let before = starts.partition_point(|start| *start <= offset);
        at(before.saturating_sub(1), what)
    };
    let document = read_back(reader::read, FILE, text, refused)?;
    let mut found = all_said(&document);
    for (number, line) in lines.iter().enumerate() {
        let Some(said) = found.next() else {
            return Err(at(number, "a line that its reader passes over"));
        };
        let same_key = keys(&said)?.concat() == line.key;
        if !same_key || result(&said)? != line.result {
            return Err(at(number, "text that is read in another way"));
        }
    }
    match found.next() {
        Some(_) => Err(at(lines.len(), "text that is read as several lines")),
        None => Ok(()),
    }
}
