//! What is asked of a comparison, and what it answers.

use crate::lookup::{Envelope, Recipient, Selection, Sender, Store, StoreError, select};
use crate::model::Direction;

/// What recipients are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Recipients {
    /// Whole addresses: the files of qmail-send are asked too. A host then holds no `@`.
    #[default]
    Addresses,
    /// The first argument of qmail-remote: any bytes.
    Hosts,
}

/// What is held fixed, and how far to go.
#[derive(Clone, Copy, Debug)]
pub struct CompareOptions {
    /// The direction; `None` is either.
    pub direction: Option<Direction>,
    /// Most classes looked at; the rest is undecided.
    pub max_classes: u64,
    /// What recipients are.
    pub recipients: Recipients,
}

impl Default for CompareOptions {
    fn default() -> Self {
        CompareOptions {
            direction: None,
            max_classes: 50_000_000,
            recipients: Recipients::default(),
        }
    }
}

/// Where a difference comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Cause {
    /// A route, or what becomes of a whole file.
    Route,
    /// The products: neither table takes the mail, or the host begins with `[` and one product never asks its table for
    /// such hosts. Announced once for each kind of host.
    DefaultPath,
    /// The host ends in a dot, which one product drops. Announced once.
    FinalDot,
}

/// Mail, as far as its way depends on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Witness {
    /// The recipient: an address, or a host, as [`CompareOptions::recipients`] says.
    pub recipient: Vec<u8>,
    /// What else matters, if anything does.
    rest: Option<Box<Rest>>,
}

/// What seldom matters.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Rest {
    sender: Option<Vec<u8>>,
    subject: Option<Vec<u8>>,
    direction: Option<Direction>,
}

/// The sender of a witness for which no sender matters.
const SOMEBODY: &[u8] = b"sender@other";

impl Witness {
    pub(super) fn new(
        recipient: &[u8],
        sender: Option<Sender<'_>>,
        subject: Option<&[u8]>,
        direction: Option<Direction>,
    ) -> Self {
        let sender = match sender {
            Some(Sender::Null) => Some(Vec::new()),
            Some(Sender::Address(address)) => Some(address.to_vec()),
            Some(Sender::Unknown) | None => None,
        };
        let rest = Rest {
            sender,
            subject: subject.map(<[u8]>::to_vec),
            direction,
        };
        Witness {
            recipient: recipient.to_vec(),
            rest: (rest != Rest::default()).then(|| Box::new(rest)),
        }
    }

    /// The sender, empty for the null sender; `None` when it does not matter.
    pub fn sender(&self) -> Option<&[u8]> {
        self.rest.as_ref()?.sender.as_deref()
    }

    /// The subject; `None` when it does not matter.
    pub fn subject(&self) -> Option<&[u8]> {
        self.rest.as_ref()?.subject.as_deref()
    }

    /// The direction; `None` when it does not matter.
    pub fn direction(&self) -> Option<Direction> {
        self.rest.as_ref()?.direction
    }

    /// The envelope of mail like this.
    pub fn envelope(&self, recipients: Recipients) -> Envelope<'_> {
        Envelope {
            recipient: recipient_of(recipients, &self.recipient),
            sender: self
                .sender()
                .map_or(Sender::Address(SOMEBODY), Sender::from_bytes),
            subject: self.subject(),
            direction: self.direction(),
        }
    }

    /// What `store` decides for it.
    ///
    /// # Errors
    /// As [`select`].
    pub fn ask<'s>(
        &self,
        store: &'s dyn Store,
        recipients: Recipients,
    ) -> Result<Selection<'s>, StoreError> {
        select(store, &self.envelope(recipients), false)
    }
}

pub(super) fn recipient_of(recipients: Recipients, text: &[u8]) -> Recipient<'_> {
    match recipients {
        Recipients::Addresses => Recipient::Address(text),
        Recipients::Hosts => Recipient::Host(text),
    }
}

/// Mail that the two tables decide differently.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Mail whose decisions differ; [`Witness::ask`] says which they are.
    pub witness: Witness,
    /// Number of classes that it stands for: its own, and those near it with the same pair of decisions.
    pub classes: u64,
    /// Where it comes from.
    pub cause: Cause,
}

/// The answer.
#[derive(Clone, Debug, Default)]
pub struct Comparison {
    /// Number of classes whose witness was put to both tables.
    pub classes: u64,
    /// Number of classes of which nothing is known; a lower bound when the limit of classes was reached.
    pub undecided: u64,
    /// A recipient of which nothing is known.
    pub undecided_witness: Option<Vec<u8>>,
    /// True when the limit of classes was reached.
    pub limited: bool,
    /// The differences, by domain from the top.
    pub differences: Vec<Difference>,
}

impl Comparison {
    /// True when both tables decide alike for all mail: no difference, and nothing undecided.
    pub fn equal(&self) -> bool {
        self.differences.is_empty() && self.undecided == 0
    }
}
