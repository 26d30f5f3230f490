//! From a decision to addresses.

use std::hash::BuildHasher;
use std::net::IpAddr;
use std::sync::OnceLock;
use std::time::Instant;

use super::failure;
use crate::dns::{DnsError, DnsOptions, HickoryResolver, Mx, Resolver, SetupError, parse_servers};
use crate::model::{Domain, Families, Product, Relay, Target};
use crate::nexthop::{Order, Own, Plan, PlanOptions, plan};

/// Asks DNS where `relay` leads. Hosts of equal preference come in an order that is another one for each message.
///
/// # Errors
/// The report, when this host does not know its own addresses.
pub(super) fn plan_of(relay: &Relay, product: Product) -> Result<Plan, Vec<u8>> {
    let asks_mx = |target: &Target| !matches!(target, Target::Address(_));
    // Loops are looked for only where MX records are asked.
    let own = match relay.hops.iter().any(|hop| asks_mx(&hop.target)) {
        true => Own::from_interfaces().map_err(|_| failure::system())?,
        false => Own::default(),
    };
    let seed = std::hash::RandomState::new().hash_one(std::process::id());
    let options = PlanOptions {
        order: Order::Shuffled(seed),
        ..PlanOptions::default()
    };
    let resolver = Late::default();
    Ok(plan(relay, &product, &resolver, &own, &options))
}

/// A resolver that is started by the first question: a relay that is an address has none.
#[derive(Default)]
struct Late(OnceLock<Result<HickoryResolver, DnsError>>);

impl Late {
    fn get(&self) -> Result<&HickoryResolver, DnsError> {
        let resolver = self
            .0
            .get_or_init(|| start().map_err(|error| DnsError::Other(error.to_string())));
        resolver.as_ref().map_err(Clone::clone)
    }
}

/// The servers that `QROUTE_DNS` names, else the system's.
fn start() -> Result<HickoryResolver, SetupError> {
    let named = std::env::var("QROUTE_DNS").unwrap_or_default();
    let options = match named.is_empty() {
        true => DnsOptions::system()?,
        false => DnsOptions::new(parse_servers(&named)?),
    };
    HickoryResolver::new(options)
}

impl Resolver for Late {
    fn mx(&self, name: &Domain) -> Result<Vec<Mx>, DnsError> {
        self.get()?.mx(name)
    }

    fn addresses(&self, name: &Domain, families: Families) -> Result<Vec<IpAddr>, DnsError> {
        self.get()?.addresses(name, families)
    }

    fn mx_until(&self, name: &Domain, until: Instant) -> Result<Vec<Mx>, DnsError> {
        self.get()?.mx_until(name, until)
    }

    fn addresses_until(
        &self,
        name: &Domain,
        families: Families,
        until: Instant,
    ) -> Result<Vec<IpAddr>, DnsError> {
        self.get()?.addresses_until(name, families, until)
    }
}
