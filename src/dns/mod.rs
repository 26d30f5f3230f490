//! Questions to the DNS: one synchronous [`Resolver`] trait, hickory behind it, and fixed answers for tests.
//!
//! Every outcome is its own [`DnsError`]: no such domain, no data and no answer are three things. Names are absolute, so
//! the search list of resolv.conf never applies, and the hosts file is never read, as in qmail (`dns.c` asks `res_query`).

mod cache;
mod chain;
mod error;
mod fixed;
mod hickory;
mod memory;
mod options;
mod resolver;
mod wire;

#[cfg(test)]
mod tests;

pub use cache::CachingResolver;
pub use error::DnsError;
pub use fixed::{FixedError, FixedResolver};
pub use hickory::HickoryResolver;
pub use options::{DnsOptions, SetupError, parse_servers};
pub use resolver::{Exchange, Mx, Resolver};
