//! A table of keys, made class by class.
//!
//! The domains that the source names are gone through from the top. Each has two classes of mail, its own and that of the domains
//! below it which have no name in the source; each address that is named has one more. The source is asked about every class,
//! and a key is written where its answer is another than what the keys above it give, or where the source has that very key.
//!
//! Where the target cannot say a class, its mail gets what the keys above it give. That is a loss of the route that decides
//! there. If the class is an exception to a wider route, that route would take mail that it did not take: it goes as a whole, and
//! all is made again without it.

use std::collections::HashMap;

use super::Request;
use super::TranslateError;
use super::keys::{Emitted, Given, Kind, depth_of, whole};
use super::ledger::Ledger;
use super::loss::{Effect, Loss};
use super::nodes::{Node, Nodes, domain_of};
use super::piece::Piece;
use super::seen::Seen;
use super::trial::{Refusal, Trial};
use super::words::{called, keyed, mail_of};
use crate::lookup::{Envelope, Recipient, Selection, Sender, Store, select};
use crate::model::{Action, Decision, Feature, Walk};
use crate::source::Visible;

/// Makes the keys.
pub(super) struct Maker<'a> {
    /// The reduced table.
    pub store: &'a dyn Store,
    /// By number of its route, the route of the source.
    pub from: &'a [Option<u32>],
    /// The source, for words.
    pub source: &'a dyn Store,
    pub request: &'a Request,
    pub trial: &'a mut Trial,
    pub ledger: &'a mut Ledger,
    /// Keys that the writer refused when it wrote them all.
    pub refused: &'a HashMap<Vec<u8>, Refusal>,
    /// The keys so far.
    pub emitted: Vec<Emitted>,
    /// Why the last class that could not be said could not.
    pub last: Option<Refusal>,
}

/// A local part that no key names; a NUL stands in none.
const SOMEBODY: &[u8] = b"somebody";

