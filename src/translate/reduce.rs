//! The source with nothing left in it that the target cannot say about conditions and hosts, still matched as its product does.
//!
//! A route whose narrowing condition cannot be said is left out, unless the user widens it by name. What decides no mail is
//! dropped first, so that leaving out a route never brings a dead one to life.

use super::Request;
use super::TranslateError;
use super::ledger::Ledger;
use super::loss::{Effect, Loss};
use super::piece::{Draft, Drafted, Piece};
use super::soften::{Softer, weaker, without_credentials};
use super::trial::{Refusal, Trial};
use super::words::{called, hosts, mail_of, round_robin};
use crate::formats::bind_option;
use crate::lookup::{Store, covers, keys_of};
use crate::model::{
    Action, Choice, Condition, Direction, Feature, Hop, HopLookup, KeyCase, Precedence, RouteView,
    Semantics, Stage, StageId,
};

/// What a reduced table will be made into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Layout {
    /// The same routes in the same order.
    Verbatim,
    /// Routes class by class: exceptions become routes of their own.
    ByClass,
}

/// Reduces a source.
pub(super) struct Reducer<'a> {
    pub source: &'a dyn Store,
    pub request: &'a Request,
    pub trial: &'a mut Trial,
    pub ledger: &'a mut Ledger,
    pub layout: Layout,
    /// The target has keys for whole addresses.
    pub addresses: bool,
    /// The target can tell bounces apart as the source does.
    pub bounces: bool,
    /// How the target compares keys.
    pub case: KeyCase,
    /// The only way of mail that the target is asked about.
    pub direction: Option<Direction>,
}

