//! What is known of a message.

use crate::model::Direction;

/// The sender, as far as it is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sender<'e> {
    /// Not given; an answer that depends on it is undecided.
    Unknown,
    /// The null sender `<>`.
    Null,
    /// An address.
    Address(&'e [u8]),
}

impl<'e> Sender<'e> {
    /// The sender as the bytes of an envelope: the empty string is the null sender.
    pub fn from_bytes(bytes: &'e [u8]) -> Self {
        if bytes.is_empty() {
            Sender::Null
        } else {
            Sender::Address(bytes)
        }
    }
}

/// The recipient, as far as it is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recipient<'e> {
    /// A whole address; its host is what follows the last `@`.
    Address(&'e [u8]),
    /// A domain: any local part.
    Domain(&'e [u8]),
    /// The first argument of qmail-remote, byte for byte.
    Host(&'e [u8]),
}

/// An envelope to decide.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Envelope<'e> {
    /// The recipient.
    pub recipient: Recipient<'e>,
    /// The sender.
    pub sender: Sender<'e>,
    /// The subject; `None` when it is not known.
    pub subject: Option<&'e [u8]>,
    /// The way it goes; `None` when it is not known.
    pub direction: Option<Direction>,
}

impl<'e> Envelope<'e> {
    /// An envelope of which nothing else is known.
    pub fn new(recipient: Recipient<'e>, sender: Sender<'e>) -> Self {
        Envelope {
            recipient,
            sender,
            subject: None,
            direction: None,
        }
    }

    /// The recipient's host: the bytes behind the last `@` (qmail `spawn.c:104`).
    pub fn host(&self) -> &'e [u8] {
        match self.recipient {
            Recipient::Address(address) => host_of(address),
            Recipient::Domain(host) | Recipient::Host(host) => host,
        }
    }
}

pub(super) fn host_of(address: &[u8]) -> &[u8] {
    address
        .iter()
        .rposition(|&b| b == b'@')
        .map_or(address, |at| &address[at + 1..])
}
