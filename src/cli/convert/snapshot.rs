//! The MX of names, as DNS has them now.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::dns::{DnsOptions, Exchange, HickoryResolver, Resolver, parse_servers};
use crate::model::Domain;
use crate::source::Visible;
use crate::translate::Snapshot;

/// Longest time for one name.
const DEADLINE: Duration = Duration::from_secs(30);

/// For each of `names` its hosts with their preferences, the best first; the name itself where it has no MX (RFC 5321, 5.1).
///
/// # Errors
/// A name has no usable answer: nothing is guessed.
pub(super) fn snapshot(names: Vec<Vec<u8>>, servers: Option<&str>) -> Result<Snapshot> {
    if names.is_empty() {
        return Ok(Snapshot::new());
    }
    let options = match servers.filter(|list| !list.is_empty()) {
        Some(list) => DnsOptions::new(parse_servers(list).context("--dns-server")?),
        None => DnsOptions::system().context("--dns-server names a server")?,
    };
    let resolver = HickoryResolver::new(options)?;
    let mut found = Snapshot::new();
    for name in names {
        let hosts = hosts(&resolver, &name)
            .with_context(|| format!("--snapshot-mx: {}", Visible(&name)))?;
        found.insert(name, hosts);
    }
    Ok(found)
}

fn hosts(resolver: &dyn Resolver, name: &[u8]) -> Result<Vec<(u16, Vec<u8>)>> {
    let Ok(domain) = Domain::new(name) else {
        bail!("no name that DNS can be asked about");
    };
    let records = match resolver.mx_until(&domain, Instant::now() + DEADLINE) {
        Ok(records) => records,
        Err(crate::dns::DnsError::NoData) => return Ok(vec![(0, name.to_vec())]),
        Err(error) => return Err(error.into()),
    };
    let mut hosts = Vec::new();
    for record in records {
        match record.exchange {
            Exchange::Host(host) => {
                hosts.push((record.preference, host.as_str().as_bytes().to_vec()));
            }
            Exchange::Root => bail!("the domain receives no mail (null MX)"),
            Exchange::Invalid(_) => {}
        }
    }
    hosts.sort();
    if hosts.is_empty() {
        bail!("no MX record names a host");
    }
    Ok(hosts)
}
