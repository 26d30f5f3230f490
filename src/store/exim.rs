//! A table as route data that Exim looks up.

use std::collections::{BTreeMap, BTreeSet};

use crate::lookup::{Envelope, Recipient, Sender, Store, StoreError, select};
use crate::model::{Decision, NextHop, Protocol, Relay, Target};
use crate::source::{Place, Visible, masked};

/// Why a table cannot be said in route data.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum NotRouteData {
    /// A route does what no route data say.
    #[error("{}mail for {host}: {why}", place.as_ref().map_or_else(String::new, |place| format!("{place}: ")))]
    Route {
        /// Where the route stands.
        place: Option<Place>,
        /// A host that it decides for.
        host: String,
        /// What cannot be said.
        why: String,
    },
    /// The store could not be asked.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Keys and data for `${lookup{$domain}partial0(.)cdb*{…}}` as `route_data` of a manualroute router (Exim specification,
/// 9.6, 20.3 and 20.5), in the order of keys.
///
/// Such a lookup tries the domain, the domain behind a dot, each of its parents behind a dot, and `*`. A record is there
/// where what it says differs from what the lookup would find without it; data are empty where the router has to decline,
/// so that the mail goes to its MX. Exim has domains in lower case.
///
/// # Errors
/// Credentials, a port with the domain's own MX, QMTP, a refused port: what no route data say.
pub fn route_data(store: &dyn Store) -> Result<BTreeMap<Vec<u8>, String>, NotRouteData> {
    let mut nodes: BTreeSet<Vec<u8>> = BTreeSet::new();
    for route in store.document().routes() {
        let key = route.key().to_ascii_lowercase();
        let name = key.strip_prefix(b".").unwrap_or(&key);
        // What is no domain is asked by nobody; `*` would be the default.
        if !name.is_empty() && name != b"*" {
            nodes.insert(name.to_vec());
        }
    }
    let fresh = fresh(&nodes);
    let below = |name: &[u8]| [fresh.as_slice(), b".", name].concat();
    let mut records = BTreeMap::new();
    let all = data(store, &fresh)?;
    if !all.is_empty() {
        records.insert(b"*".to_vec(), all.clone());
    }
    // Parents before children: what is below a name is what is below its parent, where no record says otherwise.
    let mut by_depth: Vec<&Vec<u8>> = nodes.iter().collect();
    by_depth.sort_by_key(|name| name.iter().filter(|&&b| b == b'.').count());
    let mut inherited: BTreeMap<&[u8], String> = BTreeMap::new();
    for name in by_depth {
        let mut parents = (0..name.len()).filter(|&at| name[at] == b'.');
        let parent = parents.find_map(|at| inherited.get(&name[at + 1..]));
        let parent = parent.unwrap_or(&all).clone();
        let under = data(store, &below(name))?;
        if under != parent {
            records.insert([b".", name.as_slice()].concat(), under.clone());
        }
        let own = data(store, name)?;
        if own != under {
            records.insert(name.clone(), own);
        }
        inherited.insert(name, under);
    }
    Ok(records)
}

/// A label that no key has: it is longer than any of theirs.
fn fresh(nodes: &BTreeSet<Vec<u8>>) -> Vec<u8> {
    let labels = nodes.iter().flat_map(|name| name.split(|&b| b == b'.'));
    vec![b'q'; labels.map(<[u8]>::len).max().unwrap_or(0) + 1]
}

/// The route data for mail to `host`.
fn data(store: &dyn Store, host: &[u8]) -> Result<String, NotRouteData> {
    let sender = Sender::Address(b"user@example.org");
    let selection = select(store, &Envelope::new(Recipient::Host(host), sender), false)?;
    let said = match &selection.decision {
        Decision::Relay(relay) => of_relay(relay),
        Decision::Failure(failure) => Err(failure.text.clone()),
        _ => Err("it is not relayed".to_owned()),
    };
    said.map_err(|why| {
        let view = selection.route.as_ref().map(|found| found.view());
        NotRouteData::Route {
            place: view.and_then(|view| view.document().place(view.origin())),
            host: Visible(host).to_string(),
            why,
        }
    })
}

fn of_relay(relay: &Relay) -> Result<String, String> {
    let plain = relay.tls == crate::model::Tls::default()
        && relay.families.is_none()
        && relay.resolvers.is_empty();
    let ([hop], true) = (relay.hops.as_slice(), plain) else {
        return Err("route data say nothing of TLS, address families or several hosts".to_owned());
    };
    of_hop(hop)
}

fn of_hop(hop: &NextHop) -> Result<String, String> {
    if hop.credentials.is_some() {
        return Err("route data have no credentials: they belong to an authenticator".to_owned());
    }
    if hop.protocol != Protocol::Smtp {
        return Err("route data know SMTP only: the protocol belongs to a transport".to_owned());
    }
    let port = match hop.port.wire() {
        0 => return Err("it would go to port 0".to_owned()),
        port => port,
    };
    if let Some(address) = hop.literal {
        return Ok(match (address.is_ipv6(), port) {
            (true, _) => format!("<; [{address}]:{port}"),
            (false, 25) => address.to_string(),
            (false, _) => format!("{address}::{port}"),
        });
    }
    let name = hop.target.name();
    let is_name = |b: &u8| b.is_ascii_alphanumeric() || b".-_".contains(b);
    let is_own = matches!(hop.target, Target::OwnMx(_));
    if !is_own && (name.is_empty() || !name.iter().all(is_name)) {
        // What follows a blank or a `|` may be a password to another dialect.
        let shown = Visible(&masked(name));
        return Err(format!("`{shown}` is no host name that route data hold"));
    }
    let name = String::from_utf8_lossy(name);
    match (&hop.target, port) {
        (Target::OwnMx(_), 25) => Ok(String::new()),
        (Target::OwnMx(_), _) => {
            Err("route data say no port for the MX of the domain itself".to_owned())
        }
        (Target::MxOf(_), 25) => Ok(format!("{name}/MX")),
        (Target::MxOf(_), _) => Ok(format!("{name}/MX::{port}")),
        (Target::Address(_), 25) => Ok(format!("{name} byname")),
        (Target::Address(_), _) => Ok(format!("{name}::{port} byname")),
    }
}
