//! What would be connected to.

use std::net::IpAddr;

use crate::model::NextHop;

/// A host to try, without its addresses.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Server {
    /// The name in lower case, or an address without brackets when no name was asked.
    pub host: String,
    /// What reaches the wire.
    pub port: u16,
}

/// An address to try.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Candidate {
    /// As [`Server::host`].
    pub host: String,
    /// The address.
    pub ip: IpAddr,
    /// What reaches the wire.
    pub port: u16,
    /// Preference of the MX record, 0 for an implicit one; for a host that a route names, the one that the route states.
    pub preference: Option<u16>,
    /// Which of the decision's hops led here, from 0: the place of the protocol to speak.
    pub hop: usize,
}

/// A host with its addresses in the order of the answer: what stays together when a group is shuffled.
#[derive(Clone, Debug)]
pub(super) struct Found {
    pub(super) host: String,
    pub(super) addresses: Vec<IpAddr>,
    pub(super) port: u16,
    pub(super) preference: Option<u16>,
    pub(super) hop: usize,
}

impl Found {
    pub(super) fn literal(hop: &NextHop, index: usize, address: IpAddr) -> Self {
        Found {
            host: address.to_string(),
            addresses: vec![address],
            port: hop.port.wire(),
            preference: hop.preference,
            hop: index,
        }
    }

    pub(super) fn candidates(self) -> impl Iterator<Item = Candidate> {
        let Found {
            host,
            addresses,
            port,
            preference,
            hop,
        } = self;
        addresses.into_iter().map(move |ip| Candidate {
            host: host.clone(),
            ip,
            port,
            preference,
            hop,
        })
    }
}
