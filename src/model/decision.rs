//! The canonical answer: what a product does with mail for one envelope.

use super::{Failure, Relay, Target};

/// What happens to the mail. All programs and all comparisons use this and nothing else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// It leaves this system for other hosts.
    Relay(Relay),
    /// This system keeps it.
    Local,
    /// This system holds it for another (backup MX).
    Backup,
    /// It is refused, or sent back to the queue for a while.
    Reject {
        /// Enhanced status code, `5.1.2`.
        status: String,
        /// The text given.
        text: String,
        /// True when mail is deferred, false when it bounces.
        temporary: bool,
    },
    /// It is dropped.
    Discard,
    /// Another transport takes it.
    Transport {
        /// Its name.
        name: String,
        /// What it is given as next hop.
        nexthop: String,
    },
    /// The table says nothing, and what the product then does is not the table's to say.
    NoRoute,
    /// The answer depends on something that was not given.
    Undecided {
        /// What is missing, without repetition.
        needs: Vec<Need>,
    },
    /// There is no delivery: the product stops with an error.
    Failure(Failure),
}

/// The decisions by name, as scripts see them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DecisionKind {
    /// The MX of the recipient's domain.
    Mx,
    /// The MX of another name.
    MxOf,
    /// Hosts named by the route.
    Static,
    /// Kept here.
    Local,
    /// Held for another.
    Backup,
    /// Refused.
    Reject,
    /// Dropped.
    Discard,
    /// Handed to another transport.
    Transport,
    /// No route.
    None,
    /// Depends on something that was not given.
    Undecided,
    /// An error.
    Error,
}

impl DecisionKind {
    /// All kinds with their meaning, in the order of the manual.
    pub const ALL: [(DecisionKind, &'static str); 11] = [
        (
            DecisionKind::Mx,
            "delivery to the MX of the recipient's domain",
        ),
        (DecisionKind::MxOf, "delivery to the MX of another name"),
        (
            DecisionKind::Static,
            "delivery to hosts named by the route, by address lookup only",
        ),
        (DecisionKind::Local, "this system keeps the mail"),
        (
            DecisionKind::Backup,
            "this system holds the mail for another",
        ),
        (DecisionKind::Reject, "the mail is refused"),
        (DecisionKind::Discard, "the mail is dropped"),
        (DecisionKind::Transport, "another transport takes the mail"),
        (DecisionKind::None, "the table has no route"),
        (
            DecisionKind::Undecided,
            "the answer depends on something that was not given",
        ),
        (
            DecisionKind::Error,
            "the product stops with an error; the error kind says which",
        ),
    ];

    /// The name in text and JSON output.
    pub fn name(self) -> &'static str {
        match self {
            DecisionKind::Mx => "mx",
            DecisionKind::MxOf => "mx-of",
            DecisionKind::Static => "static",
            DecisionKind::Local => "local",
            DecisionKind::Backup => "backup",
            DecisionKind::Reject => "reject",
            DecisionKind::Discard => "discard",
            DecisionKind::Transport => "transport",
            DecisionKind::None => "none",
            DecisionKind::Undecided => "undecided",
            DecisionKind::Error => "error",
        }
    }
}

impl Decision {
    /// Which kind it is.
    pub fn kind(&self) -> DecisionKind {
        match self {
            Decision::Relay(relay) => match relay.hops.first().map(|hop| &hop.target) {
                Some(Target::OwnMx(_)) => DecisionKind::Mx,
                Some(Target::MxOf(_)) => DecisionKind::MxOf,
                Some(Target::Address(_)) | None => DecisionKind::Static,
            },
            Decision::Local => DecisionKind::Local,
            Decision::Backup => DecisionKind::Backup,
            Decision::Reject { .. } => DecisionKind::Reject,
            Decision::Discard => DecisionKind::Discard,
            Decision::Transport { .. } => DecisionKind::Transport,
            Decision::NoRoute => DecisionKind::None,
            Decision::Undecided { .. } => DecisionKind::Undecided,
            Decision::Failure(_) => DecisionKind::Error,
        }
    }

    /// True when both do the same with the mail: host names without case, addresses by value, ports as on the wire.
    ///
    /// Spelling does not count (`257.2.3.4` is `1.2.3.4` to qmail), nor does the text of a failure.
    pub fn same_mail(&self, other: &Decision) -> bool {
        match (self, other) {
            (Decision::Relay(a), Decision::Relay(b)) => a.same_mail(b),
            (Decision::Failure(a), Decision::Failure(b)) => {
                a.kind == b.kind && a.temporary == b.temporary
            }
            (a, b) => a == b,
        }
    }
}

/// Something that an answer depends on and that was not given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// The sender.
    Sender,
    /// The recipient's local part.
    Recipient,
    /// The subject.
    Subject,
    /// The direction.
    Direction,
    /// A regular expression that cannot be evaluated here.
    Regex,
    /// Which of several routes the product asks first, where its vendor says nothing and none was assumed.
    Order,
}

impl Need {
    /// The name in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Need::Sender => "sender",
            Need::Recipient => "recipient",
            Need::Subject => "subject",
            Need::Direction => "direction",
            Need::Regex => "regex",
            Need::Order => "order",
        }
    }
}
