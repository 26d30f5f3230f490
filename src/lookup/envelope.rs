//! What is known of a message.

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
}

impl<'e> Envelope<'e> {
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