impl Reducer<'_> {
    /// The reduced table.
    ///
    /// # Errors
    /// The store cannot read; the table is too large.
    pub fn run(mut self) -> Result<Drafted, TranslateError> {
        let table = &self.source.document().table;
        let mut draft = Draft::new(table.product);
        for (id, stage) in table.stages().iter().enumerate() {
            draft.begin_stage(stage.name, stage.semantics);
            let repeated = self.source.repeated(id);
            for index in stage.first..stage.end {
                let route = self.source.document().route(index);
                if self.ledger.banned.contains_key(&index)
                    || repeated.binary_search(&index).is_ok()
                    || shadow(self.source, id, stage, route)?.is_some()
                {
                    continue;
                }
                if let Some(piece) = self.route(route, stage) {
                    draft.push(&piece, Some(index))?;
                }
            }
        }
        Ok(draft.finish()?)
    }

    fn leave_out(&mut self, route: RouteView<'_>, feature: Feature, why: &str) {
        let text = format!("{} falls through: {why}", mail_of(route));
        // What else was lost of it no longer matters.
        self.ledger.forget(route.index());
        self.ledger.leave_out(feature, route.index(), text);
    }

    /// The route as it can be said; `None` when it is left out.
    fn route(&mut self, route: RouteView<'_>, stage: &Stage) -> Option<Piece> {
        let mut piece = Piece::of(route);
        let target = called(self.request.target, &self.request.options);
        if stage.semantics.subject == crate::model::Subject::Sender {
            if self.bounces {
                return Some(piece);
            }
            let why = format!("{target} has no condition on the sender");
            self.leave_out(route, Feature::Sender, &why);
            return None;
        }
        if piece.condition.unbound && !self.can_name(&piece) {
            let name = String::from_utf8_lossy(route.name().unwrap_or(b""));
            let text = format!(
                "the route `{}` is left out: its file does not say whose mail it takes; {} does",
                crate::source::Visible(name.as_bytes()),
                bind_option(&name, "DOMAIN")
            );
            self.ledger
                .leave_out(Feature::RecipientDomain, route.index(), text);
            return None;
        }
        if let Some(why) = self.other_case(stage.semantics.key_case, piece.key()) {
            self.leave_out(
                route,
                Feature::RecipientDomain,
                &format!("{why} to {target}"),
            );
            return None;
        }
        if piece.condition.direction.is_some() && piece.condition.direction == self.direction {
            piece.condition.direction = None;
            let way = match self.direction {
                Some(Direction::Inbound) => "comes in",
                _ => "leaves",
            };
            let text = format!(
                "{} is for mail that {way}: {target} does not say so, and is asked about no other mail",
                mail_of(route)
            );
            let loss = Loss::new(Feature::Direction, Effect::Cosmetic, route.index(), text);
            self.ledger.add(loss);
        }
        // Conditions come first: what the route does no longer matters when it is left out.
        for _ in 0..8 {
            let mut conditions = piece.clone();
            self.trial.plain.put_into(&mut conditions);
            let Err(refusal) = self.can(&conditions) else {
                break;
            };
            let is_condition = matches!(
                refusal.feature,
                Feature::Sender | Feature::Subject | Feature::Direction
            );
            if !is_condition {
                break;
            }
            if !self.give_way(route, &mut piece, refusal, &target) {
                return None;
            }
        }
        if !self.request.with_secrets
            && let Some(softer) = without_credentials(
                &piece,
                "they are written with --with-secrets and not otherwise",
            )
        {
            piece = self.soften(route, softer);
        }
        // Each turn takes something away.
        for _ in 0..64 {
            let Err(refusal) = self.can(&piece) else {
                let kept = self.addresses || self.address_key(route, &mut piece, &target);
                return kept.then_some(piece);
            };
            if !self.give_way(route, &mut piece, refusal, &target) {
                return None;
            }
        }
        None
    }

    /// Whether a route can be written that has a name and no match.
    fn can_name(&mut self, piece: &Piece) -> bool {
        let mut plain = piece.clone();
        self.trial.plain.put_into(&mut plain);
        self.trial.can(&plain).is_ok()
    }

    /// Why a key is another one to the target.
    fn other_case(&self, case: KeyCase, key: &[u8]) -> Option<&'static str> {
        let folds = |case| matches!(case, KeyCase::Unicode | KeyCase::Decoded);
        if case == KeyCase::Sensitive
            && self.case != KeyCase::Sensitive
            && key.iter().any(u8::is_ascii_uppercase)
        {
            return Some("its key has capital letters, which are the same as small ones");
        }
        if !folds(case) && folds(self.case) && !key.is_ascii() {
            return Some("its key has bytes outside of ASCII, which are the same as an A-label");
        }
        None
    }

    /// Whether the conditions and the action can be written, whatever the key.
    fn can(&mut self, piece: &Piece) -> Result<(), Refusal> {
        let mut probe = piece.clone();
        if self.layout == Layout::Verbatim {
            return self.trial.can(&probe);
        }
        probe.condition.except.clear();
        let own = |hop: &Hop| hop.lookup == HopLookup::OwnMx;
        let is_relay = matches!(piece.action, Action::Relay { .. });
        if !is_relay || piece.action.hops().iter().all(own) {
            // What becomes of it depends on the key, and is asked class by class.
            self.trial.plain.put_into(&mut probe);
        }
        let mut first = Ok(());
        for key in [&b"domain.example"[..], b""] {
            probe.set_key(key);
            match self.trial.can(&probe) {
                Ok(()) => return Ok(()),
                Err(refusal) if first.is_ok() => first = Err(refusal),
                Err(_) => {}
            }
        }
        first
    }

    /// Takes in a weaker form.
    fn soften(&mut self, route: RouteView<'_>, softer: Softer) -> Piece {
        let text = format!("{} {}", mail_of(route), softer.text);
        let loss = Loss::new(softer.feature, softer.effect, route.index(), text);
        // What is taken away from the weaker form in turn is said of the route as it stands in the source.
        let again = |last: &Loss| last.route == loss.route && last.feature == loss.feature;
        self.ledger.losses.retain(|last| !again(last));
        let chosen = softer.feature == Feature::MultiHost && self.request.first_destination;
        self.ledger.add(if chosen { loss.chosen() } else { loss });
        softer.piece
    }

    /// Takes away what the target refuses. False when the route is left out instead.
    fn give_way(
        &mut self,
        route: RouteView<'_>,
        piece: &mut Piece,
        refusal: Refusal,
        target: &str,
    ) -> bool {
        let Refusal { feature, what } = refusal;
        let none = Condition::default();
        let condition = &piece.condition;
        let narrowing = match feature {
            Feature::Sender => condition.sender.is_some(),
            Feature::Subject => condition.subject.is_some(),
            Feature::Direction => condition.direction.is_some(),
            Feature::Exceptions => !condition.except.is_empty(),
            _ => false,
        };
        if narrowing && self.request.widen.contains(&feature) {
            let lost = match feature {
                Feature::Sender => "whoever the sender is",
                Feature::Subject => "whatever its subject",
                Feature::Direction => "in both directions",
                _ => "and its exceptions too",
            };
            let text = format!("the route of {} takes its mail {lost}", mail_of(route));
            let loss = Loss::new(feature, Effect::Wider, route.index(), text);
            self.ledger.add(loss.chosen());
            let condition = &mut piece.condition;
            match feature {
                Feature::Sender => condition.sender = None,
                Feature::Subject => condition.subject = None,
                Feature::Direction => condition.direction = None,
                _ => condition.except = none.except,
            }
            return true;
        }
        if feature == Feature::NamedMx
            && let Some(softer) = self.snapshot(piece)
        {
            *piece = self.soften(route, softer);
            if let Some(loss) = self.ledger.losses.last_mut() {
                loss.chosen = true;
            }
            return true;
        }
        if feature == Feature::MultiHost
            && let Some(softer) = weaker(piece, Feature::Disabled, false, target).pop()
            && softer.piece.action.hops().len() < piece.action.hops().len()
        {
            // What is switched off does not count.
            *piece = self.soften(route, softer);
            return true;
        }
        let forms = weaker(piece, feature, self.request.first_destination, target);
        let choice = [Feature::Preference, Feature::Random, Feature::MultiHost];
        for softer in forms {
            let fits = match self.can(&softer.piece) {
                Ok(()) => true,
                // Another thing is another turn's.
                Err(refusal) => {
                    refusal.feature != feature
                        && !(choice.contains(&feature) && choice.contains(&refusal.feature))
                }
            };
            if fits {
                *piece = self.soften(route, softer);
                return true;
            }
        }
        let hops = piece.action.hops();
        let why = match feature {
            Feature::MultiHost => format!(
                "{target} knows one host for a route, and this one has {}; {}, or let --first-destination take the first",
                hosts(piece, hops),
                round_robin(piece, hops, choice_of(piece), a_domain(piece))
            ),
            Feature::NamedMx => {
                format!(
                    "{target} cannot say {what}; --snapshot-mx writes the hosts that DNS names now"
                )
            }
            _ => format!("{target} cannot say {what}"),
        };
        self.leave_out(route, feature, &why);
        false
    }

    /// The hosts that DNS named when it was asked.
    fn snapshot(&self, piece: &Piece) -> Option<Softer> {
        let Action::Relay { hops, .. } = &piece.action else {
            return None;
        };
        let [hop] = hops.as_slice() else { return None };
        let HopLookup::MxOf(name) = hop.lookup else {
            return None;
        };
        let name = piece.bytes(name).to_ascii_lowercase();
        let found = self.request.snapshot.get(&name)?;
        let mut piece = piece.clone();
        let mut new = Vec::new();
        for (preference, host) in found {
            let host = piece.push(host);
            new.push(Hop {
                lookup: HopLookup::Address(host),
                preference: Some(*preference).filter(|_| found.len() > 1),
                ..*hop
            });
        }
        let several = new.len() > 1;
        let text = format!(
            "goes to {}, which are the MX of {} today: a later change of its records is not followed",
            hosts(&piece, &new),
            crate::source::Visible(&name)
        );
        if let Action::Relay { hops, choice, .. } = &mut piece.action {
            *hops = new.into();
            *choice = match several {
                true => crate::model::Choice::ByPreference,
                false => crate::model::Choice::InOrder,
            };
        }
        Some(Softer {
            piece,
            feature: Feature::NamedMx,
            effect: Effect::Redirected,
            text,
        })
    }

    /// A target without keys for addresses: a route for one is left out, and an excepted address costs its domain. False when
    /// the route is left out.
    fn address_key(&mut self, route: RouteView<'_>, piece: &mut Piece, target: &str) -> bool {
        let widened = |feature| self.request.widen.contains(&feature);
        let by_address = route.document().table.stages()[route.stage()]
            .semantics
            .subject
            == crate::model::Subject::Recipient;
        let domain_of = |key: &[u8]| {
            let at = key.iter().rposition(|&b| b == b'@')?;
            by_address.then(|| key[at + 1..].to_vec())
        };
        if let Some(domain) = domain_of(piece.key()) {
            if !widened(Feature::RecipientAddress) {
                let why = format!("{target} has no routes for one recipient");
                self.leave_out(route, Feature::RecipientAddress, &why);
                return false;
            }
            let text = format!(
                "the route of {} takes the mail of its whole domain",
                mail_of(route)
            );
            let loss = Loss::new(
                Feature::RecipientAddress,
                Effect::Wider,
                route.index(),
                text,
            );
            self.ledger.add(loss.chosen());
            piece.set_key(&domain);
        }
        let mut except = Vec::new();
        let (mut cost, mut dropped) = (Vec::new(), Vec::new());
        for &key in &piece.condition.except.clone() {
            let Some(domain) = domain_of(piece.bytes(key)) else {
                except.push(key);
                continue;
            };
            let shown = crate::source::Visible(piece.bytes(key)).to_string();
            if widened(Feature::Exceptions) {
                dropped.push(shown);
                continue;
            }
            cost.push(shown);
            except.push(piece.push(&domain));
        }
        piece.condition.except = except;
        if !dropped.is_empty() {
            let text = format!(
                "the route of {} takes the mail of {} too",
                mail_of(route),
                dropped.join(", ")
            );
            let loss = Loss::new(Feature::Exceptions, Effect::Wider, route.index(), text);
            self.ledger.add(loss.chosen());
        }
        if !cost.is_empty() {
            let text = format!(
                "{}: {target} cannot except one address, so that all mail for the domain of {} falls through",
                mail_of(route),
                cost.join(", ")
            );
            self.ledger
                .leave_out(Feature::Exceptions, route.index(), text);
        }
        true
    }
}

