//! One turn of a translation: reduce, lay out, write, read back, prove.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::audit::names_and_comments;
use super::bindings::{Bindings, read_bound};
use super::by_class::Maker;
use super::frame::Frame;
use super::keys::{merged, sorted};
use super::ledger::Ledger;
use super::loss::{Effect, Loss};
use super::piece::{Draft, Drafted, Piece, semantics_of_draft};
use super::proof::{Proof, Prover};
use super::reduce::{Layout, Reducer};
use super::translation::{Request, TranslateError, Translation, numbered};
use super::trial::{Refusal, Trial};
use super::words::called;
use crate::formats::{Output, bind_option};
use crate::lookup::Store;
use crate::model::{Direction, Document, Feature, Precedence, Semantics, StageId, Subject, Walk};
use crate::source::Visible;
use crate::store::MemoryStore;

/// A translation turn by turn; what was asked of the writer is kept.
pub(super) struct Attempt<'a> {
    source: &'a dyn Store,
    request: &'a Request,
    frame: Frame,
    pub layout: Layout,
    /// How keys of the new table are walked.
    walk: Walk,
    trial: Trial,
    pub ledger: Ledger,
    bounces: bool,
    /// The stage that routes by recipient stand in, when there is one.
    main: Option<StageId>,
}

impl<'a> Attempt<'a> {
    pub fn new(source: &'a dyn Store, request: &'a Request, frame: Frame) -> Self {
        let table = &source.document().table;
        let trial = |walk| Trial::new(request, table.product, walk, frame.plain);
        let mut by_address = trial(Walk::AddressThenDotSuffixes);
        let mut filled = table.stages().iter().enumerate().filter(|(_, stage)| {
            stage.first < stage.end && stage.semantics.subject != Subject::Sender
        });
        let main = filled.next();
        let is_only = filled.next().is_none();
        let layout = match main {
            Some((_, stage)) if is_only => {
                layout(stage.semantics, stage.conditional, frame, &mut by_address)
            }
            _ => Layout::ByClass,
        };
        let mut without_dot = trial(Walk::SuffixesWithoutDot);
        let domain = b"domain.example";
        let both = !by_address.can_key(domain) && without_dot.can_key(domain);
        let bounces = trial(Walk::NullSender).can_key(b"!@");
        let (walk, trial) = match (layout, main) {
            (Layout::Verbatim, Some((_, stage))) => {
                let mut verbatim = trial(stage.semantics.walk);
                verbatim.semantics = stage.semantics;
                (stage.semantics.walk, verbatim)
            }
            _ if both => (Walk::SuffixesWithoutDot, without_dot),
            _ => (Walk::AddressThenDotSuffixes, by_address),
        };
        Attempt {
            source,
            request,
            frame,
            layout,
            walk,
            trial,
            ledger: Ledger::default(),
            bounces,
            main: main.map(|(id, _)| id),
        }
    }

    /// Begins a turn in which the routes of `banned` are left out.
    pub fn begin(&mut self, banned: BTreeMap<u32, Loss>) {
        self.ledger = Ledger::with(banned);
    }

    pub fn reduce(&mut self) -> Result<Drafted, TranslateError> {
        let addresses =
            self.walk != Walk::SuffixesWithoutDot && self.trial.can_key(b"user@domain.example");
        Reducer {
            source: self.source,
            request: self.request,
            trial: &mut self.trial,
            ledger: &mut self.ledger,
            layout: self.layout,
            addresses: addresses || self.layout == Layout::Verbatim,
            bounces: self.bounces,
            case: self.frame.semantics.key_case,
            direction: self.frame.direction,
        }
        .run()
    }

    /// A draft with the routes for bounces, if the target has a place for them, and a stage for the others.
    fn draft(
        &self,
        reduced: &MemoryStore,
        from: &[Option<u32>],
        semantics: Semantics,
    ) -> Result<Draft, TranslateError> {
        let document = reduced.document();
        let mut draft = Draft::new(document.table.product);
        for stage in document.table.stages() {
            if stage.semantics.subject != Subject::Sender || stage.first == stage.end {
                continue;
            }
            draft.begin_stage("bounces", stage.semantics);
            for index in stage.first..stage.end {
                let piece = Piece::of(document.route(index));
                draft.push(&piece, origin(from, index))?;
            }
        }
        draft.begin_stage("converted", semantics);
        Ok(draft)
    }

