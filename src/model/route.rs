//! One route of a table.

use smallvec::{SmallVec, smallvec};

use super::{Choice, FailureKind, Families, Hop, StageId, StatedCredentials, TimeoutMemory, Tls};
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
        /// Credentials, when stated.
        credentials: Option<StatedCredentials>,
        /// What is demanded of TLS.
        tls: Tls,
        /// Which addresses may be used, when the route says so (Courier).
        families: Option<Families>,
        /// How connection time-outs are remembered (indimail).
        memory: Option<TimeoutMemory>,
    },
    /// This system keeps the mail.
    Local,
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

impl Action {
    /// Delivery to one hop, nothing else stated.
    pub fn to(hop: Hop) -> Self {
        Action::Relay {
            choice: Choice::InOrder,
            hops: smallvec![hop],
            credentials: None,
            tls: Tls::default(),
            families: None,
            memory: None,
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

    /// What it does.
    pub fn action(self) -> Action {
        self.document.table.action(self.index)
    }
}
