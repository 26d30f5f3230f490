//! One route of a table.

use smallvec::{SmallVec, smallvec};

use super::{
    Choice, Condition, FailureKind, Families, Hop, Owner, StageId, StatedCredentials,
    TimeoutMemory, Tls,
};
use crate::model::Document;
use crate::source::{Span, Text};

/// What a route does with the mail that it matches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Mail goes to one of these hops.
    Relay {
        /// How one of several is chosen.
        choice: Choice,
        /// The hops, in the order of the file.
        hops: SmallVec<[Hop; 1]>,
        /// What is demanded of TLS.
        tls: Tls,
        /// Which addresses may be used, when the route says so (Courier).
        families: Option<Families>,
        /// How connection time-outs are remembered (indimail).
        memory: Option<TimeoutMemory>,
        /// Name servers that are asked instead of the system's (IMSS).
        resolvers: Vec<Text>,
    },
    /// This system keeps the mail.
    Local,
    /// This system holds the mail for another (backup MX).
    Backup,
    /// The mail is refused, or sent back for a while, with this text.
    Reject {
        /// The enhanced status code (RFC 3463), when one is stated.
        status: Option<Text>,
        /// The text given; may be empty.
        text: Text,
        /// True when mail is deferred, false when it bounces.
        temporary: bool,
    },
    /// The mail is dropped.
    Discard,
    /// Another transport of the product takes the mail.
    Transport {
        /// Its name.
        name: Text,
        /// What it is given as next hop; empty for the recipient's domain.
        nexthop: Text,
    },
    /// The table says that mail goes as if it did not exist; no other route is asked.
    Default,
    /// The product finds out by itself which host's mail this is; this is what it found last.
    Automatic(Exchanger),
    /// Found, and falls through to the next stage.
    Continue,
    /// A line that the product refuses at the moment it is needed.
    Refused {
        /// Which error.
        kind: FailureKind,
        /// The product's own report, byte for byte; empty when it gives none.
        report: Vec<u8>,
        /// True when mail is deferred, false when it bounces.
        temporary: bool,
        /// What is wrong, for people.
        text: String,
    },
    /// The product dies of this signal when it meets the line.
    Crash(i32),
}

/// Whose mail a domain's is, as its MX records tell (cPanel).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Exchanger {
    /// The best MX is this host.
    Local,
    /// Some other MX is this host.
    Backup,
    /// No MX is this host.
    Remote,
    /// What it found last is not written down.
    Unknown,
}

impl Action {
    /// The hops of a delivery, in the order of the file; none for all else.
    pub fn hops(&self) -> &[Hop] {
        match self {
            Action::Relay { hops, .. } => hops,
            _ => &[],
        }
    }

    /// The credentials of the first hop that has some: the only hop in tables of qmail.
    pub fn credentials(&self) -> Option<StatedCredentials> {
        self.hops().iter().find_map(|hop| hop.credentials)
    }

    /// Delivery to one hop, nothing else stated.
    pub fn to(hop: Hop) -> Self {
        Action::relay(Choice::InOrder, smallvec![hop])
    }

    /// Delivery to one of several hops, nothing else stated.
    pub fn relay(choice: Choice, hops: SmallVec<[Hop; 1]>) -> Self {
        Action::Relay {
            choice,
            hops,
            tls: Tls::default(),
            families: None,
            memory: None,
            resolvers: Vec::new(),
        }
    }

    /// Whose mail a route takes is known, and what becomes of it is not; `text` says why.
    pub fn undecided(text: impl Into<String>) -> Self {
        Action::Refused {
            kind: FailureKind::Undefined,
            report: Vec::new(),
            temporary: true,
            text: text.into(),
        }
    }
}

/// A route, seen in its document.
#[derive(Clone, Copy, Debug)]
pub struct RouteView<'d> {
    pub(super) document: &'d Document,
    pub(super) index: u32,
}

impl<'d> RouteView<'d> {
    /// The route's number in its table, from 0, in the order of reading.
    pub fn index(self) -> u32 {
        self.index
    }

    /// The document that it stands in.
    pub fn document(self) -> &'d Document {
        self.document
    }

    /// The stage that it belongs to.
    pub fn stage(self) -> StageId {
        self.document.table.stage_of(self.index)
    }

    /// The key: the bytes left of the separator.
    pub fn key(self) -> &'d [u8] {
        self.document.bytes(self.key_text())
    }

    /// Where the key stands.
    pub fn key_text(self) -> Text {
        self.document.table.key_text(self.index)
    }

    /// The whole entry: key, separator and value.
    pub fn origin(self) -> Span {
        self.document.table.origin(self.index)
    }

    /// The hop of a route that states nothing but one hop: what [`RouteView::action`] holds, for less.
    pub fn only_hop(self) -> Option<Hop> {
        self.document.table.only_hop(self.index)
    }

    /// What must hold besides the key.
    pub fn condition(self) -> Option<&'d Condition> {
        self.document.table.aside().condition(self.index)
    }

    /// The name that the file gives it.
    pub fn name(self) -> Option<&'d [u8]> {
        let name = self.document.table.aside().name(self.index)?;
        Some(self.document.bytes(name))
    }

    /// Whose it is, where the file says.
    pub fn owner(self) -> Option<Owner> {
        self.document.table.aside().owner(self.index)
    }

    /// The assumptions without which it is not there.
    pub fn doubts(self) -> impl Iterator<Item = &'static str> {
        self.document.table.aside().doubts(self.index)
    }

    /// What it does.
    pub fn action(self) -> Action {
        self.document.table.action(self.index)
    }
}
