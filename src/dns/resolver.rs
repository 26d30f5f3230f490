//! The trait that everything above DNS asks.

use std::net::IpAddr;
use std::time::Instant;

use super::DnsError;
use crate::model::{Domain, Families};

/// An MX record.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Mx {
    /// Lower is tried first.
    pub preference: u16,
    /// The host.
    pub exchange: Exchange,
}

/// The host of an MX record.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Exchange {
    /// The root. Standing alone it is the null MX: the domain receives no mail (RFC 7505).
    Root,
    /// A name that can be asked.
    Host(Domain),
    /// A name that no host has, as printed by zone files (`mx\032relay`); it is never asked.
    Invalid(Vec<u8>),
}

impl Exchange {
    /// Reads `name` as it is printed, with or without a final dot; the empty name is the root.
    pub fn new(name: &[u8]) -> Self {
        match name {
            b"" | b"." => Exchange::Root,
            name => Domain::new(name)
                .map(Exchange::Host)
                .unwrap_or_else(|_| Exchange::Invalid(name.to_vec())),
        }
    }
}

/// Answers questions about absolute names. Aliases are followed.
///
/// All implementations agree on: records in the order of the answer, never an empty `Ok`, [`DnsError::CnameLoop`] for an
/// alias that leads back to itself (and never an implicit "no data").
pub trait Resolver: Send + Sync {
    /// The MX records of `name`, unsorted; one of them may be the null MX.
    ///
    /// # Errors
    /// [`DnsError::NoData`] when the name exists without MX, every other outcome by its own variant.
    fn mx(&self, name: &Domain) -> Result<Vec<Mx>, DnsError>;

    /// The addresses of `name`: IPv4 first, then IPv6 when `families` asks for it.
    ///
    /// One family that fails does not spoil the other: its error shows only when no address is left, and then a
    /// temporary error of either family wins over the absence of the other.
    ///
    /// # Errors
    /// As [`Resolver::mx`].
    fn addresses(&self, name: &Domain, families: Families) -> Result<Vec<IpAddr>, DnsError>;

    /// [`Resolver::mx`], given up as [`DnsError::Timeout`] at `until`; implementations that wait for nothing need not
    /// override it.
    ///
    /// # Errors
    /// As [`Resolver::mx`].
    fn mx_until(&self, name: &Domain, _until: Instant) -> Result<Vec<Mx>, DnsError> {
        self.mx(name)
    }

    /// [`Resolver::addresses`], given up as [`DnsError::Timeout`] at `until`.
    ///
    /// # Errors
    /// As [`Resolver::addresses`].
    fn addresses_until(
        &self,
        name: &Domain,
        families: Families,
        _until: Instant,
    ) -> Result<Vec<IpAddr>, DnsError> {
        self.addresses(name, families)
    }

    /// The name that `name` is an alias of, one step; `None` when it is none, or when the resolver cannot tell. Given up at
    /// `until` as the others.
    ///
    /// # Errors
    /// As [`Resolver::mx`], but a name without this record is no error.
    fn alias_until(&self, _name: &Domain, _until: Instant) -> Result<Option<Domain>, DnsError> {
        Ok(None)
    }
}

/// So that a program can choose its resolver when it runs, and still remember its answers.
impl<R: Resolver + ?Sized> Resolver for Box<R> {
    fn mx(&self, name: &Domain) -> Result<Vec<Mx>, DnsError> {
        (**self).mx(name)
    }

    fn addresses(&self, name: &Domain, families: Families) -> Result<Vec<IpAddr>, DnsError> {
        (**self).addresses(name, families)
    }

    fn mx_until(&self, name: &Domain, until: Instant) -> Result<Vec<Mx>, DnsError> {
        (**self).mx_until(name, until)
    }

    fn addresses_until(
        &self,
        name: &Domain,
        families: Families,
        until: Instant,
    ) -> Result<Vec<IpAddr>, DnsError> {
        (**self).addresses_until(name, families, until)
    }

    fn alias_until(&self, name: &Domain, until: Instant) -> Result<Option<Domain>, DnsError> {
        (**self).alias_until(name, until)
    }
}

/// Joins the answers of both families as [`Resolver::addresses`] promises.
pub(super) fn join_families(
    v4: Result<Vec<IpAddr>, DnsError>,
    v6: Result<Vec<IpAddr>, DnsError>,
) -> Result<Vec<IpAddr>, DnsError> {
    match (v4, v6) {
        (Ok(mut v4), Ok(v6)) => {
            v4.extend(v6);
            Ok(v4)
        }
        (Ok(only), Err(_)) | (Err(_), Ok(only)) => Ok(only),
        (Err(a), Err(b)) if !a.is_temporary() && b.is_temporary() => Err(b),
        // Broken servers answer NXDOMAIN for a type that they lack; the other family knows that the name exists.
        (Err(DnsError::NoSuchDomain), Err(DnsError::NoData)) => Err(DnsError::NoData),
        (Err(a), Err(_)) => Err(a),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_family_does_not_spoil_the_other() {
        let ip: IpAddr = "192.0.2.1".parse().unwrap();
        let ok = || Ok(vec![ip]);
        assert_eq!(join_families(ok(), Err(DnsError::ServFail)), ok());
        assert_eq!(join_families(Err(DnsError::ServFail), ok()), ok());
        assert_eq!(
            join_families(Err(DnsError::NoData), Err(DnsError::Timeout)),
            Err(DnsError::Timeout)
        );
        assert_eq!(
            join_families(Err(DnsError::Timeout), Err(DnsError::NoData)),
            Err(DnsError::Timeout)
        );
        assert_eq!(
            join_families(Err(DnsError::NoSuchDomain), Err(DnsError::NoSuchDomain)),
            Err(DnsError::NoSuchDomain)
        );
    }

    #[test]
    fn exchanges() {
        assert_eq!(Exchange::new(b"."), Exchange::Root);
        assert_eq!(
            Exchange::new(b"MX.example."),
            Exchange::Host(Domain::new(b"mx.example").unwrap())
        );
        assert_eq!(
            Exchange::new(b"mx\\032relay."),
            Exchange::Invalid(b"mx\\032relay.".to_vec())
        );
    }
}
