//! Looking up one hop.

use std::net::IpAddr;
use std::time::Instant;

use super::candidate::Found;
use super::own::Own;
use super::wording::{self, NoAddress, Reason};
use crate::dns::{DnsError, Exchange, Mx, Resolver};
use crate::lookup::{Literal, parse_literal};
use crate::model::{Domain, Families, LiteralRule, NextHop, Product, Target, Unresolvable};

/// Groups of hosts, tried one group after the other.
pub(super) type Groups = Vec<Vec<Found>>;

/// The questions of one plan, and what is learned beside the answers.
pub(super) struct Search<'a> {
    pub(super) resolver: &'a dyn Resolver,
    pub(super) product: &'a Product,
    pub(super) own: &'a Own,
    /// What may be connected to: the route's word, else the product's.
    pub(super) families: Families,
    /// When all questions together must be over.
    pub(super) until: Instant,
    /// More addresses than this need not be known.
    pub(super) enough: usize,
    pub(super) own_used: bool,
    pub(super) notes: Vec<String>,
}

impl Search<'_> {
    /// Where `hop`, the one with this index, leads.
    pub(super) fn hop(&mut self, index: usize, hop: &NextHop) -> Result<Groups, Reason> {
        match (&hop.target, hop.literal) {
            (Target::Address(_) | Target::MxOf(_), Some(address)) => {
                Ok(vec![vec![Found::literal(hop, index, address)]])
            }
            (Target::OwnMx(_), Some(address)) => self.literal(index, hop, address),
            (Target::Address(name), None) => self.address(index, hop, name),
            (Target::OwnMx(name) | Target::MxOf(name), None) => self.mx(index, hop, name),
        }
    }

    /// A host that a route names. Loops are not looked for, as in qmail-remote (`prefme=300000`, `qmail-remote.c:382`).
    fn address(&mut self, index: usize, hop: &NextHop, name: &[u8]) -> Result<Groups, Reason> {
        let defer = self.product.unresolvable == Unresolvable::Defer;
        let host = Domain::new(name).map_err(|error| wording::bad_name(name, error, defer))?;
        let addresses = self
            .addresses(&host)
            .map_err(|error| wording::no_address(&host, &error, defer))?;
        Ok(vec![vec![found(
            index,
            hop,
            &host,
            hop.preference,
            addresses,
        )]])
    }

    /// An address literal of the recipient stands for an MX of preference 0 (`dns.c`, `dns_mxip`).
    fn literal(&mut self, index: usize, hop: &NextHop, address: IpAddr) -> Result<Groups, Reason> {
        if self.own.has_address(address) {
            self.own_used = true;
            return Err(wording::loops_back(&format!("[{address}]")));
        }
        let literal = Found {
            preference: Some(0),
            ..Found::literal(hop, index, address)
        };
        Ok(vec![vec![literal]])
    }

    /// The MX of a name, or the name itself when it exists without any (RFC 5321, 5.1).
    fn mx(&mut self, index: usize, hop: &NextHop, name: &[u8]) -> Result<Groups, Reason> {
        let domain = Domain::new(name).map_err(|error| wording::bad_name(name, error, false))?;
        let records = if Instant::now() < self.until {
            self.resolver.mx_until(&domain, self.until)
        } else {
            Err(DnsError::Timeout)
        };
        match records {
            Ok(records) => self.exchanges(index, hop, &domain, records),
            Err(DnsError::NoData) => self.implicit(index, hop, &domain),
            Err(error) => Err(wording::no_mx(&domain, &error)),
        }
    }

    fn implicit(&mut self, index: usize, hop: &NextHop, domain: &Domain) -> Result<Groups, Reason> {
        let addresses = if self.own.has_name(domain) {
            None
        } else {
            let addresses = self
                .addresses(domain)
                .map_err(|error| wording::no_implicit_mx(domain, &error))?;
            Some(addresses).filter(|all| !all.iter().any(|&ip| self.own.has_address(ip)))
        };
        let Some(addresses) = addresses else {
            self.own_used = true;
            return Err(wording::loops_back(domain.as_str()));
        };
        Ok(vec![vec![found(index, hop, domain, Some(0), addresses)]])
    }

    /// The hosts of MX records, by ascending preference, up to the first preference at which this host appears: whoever
    /// is not better than this host is not tried (`prefme`, `qmail-remote.c:376-392`).
    fn exchanges(
        &mut self,
        index: usize,
        hop: &NextHop,
        domain: &Domain,
        mut records: Vec<Mx>,
    ) -> Result<Groups, Reason> {
        records.retain(|mx| mx.exchange != Exchange::Root);
        if records.is_empty() {
            return Err(wording::null_mx(domain));
        }
        records.sort_by(|a, b| (a.preference, text(a)).cmp(&(b.preference, text(b))));
        let mut groups = Groups::new();
        let mut count = 0;
        let mut temporary = None;
        for equal in records.chunk_by(|a, b| a.preference == b.preference) {
            let mut group = Vec::new();
            for mx in equal {
                match self.exchange(mx) {
                    Answer::Own => {
                        self.own_used = true;
                        self.notes.push(format!(
                            "{} is this host: no MX of {domain} with preference {} or above is tried",
                            String::from_utf8_lossy(text(mx)),
                            mx.preference
                        ));
                        return if groups.is_empty() {
                            Err(wording::loops_back(domain.as_str()))
                        } else {
                            Ok(groups)
                        };
                    }
                    Answer::Addresses(addresses) => {
                        count += addresses.len();
                        group.push(Found {
                            host: String::from_utf8_lossy(text(mx)).into_owned(),
                            addresses,
                            port: hop.port.wire(),
                            preference: Some(mx.preference),
                            hop: index,
                        });
                    }
                    Answer::Nothing(host, error) => {
                        self.notes
                            .push(format!("{host}, an MX of {domain}, {}", NoAddress(&error)));
                        if error.is_temporary() && temporary.is_none() {
                            temporary = Some((host, error));
                        }
                    }
                    Answer::NoName(why) => self.notes.push(format!(
                        "`{}`, an MX of {domain}, {why} and is left out",
                        text(mx).escape_ascii()
                    )),
                }
            }
            if !group.is_empty() {
                groups.push(group);
            }
            if count >= self.enough {
                break;
            }
        }
        match temporary {
            _ if !groups.is_empty() => Ok(groups),
            Some((host, error)) => Err(wording::no_mx_now(domain, &host, &error)),
            None => Err(wording::no_usable_mx(domain)),
        }
    }

    fn exchange(&mut self, mx: &Mx) -> Answer {
        let host = match &mx.exchange {
            Exchange::Host(host) => host,
            _ => return Answer::NoName("is no host name"),
        };
        let addresses = match self.address_written(host) {
            Literal::Refused => return Answer::NoName("is a malformed address"),
            Literal::Address(address) => Ok(vec![address]),
            Literal::Name if self.own.has_name(host) => return Answer::Own,
            Literal::Name => self.addresses(host),
        };
        match addresses {
            Ok(all) if all.iter().any(|&ip| self.own.has_address(ip)) => Answer::Own,
            Ok(addresses) => Answer::Addresses(addresses),
            Err(error) => Answer::Nothing(host.clone(), error),
        }
    }

    /// An MX record must not name an address (RFC 5321, 5.1), but the programs of the qmail family take one that does
    /// (`dns.c`, `dns_ipplus`). Unlike there it keeps the preference of its record: qmail counts it as 0 when it looks
    /// for itself.
    fn address_written(&self, host: &Domain) -> Literal {
        match self.product.literals {
            LiteralRule::Plain | LiteralRule::Bracketed | LiteralRule::None => Literal::Name,
            rule => parse_literal(rule, host.as_str().as_bytes()),
        }
    }

    fn addresses(&mut self, host: &Domain) -> Result<Vec<IpAddr>, DnsError> {
        if Instant::now() >= self.until {
            return Err(DnsError::Timeout);
        }
        self.resolver
            .addresses_until(host, self.families, self.until)
    }
}

/// What an MX record leads to.
enum Answer {
    Addresses(Vec<IpAddr>),
    Own,
    Nothing(Domain, DnsError),
    NoName(&'static str),
}

fn found(
    index: usize,
    hop: &NextHop,
    host: &Domain,
    preference: Option<u16>,
    addresses: Vec<IpAddr>,
) -> Found {
    Found {
        host: host.as_str().to_owned(),
        addresses,
        port: hop.port.wire(),
        preference,
        hop: index,
    }
}

fn text(mx: &Mx) -> &[u8] {
    match &mx.exchange {
        Exchange::Root => b".",
        Exchange::Host(host) => host.as_str().as_bytes(),
        Exchange::Invalid(bytes) => bytes,
    }
}
