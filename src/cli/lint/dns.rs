//! Asking DNS: the resolver of a run, which remembers for all tables and dialects.

use std::time::Duration;

use anyhow::{Context, Result};

use crate::dns::{CachingResolver, DnsOptions, HickoryResolver, parse_servers};
use crate::lint::Asking;
use crate::model::Domain;
use crate::nexthop::Own;

/// Names asked at the same time.
const JOBS: usize = 32;

/// Most names asked in one table.
const MOST: usize = 2000;

/// A resolver that remembers for the whole run.
pub(super) struct Asker {
    resolver: CachingResolver<HickoryResolver>,
    deadline: Duration,
}

impl Asker {
    /// Starts a resolver that asks `servers`, or those of the system, and gives a name at most `seconds`.
    ///
    /// # Errors
    /// No usable name server, no threads.
    pub fn new(servers: Option<&str>, seconds: f64) -> Result<Self> {
        let deadline = Duration::from_secs_f64(seconds.clamp(0.001, 86_400.0));
        let mut options = match servers.filter(|list| !list.is_empty()) {
            Some(list) => DnsOptions::new(parse_servers(list).context("--dns-server")?),
            None => DnsOptions::system().context("--dns-server names a server")?,
        };
        options.deadline = options.deadline.min(deadline);
        options.timeout = options.timeout.min(deadline);
        Ok(Asker {
            resolver: CachingResolver::new(HickoryResolver::new(options)?),
            deadline,
        })
    }

    /// This host, of its names and addresses as text.
    pub fn own(names: &[Vec<u8>]) -> Own {
        let mut own = Own::default();
        for name in names {
            let address = std::str::from_utf8(name).ok().and_then(|t| t.parse().ok());
            match (address, Domain::new(name)) {
                (Some(address), _) => own.add_address(address),
                (None, Ok(name)) => own.add_name(name),
                (None, Err(_)) => {}
            }
        }
        own
    }

    /// What the rules need; `own` is this host.
    pub fn asking<'a>(&'a self, own: &'a Own) -> Asking<'a> {
        Asking {
            resolver: &self.resolver,
            own,
            deadline: self.deadline,
            jobs: JOBS,
            most: MOST,
        }
    }
}