impl Maker<'_> {
    /// Makes all keys. False when a route was found that must go first: [`Ledger::banned`] has grown.
    ///
    /// # Errors
    /// Which route decides is not known.
    pub fn run(&mut self) -> Result<bool, TranslateError> {
        let nodes = Nodes::of(self.store);
        let before = self.ledger.banned.len();
        let both = self.trial.semantics.walk == Walk::SuffixesWithoutDot;
        let mut above: Vec<(Vec<u8>, Given)> = Vec::new();
        let nothing = Given {
            seen: Seen::Default,
            by: None,
        };
        let root = self.below(&nodes, b"", &Node::default(), &nothing)?;
        for (place, node) in nodes.iter() {
            while above.last().is_some_and(|(on, _)| !place.starts_with(on)) {
                above.pop();
            }
            let given = above.last().map_or(&root, |(_, given)| given).clone();
            let given = match both {
                true => self.both(&nodes, place, node, &given)?,
                false => {
                    let exact = self.exact(node, &given)?;
                    self.addresses(node, &exact)?;
                    self.below(&nodes, place, node, &given)?
                }
            };
            above.push((place.to_vec(), given));
        }
        Ok(self.ledger.banned.len() == before)
    }

    fn ask(&self, local: &[u8], host: &[u8]) -> Result<(Selection<'_>, Seen), TranslateError> {
        let address = [local, b"@", host].concat();
        // No condition on the sender is left, and a stage of bounces is not asked for one who has an address.
        let sender = Sender::Address(b"somebody@other.example");
        let envelope = Envelope::new(Recipient::Address(&address), sender);
        let selection = select(self.store, &envelope, false)?;
        if let Decision::Undecided { needs } = &selection.decision {
            let needs: Vec<&str> = needs.iter().map(|need| need.name()).collect();
            return Err(TranslateError::Undecided(
                Visible(&address).to_string(),
                needs.join(", "),
            ));
        }
        let seen = Seen::of(&selection, host);
        Ok((selection, seen))
    }

    /// A local part that no key names at `node`.
    fn stranger(node: &Node) -> Vec<u8> {
        let mut local = SOMEBODY.to_vec();
        while node.locals.contains(&local) {
            local.push(b'x');
        }
        local
    }

    fn exact(&mut self, node: &Node, given: &Given) -> Result<Given, TranslateError> {
        let local = Self::stranger(node);
        self.class(Kind::Exact, &local, &node.host, &node.host, given)
    }

    fn addresses(&mut self, node: &Node, given: &Given) -> Result<(), TranslateError> {
        for local in &node.locals {
            let key = [local, &b"@"[..], &node.host].concat();
            self.class(Kind::Address, local, &node.host, &key, given)?;
        }
        Ok(())
    }

    fn below(
        &mut self,
        nodes: &Nodes,
        place: &[u8],
        node: &Node,
        given: &Given,
    ) -> Result<Given, TranslateError> {
        let host = nodes.stranger_below(place, &node.host);
        let key = match node.host.is_empty() {
            true => Vec::new(),
            false => [b".", node.host.as_slice()].concat(),
        };
        self.class(Kind::Below, SOMEBODY, &host, &key, given)
    }

    /// A domain and all below it where one key takes both: it is written where both get the same.
    fn both(
        &mut self,
        nodes: &Nodes,
        place: &[u8],
        node: &Node,
        given: &Given,
    ) -> Result<Given, TranslateError> {
        let host = nodes.stranger_below(place, &node.host);
        let (_, exact) = self.ask(SOMEBODY, &node.host)?;
        let (_, below) = self.ask(SOMEBODY, &host)?;
        if exact.same(&below) {
            let before = self.emitted.len();
            let both = self.class(Kind::Both, SOMEBODY, &node.host, &node.host, given)?;
            if self.emitted.len() == before
                && let Some(refusal) = self.last.take()
            {
                // Another route may decide below the domain: it is lost too.
                let refused = Some(refusal);
                self.class_as(Kind::Below, SOMEBODY, &host, &node.host, given, refused)?;
            }
            return Ok(both);
        }
        let refusal = |feature, what: &str| Refusal {
            feature,
            what: what.to_owned(),
        };
        let domain = refusal(
            Feature::RecipientDomain,
            "a domain without those below it: a key takes both",
        );
        let subdomains = refusal(
            Feature::Subdomains,
            "the domains below one without itself: a key takes both",
        );
        for (kind, at, refused) in [
            (Kind::Exact, node.host.as_slice(), domain),
            (Kind::Below, host.as_slice(), subdomains),
        ] {
            self.class_as(kind, SOMEBODY, at, &node.host, given, Some(refused))?;
        }
        Ok(given.clone())
    }

    fn class(
        &mut self,
        kind: Kind,
        local: &[u8],
        host: &[u8],
        key: &[u8],
        given: &Given,
    ) -> Result<Given, TranslateError> {
        self.class_as(kind, local, host, key, given, None)
    }

    /// Writes the key of a class if it must be, and returns what mail gets there. With `refused` the class cannot be said.
    fn class_as(
        &mut self,
        kind: Kind,
        local: &[u8],
        host: &[u8],
        key: &[u8],
        given: &Given,
        refused: Option<Refusal>,
    ) -> Result<Given, TranslateError> {
        self.last = None;
        let (selection, seen) = self.ask(local, host)?;
        let deciding = selection.route.as_ref().map(|found| found.view().index());
        let differs = !seen.same(&given.seen);
        let own = deciding.filter(|&index| self.is_at(index, kind, key));
        if !differs && own.is_none() {
            return Ok(given.clone());
        }
        let order = self.order(kind, key, own.or(deciding), given);
        let mut emitted = Emitted {
            key: key.to_vec(),
            route: deciding,
            as_default: false,
            except: Vec::new(),
            order,
        };
        let refusal = match refused {
            Some(refusal) => Some(refusal),
            None if self.refused.contains_key(key) => self.refused.get(key).cloned(),
            None => self.form(&mut emitted, seen.is_default()).err(),
        };
        let Some(refusal) = refusal else {
            self.emitted.push(emitted);
            return Ok(Given {
                seen,
                by: Some(self.emitted.len() - 1),
            });
        };
        if !differs {
            return Ok(given.clone());
        }
        let excepted = kind == Kind::Exact || kind == Kind::Address;
        if seen.is_default() && excepted && self.except(key, given) {
            return Ok(Given { seen, by: None });
        }
        self.last = Some(refusal.clone());
        self.lose(deciding, own, kind, key, given, refusal);
        Ok(given.clone())
    }

    /// Finds the form in which a key can be written.
    fn form(&mut self, emitted: &mut Emitted, is_default: bool) -> Result<(), Refusal> {
        let piece = self.piece(emitted);
        let first = self.trial.can(&piece);
        if first.is_ok() || !is_default || emitted.as_default {
            return first;
        }
        emitted.as_default = true;
        for action in [None, Some(Action::Default)] {
            let piece = match action {
                None => Piece::to_own_mx(&emitted.key),
                Some(action) => Piece::new(&emitted.key, action),
            };
            if self.trial.can(&piece).is_ok() {
                return Ok(());
            }
        }
        first
    }

    /// The route of the target that a key stands for.
    pub fn piece(&mut self, emitted: &Emitted) -> Piece {
        let Some(index) = emitted.route.filter(|_| !emitted.as_default) else {
            let own = Piece::to_own_mx(&emitted.key);
            return match self.trial.can(&own) {
                Ok(()) => own,
                Err(_) => Piece::new(&emitted.key, Action::Default),
            };
        };
        let mut piece = Piece::of(self.store.document().route(index));
        piece.condition = Default::default();
        piece.set_key(&emitted.key);
        let except = emitted.except.iter();
        piece.condition.except = except.map(|key| piece.push(key)).collect();
        piece
    }

    /// Route `index` of the reduced table has this very key.
    fn is_at(&self, index: u32, kind: Kind, key: &[u8]) -> bool {
        let document = self.store.document();
        let route = document.route(index);
        let walk = document.table.stages()[route.stage()].semantics.walk;
        let own = route.key().to_ascii_lowercase();
        let bare = key.strip_prefix(b".").unwrap_or(key);
        let both = matches!(
            walk,
            Walk::SuffixesWithoutDot
                | Walk::AddressThenSuffixesWithoutDot
                | Walk::AddressThenDotSuffixesAndApex
        );
        match kind {
            Kind::Address => own == key,
            Kind::Exact if !both => own == key,
            Kind::Exact | Kind::Both => domain_of(walk, &own) == bare,
            Kind::Below if both => domain_of(walk, &own) == bare,
            Kind::Below => own == key || (own.strip_prefix(b"*") == Some(key)),
        }
    }

    /// Where a key stands: with the route that it says, or with the one that it is an exception of.
    fn order(&self, kind: Kind, key: &[u8], by: Option<u32>, given: &Given) -> (u32, u32) {
        let above = given.by.and_then(|at| self.emitted.get(at));
        let at = by.or(above.and_then(|emitted| emitted.route));
        let depth = key.iter().filter(|&&b| b == b'.').count() as u32;
        let special = match kind {
            Kind::Address => 0,
            Kind::Exact => 1,
            Kind::Both => 1 + u32::MAX / 2 - depth,
            Kind::Below if key.is_empty() => u32::MAX,
            Kind::Below => 1 + u32::MAX / 2 - depth,
        };
        (at.unwrap_or(u32::MAX), special)
    }

    /// Makes a key an exception of the route for everybody, which is the only one that would take its mail.
    fn except(&mut self, key: &[u8], given: &Given) -> bool {
        let Some(emitted) = given.by.and_then(|at| self.emitted.get(at)) else {
            return false;
        };
        if !emitted.key.is_empty() || emitted.route.is_none() {
            return false;
        }
        let mut wider = emitted.clone();
        wider.except = vec![key.to_vec()];
        let piece = self.piece(&wider);
        if self.trial.can(&piece).is_err() {
            return false;
        }
        if let Some(emitted) = given.by.and_then(|at| self.emitted.get_mut(at)) {
            emitted.except.push(key.to_vec());
        }
        true
    }

    /// Enters what is lost where a class cannot be said.
    fn lose(
        &mut self,
        deciding: Option<u32>,
        own: Option<u32>,
        kind: Kind,
        key: &[u8],
        given: &Given,
        refusal: Refusal,
    ) {
        let target = called(self.request.target, &self.request.options);
        let walk = match kind {
            Kind::Both => Walk::SuffixesWithoutDot,
            _ => Walk::AddressThenDotSuffixes,
        };
        let bare = key.strip_prefix(b".").unwrap_or(key);
        let mail = match kind {
            Kind::Below if !bare.is_empty() => keyed(walk, &[b".", bare].concat()),
            _ => keyed(walk, key),
        };
        let above = given.by.and_then(|at| self.emitted.get(at));
        let above_route = above.and_then(|emitted| emitted.route);
        // A key that stands deeper than the one above is what is lost; else the one above has exceptions.
        let deeper = deciding.is_some_and(|index| match above {
            Some(above) => self.depth(index) > depth_of(&above.key),
            None => true,
        });
        let Refusal { feature, what } = refusal;
        let said = deciding.and_then(|index| self.origin(index));
        if own.is_none() && said.is_some_and(|route| self.ledger.says(feature, route)) {
            // The route is lost further up for the same reason.
            return;
        }
        match (own.or(deciding.filter(|_| deeper)), above_route) {
            (Some(index), _) => {
                let Some(route) = self.origin(index) else {
                    return;
                };
                let then = match above {
                    Some(_) => "goes where the wider route sends it",
                    None => "falls through",
                };
                let view = self.source.document().route(route);
                let whose = whole(view, &mail);
                let text = format!("mail for {mail} {then}{whose}: {target} cannot say {what}");
                self.ledger.leave_out(feature, route, text);
            }
            (None, Some(above)) => {
                let Some(route) = self.origin(above) else {
                    return;
                };
                let view = self.source.document().route(route);
                if self.request.widen.contains(&Feature::Exceptions) {
                    let text = format!(
                        "the route of {} takes the mail of {mail} too",
                        mail_of(view)
                    );
                    let loss = Loss::new(Feature::Exceptions, Effect::Wider, route, text);
                    self.ledger.add(loss.chosen());
                    return;
                }
                let text = format!(
                    "{} falls through: {mail} goes another way, and {target} cannot say {what}",
                    mail_of(view)
                );
                let loss = Loss::new(Feature::Exceptions, Effect::Narrower, route, text);
                self.ledger.banned.entry(route).or_insert(loss);
            }
            (None, None) => {
                if let Some(route) = deciding.and_then(|index| self.origin(index)) {
                    let text = format!("mail for {mail} falls through: {target} cannot say {what}");
                    self.ledger.leave_out(feature, route, text);
                }
            }
        }
    }

    fn origin(&self, index: u32) -> Option<u32> {
        self.from.get(index as usize).copied().flatten()
    }

    /// Number of labels that the key of a route of the reduced table names.
    fn depth(&self, index: u32) -> usize {
        let document = self.store.document();
        let route = document.route(index);
        let walk = document.table.stages()[route.stage()].semantics.walk;
        depth_of(domain_of(walk, route.key()))
    }
}
