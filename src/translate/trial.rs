//! What a target can say, found out by having its writer write it.
//!
//! A writer's own reader has the last word on what it wrote, so nothing here knows any format. Routes that differ in nothing
//! that a writer looks at (another plain host, another plain domain) are asked about once.

use std::collections::HashSet;
use std::net::IpAddr;

use super::Request;
use super::frame::read;
use super::piece::{Draft, Piece, semantics_of_draft};
use super::seen::Seen;
use super::words::hosts;
use crate::formats::{Format, ReadOptions, WriteError, WriteOptions, Written};
use crate::lookup::{Envelope, Recipient, Sender, carry_out, select};
use crate::model::{
    Action, Choice, Document, Feature, FileVerdict, Hop, HopLookup, Literal, Precedence, Product,
    Semantics, Walk, parse_literal,
};
use crate::store::MemoryStore;

/// Why a route cannot be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Refusal {
    /// What the target lacks.
    pub feature: Feature,
    /// The very thing.
    pub what: String,
}

/// An action that a target can say, for questions about everything else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Plain {
    /// To a host by name.
    Name,
    /// To a host by address.
    Address,
    /// To the recipient's own MX.
    OwnMx,
}

impl Plain {
    /// All, in the order of trying.
    pub const ALL: [Plain; 3] = [Plain::Name, Plain::Address, Plain::OwnMx];

    /// Puts it in the place of what `piece` does.
    pub fn put_into(self, piece: &mut Piece) {
        let lookup = match self {
            Plain::Name => HopLookup::Address(piece.push(b"relay.example")),
            Plain::Address => HopLookup::Address(piece.push(b"192.0.2.1")),
            Plain::OwnMx => HopLookup::OwnMx,
        };
        piece.action = Action::to(Hop::to(lookup));
    }
}

/// Asks the writer of a target.
pub(super) struct Trial {
    target: &'static Format,
    options: WriteOptions,
    read_back: ReadOptions,
    /// The product whose reader says which hosts are addresses.
    product: Product,
    /// How keys are to be understood.
    pub semantics: Semantics,
    /// Something that it can say.
    pub plain: Plain,
    seen: HashSet<Signature>,
}

/// All that a writer looks at in a plain route.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Signature {
    kind: u8,
    hops: Vec<(u8, bool, bool)>,
    preferences: Vec<Option<u16>>,
    choice: Choice,
    condition: (bool, bool),
}

impl Trial {
    /// Will ask the target of `request` about routes of `product` whose keys are walked by `walk`.
    pub fn new(request: &Request, product: Product, walk: Walk, plain: Plain) -> Self {
        Trial {
            target: request.target,
            read_back: request.read_back.clone(),
            // A template is asked once, when all is written.
            options: WriteOptions {
                template: None,
                ..request.options.clone()
            },
            product,
            semantics: semantics_of_draft(
                walk,
                Precedence::MostSpecific {
                    last_of_equals: false,
                },
            ),
            plain,
            seen: HashSet::new(),
        }
    }

    /// Whether `piece` can be written.
    pub fn can(&mut self, piece: &Piece) -> Result<(), Refusal> {
        let Some(signature) = self.signature(piece) else {
            return self.ask(piece);
        };
        if self.seen.contains(&signature) {
            return Ok(());
        }
        // A refusal names the very thing, which is another one next time.
        let answer = self.ask(piece);
        if answer.is_ok() {
            self.seen.insert(signature);
        }
        answer
    }

    /// Whether a route with this key can be written, whatever it does.
    pub fn can_key(&mut self, key: &[u8]) -> bool {
        let mut piece = Piece::to_own_mx(key);
        self.plain.put_into(&mut piece);
        self.can(&piece).is_ok()
    }

    fn ask(&self, piece: &Piece) -> Result<(), Refusal> {
        let refused = |feature, what: String| Err(Refusal { feature, what });
        let mut draft = Draft::new(self.product);
        draft.begin_stage("converted", self.semantics);
        let made = draft.push(piece, None).and_then(|()| draft.finish());
        let Ok(mut made) = made else {
            return refused(Feature::Static, "a text of 4 GiB".to_owned());
        };
        made.document.table.verdict = FileVerdict::Normal;
        match (self.target.write)(&made.document, &self.options) {
            Ok(output) if self.means_the_same(&made.document, piece, &output.files) => Ok(()),
            Ok(_) => {
                let several = matches!(&piece.action, Action::Relay { hops, .. } if hops.len() > 1);
                match piece.action {
                    Action::Relay {
                        choice: Choice::OneAtRandom | Choice::RoundRobin,
                        ..
                    } if several => refused(Feature::Random, "such a choice of hosts".to_owned()),
                    _ if several => {
                        refused(Feature::Preference, "such an order of hosts".to_owned())
                    }
                    _ => {
                        let relay = hosts(piece, piece.action.hops());
                        let what = format!("{relay}: its reader takes that for another relay");
                        refused(Feature::Static, what)
                    }
                }
            }
            Err(WriteError::Inexpressible { feature, what, .. }) => refused(feature, what),
            Err(error) => refused(Feature::Static, error.to_string()),
        }
    }