    /// The same routes in the same order.
    pub fn verbatim(
        &mut self,
        reduced: &MemoryStore,
        from: &[Option<u32>],
        refused: &HashMap<Vec<u8>, Refusal>,
    ) -> Result<Drafted, TranslateError> {
        let document = reduced.document();
        let Some(stage) = self.main.and_then(|id| document.table.stages().get(id)) else {
            return Ok(self
                .draft(
                    reduced,
                    from,
                    semantics_of_draft(self.walk, Precedence::FirstMatch),
                )?
                .finish()?);
        };
        let mut draft = self.draft(reduced, from, stage.semantics)?;
        let mut order: Vec<u32> = (stage.first..stage.end).collect();
        if stage.semantics.precedence == Precedence::Narrowest {
            let rank = |index: &u32| special(&Piece::of(document.route(*index)));
            order.sort_by_cached_key(rank);
        }
        for index in order {
            let mut piece = Piece::of(document.route(index));
            let number = origin(from, index).unwrap_or(u32::MAX);
            let key = numbered(piece.key(), Some(number));
            if let Some(Refusal { feature, what }) = refused.get(&key) {
                let target = called(self.request.target, &self.request.options);
                let route = self.source.document().route(number);
                let text = format!(
                    "{} falls through: {target} cannot say {what}",
                    super::words::mail_of(route)
                );
                self.ledger.leave_out(*feature, number, text);
                continue;
            }
            self.push(&mut draft, &mut piece, Some(number))?;
        }
        Ok(draft.finish()?)
    }

    /// Keys class by class; `None` when a route must go first.
    pub fn by_class(
        &mut self,
        reduced: &MemoryStore,
        from: &[Option<u32>],
        refused: &HashMap<Vec<u8>, Refusal>,
    ) -> Result<Option<Drafted>, TranslateError> {
        let mut maker = Maker {
            store: reduced,
            from,
            source: self.source,
            request: self.request,
            trial: &mut self.trial,
            ledger: &mut self.ledger,
            refused,
            emitted: Vec::new(),
            last: None,
        };
        if !maker.run()? {
            return Ok(None);
        }
        let first_match = self.frame.semantics.precedence == Precedence::FirstMatch;
        let emitted = sorted(std::mem::take(&mut maker.emitted), first_match);
        let mut pieces = Vec::with_capacity(emitted.len());
        for emitted in &emitted {
            let origin = emitted.route.and_then(|index| origin(from, index));
            pieces.push((maker.piece(emitted), origin));
        }
        let semantics = semantics_of_draft(self.walk, self.frame.semantics.precedence);
        let mut draft = self.draft(reduced, from, semantics)?;
        for (mut piece, origin) in pieces {
            self.push(&mut draft, &mut piece, origin)?;
        }
        Ok(Some(draft.finish()?))
    }

    /// Adds a route, once for each domain of senders where they are given.
    fn push(
        &mut self,
        draft: &mut Draft,
        piece: &mut Piece,
        from: Option<u32>,
    ) -> Result<(), TranslateError> {
        if self.request.sender_domains.is_empty() || piece.condition.sender.is_some() {
            return Ok(draft.push(piece, from)?);
        }
        if let Some(from) = from {
            let text = format!(
                "{} is routed for senders in {} alone, as --sender-domains says; other senders and bounces fall through",
                super::words::mail_of(self.source.document().route(from)),
                self.request.sender_domains.join(", ")
            );
            let loss = Loss::new(Feature::Sender, Effect::Narrower, from, text);
            self.ledger.add(loss.chosen());
        }
        for domain in &self.request.sender_domains {
            let sender = piece.push(domain.as_bytes());
            piece.condition.sender = Some(sender);
            draft.push(piece, from)?;
        }
        piece.condition.sender = None;
        Ok(())
    }

    /// The only way of mail for which both tables are to be compared.
    fn compared(&self, made: &Document, target: &Document) -> Option<Direction> {
        let ways = |document: &Document| -> Vec<Direction> {
            let all = document.routes();
            all.filter_map(|route| route.condition()?.direction)
                .collect()
        };
        match (
            ways(self.source.document()).is_empty(),
            ways(made).is_empty(),
        ) {
            (false, true) => self.frame.direction,
            (true, true) => ways(target).first().copied(),
            _ => None,
        }
    }

    /// Enters what has no place in the file and is to be said when it is read.
    fn matches_elsewhere(&mut self, bind: &Bindings, made: &Drafted, target: &Document) {
        let called = called(self.request.target, &self.request.options);
        for (name, from, keys) in bind {
            let text = format!(
                "whose mail it takes ({}) has no place in {called}: `{}` says it when the file is read",
                keys.join(", "),
                bind_option(name, &keys.join(","))
            );
            self.ledger.losses.push(Loss {
                feature: Feature::RecipientDomain,
                effect: Effect::Narrower,
                route: *from,
                text,
                chosen: false,
            });
        }
        let without = |document: &Document| {
            let all = document.routes();
            all.filter(|route| route.condition().is_none_or(|c| c.direction.is_none()))
                .count()
        };
        let (before, after) = (without(&made.document), without(target));
        if before > after {
            let text = match before - after {
                1 => format!(
                    "a route for mail of either way is written to {called} for mail that leaves"
                ),
                n => format!(
                    "{n} routes for mail of either way are written to {called} for mail that leaves"
                ),
            };
            self.ledger.losses.push(Loss {
                feature: Feature::Direction,
                effect: Effect::Narrower,
                route: None,
                text,
                chosen: false,
            });
        }
    }