fn choice_of(piece: &Piece) -> Choice {
    match &piece.action {
        Action::Relay { choice, .. } => *choice,
        _ => Choice::InOrder,
    }
}

/// A domain that a name for several hosts may be made in.
fn a_domain(piece: &Piece) -> Option<&[u8]> {
    let sender = piece.condition.sender.map(|text| piece.bytes(text));
    let key = Some(piece.key()).filter(|key| !key.is_empty());
    let key = sender.or(key)?;
    let key = key.rsplit(|&b| b == b'@').next().unwrap_or(key);
    let key = key.strip_prefix(b".").unwrap_or(key);
    (!key.is_empty()).then_some(key)
}

/// The route of the stage that takes all mail of `route` before it, if there is one.
pub(super) fn shadow(
    source: &dyn Store,
    id: StageId,
    stage: &Stage,
    route: RouteView<'_>,
) -> Result<Option<u32>, TranslateError> {
    let semantics: &Semantics = &stage.semantics;
    if semantics.precedence != Precedence::FirstMatch {
        return Ok(None);
    }
    let walked = keys_of(semantics, route.key());
    if stage.conditional {
        // Looking at each pair of very many takes long, and a dead route does no harm as long as nothing is left out.
        const FEW: usize = 256;
        let earlier = source.candidates(id, semantics, &walked, None)?;
        let mut earlier = earlier
            .map(|hit| hit.found.view().index())
            .take_while(|&index| index < route.index())
            .take(FEW);
        return Ok(earlier.find(|&index| covers(semantics, source.document().route(index), route)));
    }
    let first = source.best(id, &walked)?;
    let first = first.map(|hit| hit.found.view().index());
    Ok(first.filter(|&index| index != route.index()))
}
