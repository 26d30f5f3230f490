//! A table as one dialect reads it, and the questions that rules ask of it.

use std::borrow::Cow;

use super::words::Fate;
use super::{Line, Notation, Utf16};
use crate::lookup::{Envelope, Hit, Recipient, Selection, Sender, Store, keys, select};
use crate::model::{
    Condition, Decision, Direction, Document, RouteView, Stage, StageId, Subject, Walk,
};
use crate::source::File;
use crate::source::Visible;

/// Reads text as a table of its own; `None` when it cannot be numbered.
pub type ReadAlone<'a> = dyn Fn(&[u8]) -> Option<Box<dyn Store>> + Sync + 'a;

/// A table as one dialect reads it.
#[derive(Clone, Copy)]
pub struct Reading<'a> {
    /// The dialect.
    pub notation: Notation,
    /// The table: its document and its matcher.
    pub store: &'a (dyn Store + Sync),
    /// Reads other text as the same dialect would.
    pub alone: &'a ReadAlone<'a>,
    /// Names and addresses of this host.
    pub own: &'a [Vec<u8>],
}

/// A sender that no table names.
const SENDER: Sender<'static> = Sender::Address(b"someone@elsewhere.invalid");

impl<'a> Reading<'a> {
    /// The document.
    pub fn document(&self) -> &'a Document {
        self.store.document()
    }

    /// The table's file.
    pub fn file(&self) -> Option<&'a File> {
        self.document().input.file(self.notation.file)
    }

    /// The bytes of that file; none when it was not read.
    pub fn text(&self) -> &'a [u8] {
        self.file()
            .and_then(|file| file.state.bytes())
            .unwrap_or(b"")
    }

    /// How the table is encoded, when it is UTF-16.
    pub fn utf16(&self) -> Option<Utf16> {
        Utf16::of(self.text())
    }

    /// The stage of the table's own routes: the one that is called as its file is, else the last one.
    pub fn stage_id(&self) -> StageId {
        let stages = self.document().table.stages();
        let own = stages.iter().rposition(|s| s.name == self.notation.file);
        own.unwrap_or(stages.len().saturating_sub(1))
    }

    /// That stage.
    pub fn stage(&self) -> Option<&'a Stage> {
        self.document().table.stages().get(self.stage_id())
    }

    /// The routes of that stage, in the order of reading.
    pub fn routes(&self) -> impl Iterator<Item = RouteView<'a>> + use<'a> {
        let document = self.document();
        let range = self.stage().map_or(0..0, |stage| stage.first..stage.end);
        range.map(|index| document.route(index))
    }

    /// What the product does with mail for `host`, and by which route. Where routes are by recipient it may be an address, and
    /// a host alone stands for a recipient there whom no route names.
    pub fn select(&self, host: &[u8]) -> Option<Selection<'a>> {
        decide(self.store, host, SENDER, None, None)
    }

    /// As [`Reading::select`], for the mail that `route` is about: from its sender, with its subject, in its direction.
    pub fn select_for(&self, route: RouteView<'_>, host: &[u8]) -> Option<Selection<'a>> {
        let none = Condition::default();
        let condition = route.condition().unwrap_or(&none);
        let document = route.document();
        let sender = condition.sender.map(|key| document.bytes(key));
        let address = match sender {
            Some(key) if !key.contains(&b'@') => [b"someone@", key].concat(),
            Some(key) => key.to_vec(),
            None => Vec::new(),
        };
        let sender = match address.as_slice() {
            b"" => SENDER,
            address => Sender::Address(address),
        };
        let subject = condition.subject.map(|test| document.bytes(test.operand));
        decide(self.store, host, sender, subject, condition.direction)
    }

    /// The route of the table that is found for `host`, whatever other files say.
    pub fn best(&self, host: &[u8]) -> Option<Hit<'a>> {
        let keys = keys(self.stage()?.semantics.walk, host);
        self.store.best(self.stage_id(), &keys).ok().flatten()
    }

    /// True when `line` has the route that is found for `host`.
    pub fn decides(&self, line: &Line<'_>, host: &[u8]) -> bool {
        self.best(host).is_some_and(|hit| {
            let origin = hit.found.view().origin();
            origin.start >= line.span.start && origin.end() <= line.span.end()
        })
    }

    /// What the product does with mail for `host`, in words: `mail for host goes to …`.
    pub fn fate(&self, host: &[u8]) -> Option<String> {
        let decision = self.select(host)?.decision;
        let fate = Fate::of(&decision, self.document().table.product);
        Some(format!(
            "mail for {} {}",
            Visible(host),
            fate.instead_of(None)
        ))
    }

    /// True when a line has this very key.
    pub fn has_key(&self, key: &[u8]) -> bool {
        let best = self.store.best(self.stage_id(), &[Cow::Borrowed(key)]);
        best.is_ok_and(|hit| hit.is_some())
    }

    /// A host whose mail comes to `key` first: the key itself, one below it for a key that begins with a dot, one that is
    /// nowhere in the table for the empty key. Where every such host has a route of its own, the first that was tried.
    pub fn witness(&self, key: &[u8]) -> Vec<u8> {
        let walk = self
            .stage()
            .map_or(Walk::Exact, |stage| stage.semantics.walk);
        let dotted = matches!(
            walk,
            Walk::DotSuffixes | Walk::AddressThenDotSuffixes | Walk::AddressThenDotSuffixesAndApex
        );
        let undotted = matches!(
            walk,
            Walk::SuffixesWithoutDot | Walk::AddressThenSuffixesWithoutDot
        );
        let candidates: Vec<Vec<u8>> = match key.first() {
            Some(b'.') if dotted => ["sub", "other", "host1", "a-name-of-its-own"]
                .map(|label| [label.as_bytes(), key].concat())
                .to_vec(),
            None if dotted || undotted => [
                "elsewhere.example",
                "elsewhere.invalid",
                "a-name-of-its-own.invalid",
            ]
            .map(|name| name.as_bytes().to_vec())
            .to_vec(),
            _ => return key.to_vec(),
        };
        let taken = |host: &&Vec<u8>| {
            self.best(host)
                .is_none_or(|hit| hit.found.view().key().len() <= key.len())
        };
        let free = candidates.iter().find(taken);
        free.or(candidates.first()).cloned().unwrap_or_default()
    }
}

/// What `store` decides for `host`; `None` when it cannot be read.
fn decide<'s>(
    store: &'s dyn Store,
    host: &[u8],
    sender: Sender<'_>,
    subject: Option<&[u8]>,
    direction: Option<Direction>,
) -> Option<Selection<'s>> {
    let stages = store.document().table.stages().iter();
    let by_recipient = stages.filter(|stage| stage.first < stage.end).any(|stage| {
        stage.semantics.subject == Subject::Recipient && stage.semantics.walk != Walk::Exact
    });
    let address;
    let recipient = match by_recipient {
        false => Recipient::Host(host),
        true if host.contains(&b'@') => Recipient::Address(host),
        true => {
            // No local part of a key holds a NUL.
            address = [b"\0@", host].concat();
            Recipient::Address(&address)
        }
    };
    let envelope = Envelope {
        subject,
        direction,
        ..Envelope::new(recipient, sender)
    };
    select(store, &envelope, false).ok()
}

/// As [`decide`], the decision alone.
pub(super) fn decision(store: &dyn Store, host: &[u8]) -> Option<Decision> {
    decide(store, host, SENDER, None, None).map(|selection| selection.decision)
}