    /// Whether the target's reader takes what was written for what it was written from. Of routes with conditions that is left to the
    /// comparison at the end.
    fn means_the_same(&self, made: &Document, piece: &Piece, files: &[Written]) -> bool {
        let condition = &piece.condition;
        if condition.sender.is_some() || condition.subject.is_some() || !condition.except.is_empty()
        {
            return true;
        }
        let Ok(document) = read(self.target, &self.read_back, files.to_vec()) else {
            return false;
        };
        if document.error().is_some() {
            return false;
        }
        let key = piece.key();
        let address = match (key.contains(&b'@'), key.strip_prefix(b".")) {
            _ if self.semantics.walk == Walk::NullSender => return true,
            _ if key.is_empty() => b"somebody@other.example".to_vec(),
            (true, _) => key.to_vec(),
            (false, Some(below)) => [b"somebody@other.", below].concat(),
            (false, None) => [b"somebody@", key].concat(),
        };
        let mut envelope = Envelope::new(
            Recipient::Address(&address),
            Sender::Address(b"somebody@other.example"),
        );
        let host = envelope.host();
        let Some(wanted) = carry_out(made.route(0), host) else {
            return true;
        };
        let wanted = Seen::of_decision(&wanted, host);
        if document
            .routes()
            .any(|route| route.condition().is_some_and(|c| c.unbound))
        {
            // Whose mail it takes is said elsewhere.
            let there = document.routes().next();
            let said = there.and_then(|route| carry_out(route, host));
            return said.is_some_and(|said| wanted.same(&Seen::of_decision(&said, host)));
        }
        let mut ways = document
            .routes()
            .filter_map(|route| route.condition()?.direction);
        envelope.direction = ways.next();
        drop(ways);
        let store = MemoryStore::new(document);
        match select(&store, &envelope, false) {
            Ok(selection) => wanted.same(&Seen::of(&selection, host)),
            Err(_) => false,
        }
    }

    /// `None` for a route with something in it that a writer may take offence at.
    fn signature(&self, piece: &Piece) -> Option<Signature> {
        let key = piece.key();
        let plain = |text: &[u8]| {
            let is_plain =
                |b: &u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'.' | b'-');
            let labels = text.split(|&b| b == b'.');
            let mut odd = labels.filter(|label| label.is_empty() || label.len() > 63);
            let is_name = text.last().is_some_and(u8::is_ascii_lowercase)
                && text.first().is_some_and(u8::is_ascii_alphanumeric);
            text.iter().all(is_plain) && odd.next().is_none() && is_name && text.len() < 200
        };
        let (kind, domain) = match key.strip_prefix(b".") {
            _ if key.is_empty() => (0, &b"d"[..]),
            Some(below) => (1, below),
            None => match key.iter().position(|&b| b == b'@') {
                Some(at) if plain(&key[..at]) => (2, &key[at + 1..]),
                Some(_) => return None,
                None => (3, key),
            },
        };
        if !plain(domain) || domain.windows(4).any(|w| w == b"xn--") || piece.name().is_some() {
            return None;
        }
        let Action::Relay {
            choice,
            hops,
            tls,
            families: None,
            memory: None,
            resolvers,
        } = &piece.action
        else {
            return None;
        };
        if *tls != Default::default() || !resolvers.is_empty() || hops.len() > 8 {
            return None;
        }
        let mut shapes = Vec::with_capacity(hops.len());
        for hop in hops {
            let simple = hop.credentials.is_none() && hop.protocol == Default::default();
            if !simple
                || hop
                    .port
                    .is_some_and(|port| port.wire() == 0 || port.number() > 65535)
            {
                return None;
            }
            // 1 for a plain name, 2 for a plain address.
            let shape = |text| {
                let host = piece.bytes(text);
                match parse_literal(self.product.literals, host) {
                    Literal::Name => {
                        (plain(host) && !host.windows(4).any(|w| w == b"xn--")).then_some(1)
                    }
                    Literal::Address(address @ IpAddr::V4(_)) => {
                        (address.to_string().as_bytes() == host).then_some(2)
                    }
                    _ => None,
                }
            };
            let lookup = match hop.lookup {
                HopLookup::OwnMx => 0,
                HopLookup::MxOf(text) => shape(text)?,
                HopLookup::Address(text) => 2 + shape(text)?,
            };
            let port = hop.port.is_some_and(|port| port.wire() != 25);
            shapes.push((lookup, port, hop.disabled));
        }
        // Which are equal and which are missing is all that counts of preferences.
        let preferences = hops.iter().map(|hop| hop.preference);
        let condition = &piece.condition;
        if condition.sender.is_some() || condition.subject.is_some() || !condition.except.is_empty()
        {
            return None;
        }
        Some(Signature {
            kind,
            hops: shapes,
            preferences: preferences.collect(),
            choice: *choice,
            condition: (
                condition.direction.is_some(),
                *condition != Default::default(),
            ),
        })
    }
}
