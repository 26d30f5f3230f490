//! One message and what is known about how to deliver it.

use std::net::Ipv4Addr;
use std::time::Duration;

use super::policy::Policy;
use super::tcpto::TimeoutTable;
use crate::model::Relay;

/// How long is waited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// For one address to connect (`timeoutconnect`).
    pub connect: Duration,
    /// For each wait of a conversation (`timeoutremote`).
    pub remote: Duration,
}

impl Limits {
    /// How long all attempts together may take, the message itself left out: a server that says a byte now and then must
    /// not hold a delivery for ever. Six waits, and at least five minutes.
    pub fn overall(&self) -> Duration {
        self.remote.saturating_mul(6).max(Duration::from_secs(300))
    }
}

/// What is to be delivered, where to, and how.
#[derive(Debug)]
pub struct Job<'j> {
    /// The name that we give ourselves.
    pub helo: &'j [u8],
    /// The sender; empty for the null sender. Any bytes.
    pub sender: &'j [u8],
    /// The recipients. Any bytes.
    pub recipients: Vec<&'j [u8]>,
    /// The decision that the addresses come from: credentials, protocol and TLS stand in it.
    pub relay: &'j Relay,
    /// What is demanded of TLS.
    pub policy: Policy,
    /// The address that IPv4 connections come from.
    pub source: Option<Ipv4Addr>,
    /// How long is waited.
    pub limits: Limits,
    /// Which addresses did not answer lately.
    pub timeouts: TimeoutTable,
}
