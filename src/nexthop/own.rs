//! What is this host.

use std::collections::{BTreeSet, HashSet};
use std::fmt;
use std::net::IpAddr;

use crate::model::{BadName, Domain};

/// The names and addresses of this host, by which a loop is recognized.
///
/// Loopback addresses and the unspecified ones (`0.0.0.0` connects to this host; notqmail `ipme.c`) are its own without
/// being listed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Own {
    names: HashSet<Domain>,
    addresses: BTreeSet<IpAddr>,
}

/// A part of a list of own names and addresses that is neither.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OwnError {
    /// It is no host name either.
    #[error("`{part}` is neither an address nor a host name: {error}")]
    BadPart {
        /// The part, escaped.
        part: String,
        /// What is wrong with it as a name.
        error: BadName,
    },
    /// Nothing is listed.
    #[error("no name or address; write this host's own: `192.0.2.1,mx.example.net`")]
    Empty,
}

impl Own {
    /// The addresses of all interfaces, as qmail's `ipme_init`; no name.
    ///
    /// # Errors
    /// The system's, when it does not list its interfaces.
    pub fn from_interfaces() -> std::io::Result<Self> {
        let interfaces = if_addrs::get_if_addrs()?;
        Ok(Own {
            names: HashSet::new(),
            addresses: interfaces.iter().map(if_addrs::Interface::ip).collect(),
        })
    }

    /// Reads `name|ip,…`: the whole truth, in place of the interfaces. IPv6 addresses may stand in brackets.
    ///
    /// # Errors
    /// [`OwnError`] with the first part that is neither.
    pub fn parse(list: &str) -> Result<Self, OwnError> {
        let mut own = Own::default();
        for part in list.split(',').map(str::trim).filter(|p| !p.is_empty()) {
            let bare = part
                .strip_prefix('[')
                .and_then(|p| p.strip_suffix(']'))
                .unwrap_or(part);
            if let Ok(address) = bare.parse() {
                own.add_address(address);
            } else {
                let name = Domain::new(part.as_bytes()).map_err(|error| OwnError::BadPart {
                    part: part.escape_debug().to_string(),
                    error,
                })?;
                own.add_name(name);
            }
        }
        if own.names.is_empty() && own.addresses.is_empty() {
            return Err(OwnError::Empty);
        }
        Ok(own)
    }

    /// Adds an address.
    pub fn add_address(&mut self, address: IpAddr) {
        self.addresses.insert(address.to_canonical());
    }

    /// Adds a name: an MX record that names it is this host, whatever its addresses.
    pub fn add_name(&mut self, name: Domain) {
        self.names.insert(name);
    }

    /// True when a connection to `address` would reach this host. `::ffff:192.0.2.1` is `192.0.2.1`.
    pub fn has_address(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        address.is_loopback() || address.is_unspecified() || self.addresses.contains(&address)
    }

    /// True when `name` is listed.
    pub fn has_name(&self, name: &Domain) -> bool {
        self.names.contains(name)
    }
}

/// Names, then addresses, sorted, with commas: as [`Own::parse`] reads it.
impl fmt::Display for Own {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut parts: Vec<_> = self.names.iter().map(Domain::to_string).collect();
        parts.sort_unstable();
        parts.extend(self.addresses.iter().map(IpAddr::to_string));
        f.write_str(&parts.join(","))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_addresses_are_told_apart() {
        let own = Own::parse("MX.example., [2001:db8::1],192.0.2.1").unwrap();
        assert!(own.has_name(&Domain::new(b"mx.example").unwrap()));
        let has = |ip: &str| own.has_address(ip.parse().unwrap());
        assert!(has("2001:db8::1") && has("192.0.2.1") && has("::ffff:192.0.2.1"));
        assert!(has("127.0.0.2") && has("::1") && has("0.0.0.0") && has("::"));
        assert!(!has("192.0.2.2"));
        assert_eq!(own.to_string(), "mx.example,192.0.2.1,2001:db8::1");
        assert_eq!(Own::parse(&own.to_string()), Ok(own));
    }

    #[test]
    fn bad_lists_are_errors() {
        assert_eq!(Own::parse(" ,"), Err(OwnError::Empty));
        assert!(matches!(
            Own::parse("192.0.2.1,mx relay"),
            Err(OwnError::BadPart { .. })
        ));
    }

    #[test]
    fn this_host_has_interfaces() {
        let own = Own::from_interfaces().unwrap();
        assert!(own.has_address("127.0.0.1".parse().unwrap()));
    }
}