    /// The reduced source without the exceptions of which a loss says that they are dropped; `None` when there is no such loss.
    fn without_exceptions(
        &self,
        reduced: &MemoryStore,
        from: &[Option<u32>],
    ) -> Result<Option<MemoryStore>, TranslateError> {
        let losses = self.ledger.losses.iter();
        let dropped: BTreeSet<u32> = losses
            .filter(|loss| loss.feature == Feature::Exceptions && loss.effect == Effect::Wider)
            .filter_map(|loss| loss.route)
            .collect();
        if dropped.is_empty() {
            return Ok(None);
        }
        let document = reduced.document();
        let mut draft = Draft::new(document.table.product);
        for stage in document.table.stages() {
            draft.begin_stage(stage.name, stage.semantics);
            for index in stage.first..stage.end {
                let mut piece = Piece::of(document.route(index));
                if origin(from, index).is_some_and(|route| dropped.contains(&route)) {
                    piece.condition.except.clear();
                }
                draft.push(&piece, origin(from, index))?;
            }
        }
        Ok(Some(self.request.store(draft.finish()?.document)))
    }

    /// Reads back what was written, and compares it.
    pub fn finish(
        mut self,
        reduced: &MemoryStore,
        from: &[Option<u32>],
        made: Drafted,
        output: Output,
    ) -> Result<Translation, TranslateError> {
        let written = made.document.table.len();
        let (document, read_back, mut bind) =
            read_bound(self.request, &made.document, &output.files)?;
        for (_, from, _) in &mut bind {
            *from = from.and_then(|index| origin(&made.from, index));
        }
        let direction = self.compared(&made.document, &document);
        let target = self.request.store(document);
        let wider = self.without_exceptions(reduced, from)?;
        let proof = Prover {
            source: self.source,
            reduced,
            from,
            wider: wider.as_ref().map(|store| store as &dyn Store),
            target: &target,
            ledger: &self.ledger,
            max_classes: self.request.max_classes,
            direction,
        }
        .run()?;
        self.matches_elsewhere(&bind, &made, target.document());
        refuse_doubts(&proof)?;
        // By the lines of the source; what is about no route comes last.
        let losses = &mut self.ledger.losses;
        losses.sort_by_key(|loss| loss.route.unwrap_or(u32::MAX));
        names_and_comments(
            self.source.document(),
            target.document(),
            self.request,
            &mut self.ledger,
        );
        Ok(Translation {
            output,
            losses: merged(std::mem::take(&mut self.ledger.losses)),
            left_out: self.ledger.left_out.iter().copied().collect(),
            written,
            differences: proof.announced,
            classes: proof.classes,
            target,
            read_back,
        })
    }
}

fn refuse_doubts(proof: &Proof) -> Result<(), TranslateError> {
    if let Some(difference) = &proof.unannounced {
        let witness = &difference.witness;
        let mut shown = Visible(&witness.recipient).to_string();
        if let Some(sender) = witness.sender() {
            shown.push_str(&format!(" from <{}>", Visible(sender)));
        }
        if let Some(subject) = witness.subject() {
            shown.push_str(&format!(", subject `{}`", Visible(subject)));
        }
        return Err(TranslateError::Unannounced(shown));
    }
    if proof.undecided > 0 {
        let witness = proof.undecided_witness.as_ref();
        let such = witness.map_or_else(String::new, |witness| {
            format!(", among them {}", Visible(witness))
        });
        return Err(TranslateError::Undecidable(proof.undecided, such));
    }
    Ok(())
}

/// The route of the source that route `index` comes from.
pub(super) fn origin(from: &[Option<u32>], index: u32) -> Option<u32> {
    from.get(index as usize).copied().flatten()
}

/// Route by route where both match alike, and where the target has conditions as the source does.
fn layout(semantics: Semantics, conditional: bool, frame: Frame, trial: &mut Trial) -> Layout {
    if semantics == frame.semantics {
        return Layout::Verbatim;
    }
    let mut piece = Piece::to_own_mx(b"");
    trial.plain.put_into(&mut piece);
    piece.condition.sender = Some(piece.push(b"domain.example"));
    let in_order = frame.semantics.precedence == Precedence::FirstMatch
        && semantics.walk == frame.semantics.walk
        && matches!(
            semantics.precedence,
            Precedence::FirstMatch | Precedence::Narrowest
        );
    match conditional && in_order && trial.can(&piece).is_ok() {
        true => Layout::Verbatim,
        false => Layout::ByClass,
    }
}

/// How special a route is: the most special first.
fn special(piece: &Piece) -> (u8, u8) {
    let rank = |key: &[u8]| match key {
        _ if key.is_empty() => 2,
        _ if key.contains(&b'@') => 0,
        _ => 1,
    };
    let sender = piece
        .condition
        .sender
        .map_or(2, |key| rank(piece.bytes(key)));
    (rank(piece.key()), sender)
}
