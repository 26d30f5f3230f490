//! A decision's addresses, in the order in which they would be tried.

use std::time::{Duration, Instant};

use super::candidate::{Candidate, Found, Server};
use super::hop::{Groups, Search};
use super::order::{Order, arrange};
use super::own::Own;
use super::wording::{self, Reason};
use crate::dns::Resolver;
use crate::model::{Choice, Failure, Product, Relay};

const DAY: Duration = Duration::from_secs(86_400);

/// How a plan is made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanOptions {
    /// The order inside a group.
    pub order: Order,
    /// Most addresses returned; at least 1.
    pub addresses: usize,
    /// How long all questions together may take.
    pub deadline: Duration,
}

impl Default for PlanOptions {
    /// Sorted, 50 addresses, 60 seconds.
    fn default() -> Self {
        PlanOptions {
            order: Order::Sorted,
            addresses: 50,
            deadline: Duration::from_secs(60),
        }
    }
}

/// What would be tried, or why nothing would.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// Tried group by group; inside a group any order is right. Never an empty group, and each address of a host once.
    pub groups: Vec<Vec<Candidate>>,
    /// Why there is no group; nothing when there is one.
    pub failure: Option<Failure>,
    /// True when a name or address of this host was met: the answer rests on [`Own`].
    pub own_used: bool,
    /// What was left out and why, in lower case, a clause each; secrets never come here.
    pub notes: Vec<String>,
}

impl Plan {
    /// All addresses in the order in which they would be tried.
    pub fn candidates(&self) -> impl Iterator<Item = &Candidate> {
        self.groups.iter().flatten()
    }

    /// The hosts of each group, without repetition.
    pub fn servers(&self) -> Vec<Vec<Server>> {
        let hosts = |group: &Vec<Candidate>| {
            let mut servers: Vec<Server> = Vec::new();
            for candidate in group {
                let server = Server {
                    host: candidate.host.clone(),
                    port: candidate.port,
                };
                if !servers.contains(&server) {
                    servers.push(server);
                }
            }
            servers
        };
        self.groups.iter().map(hosts).collect()
    }
}

/// Asks where `relay` leads, most preferred first.
///
/// MX hosts are grouped by ascending preference; a name that exists without MX stands for itself at preference 0 (RFC 5321,
/// 5.1). A host that a route names gets an address lookup only, a literal none. Hosts that cannot be found are left out
/// while others are left. At most `options.addresses` entries are returned, and no question is asked or waited for after
/// `options.deadline`. This host, and every MX that is not better, is left out of MX destinations, as in qmail-remote.
///
/// # Errors
/// They stand in [`Plan::failure`]. Permanent: no such domain, no data, null MX (RFC 7505), `loops-back` when this host is the
/// best MX (never for hosts that a route names), `no-usable-server` when no MX has an address. A name that
/// [`Domain`](crate::model::Domain) refuses is never asked, and counts as no such domain. Temporary: no answer, as long as
/// nothing else can be tried; and any unresolvable relay when the product defers those.
pub fn plan(
    relay: &Relay,
    product: &Product,
    resolver: &dyn Resolver,
    own: &Own,
    options: &PlanOptions,
) -> Plan {
    let mut search = Search {
        resolver,
        product,
        own,
        families: relay.families.unwrap_or(product.families),
        // A longer time is no deadline, and would not fit an `Instant`.
        until: Instant::now() + options.deadline.min(DAY),
        enough: options.addresses,
        own_used: false,
        notes: Vec::new(),
    };
    let mut found = Vec::new();
    let mut reasons = Vec::new();
    for (index, hop) in relay.hops.iter().enumerate() {
        match search.hop(index, hop) {
            Ok(groups) => found.push((hop.preference, groups)),
            Err(reason) => reasons.push(reason),
        }
    }
    let mut notes = search.notes;
    if found.is_empty() {
        return Plan {
            groups: Vec::new(),
            failure: Some(main_reason(reasons, relay.hops.len()).into_failure()),
            own_used: search.own_used,
            notes,
        };
    }
    let drawn = relay.choice == Choice::OneAtRandom;
    notes.extend(reasons.into_iter().map(|r| r.into_note(drawn)));
    let mut found: Vec<(Option<u16>, Groups)> = found;
    if relay.choice == Choice::ByPreference {
        // As in `Relay::groups`: what has no preference comes last.
        found.sort_by_key(|(preference, _)| preference.map_or(u32::MAX, u32::from));
    }
    let groups = match relay.choice {
        Choice::InOrder => found.into_iter().flat_map(|(_, groups)| groups).collect(),
        Choice::RoundRobin | Choice::OneAtRandom => side_by_side(found),
        Choice::ByPreference => {
            let equal = found.chunk_by(|(a, _), (b, _)| a == b);
            equal
                .flat_map(|equal| side_by_side(equal.to_vec()))
                .collect()
        }
    };
    let (groups, cut) = arrange(groups, options.order, options.addresses.max(1));
    if cut {
        notes.push(format!(
            "more than {} addresses: the rest is left out",
            options.addresses
        ));
    }
    Plan {
        groups,
        failure: None,
        own_used: search.own_used,
        notes,
    }
}

/// One group of all hops: their first groups together, then their second ones.
fn side_by_side(hops: Vec<(Option<u16>, Groups)>) -> Groups {
    let mut together: Vec<Vec<Found>> = Vec::new();
    for (_, groups) in hops {
        for (rank, group) in groups.into_iter().enumerate() {
            match together.get_mut(rank) {
                Some(same) => same.extend(group),
                None => together.push(group),
            }
        }
    }
    together
}

/// One hop's own reason; of several hops the first that may pass, else that none is usable.
fn main_reason(mut reasons: Vec<Reason>, hops: usize) -> Reason {
    if let Some(passing) = reasons.iter().position(Reason::is_temporary) {
        return reasons.swap_remove(passing);
    }
    match reasons.pop() {
        Some(only) if hops == 1 => only,
        _ => wording::no_usable_hop(hops),
    }
}
