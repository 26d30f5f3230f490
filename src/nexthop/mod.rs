//! From a decision and the DNS to the addresses that would be tried, in order.
//!
//! [`plan`] asks a [`Resolver`](crate::dns::Resolver) what a [`Relay`](crate::model::Relay) leads to. It opens no socket
//! and draws no lots: the order inside a group is sorted, or shuffled by a seed that the caller gives.

mod candidate;
mod exchanger;
mod hop;
mod order;
mod own;
mod plan;
mod wording;

#[cfg(test)]
mod tests;

pub use candidate::{Candidate, Server};
pub use exchanger::{Detected, detect_exchanger};
pub use order::Order;
pub use own::{Own, OwnError};
pub use plan::{Plan, PlanOptions, plan};
