//! The whole way: reduce, write, read back, compare.

use std::collections::{BTreeMap, HashMap};

use super::by_class::{Maker, merged, sorted};
use super::frame::{Frame, frame, read};
use super::ledger::Ledger;
use super::audit::names_and_comments;
use super::loss::{Effect, Loss};
use super::piece::{Draft, DraftError, Drafted, Piece, semantics_of_draft};
use super::proof::{Announced, Proof, Prover};
use super::reduce::{Layout, Reducer};
use super::trial::{Refusal, Trial};
use super::words::called;
use crate::formats::{Format, Output, ReadError, ReadOptions, WriteError, WriteOptions};
use crate::lookup::{Patterns, Store, StoreError};
use crate::model::{
    Direction, Document, Feature, FileVerdict, HopLookup, Precedence, RouteView, Semantics,
    StageId, Subject, Walk,
};
use crate::source::Visible;
use crate::store::MemoryStore;

/// What is to be written, and how.
#[derive(Clone)]
pub struct Request {
    /// The format.
    pub target: &'static Format,
    /// How it is written.
    pub options: WriteOptions,
    /// How it will be read.
    pub read_back: ReadOptions,
    /// Conditions that are dropped where the target lacks them, although routes take more mail then.
    pub widen: Vec<Feature>,
    /// Domains of senders for a target that wants a sender for every route: routes without one are written for each.
    pub sender_domains: Vec<String>,
    /// Of several hosts the first is taken where the target knows one.
    pub first_destination: bool,
    /// User names and passwords are written.
    pub with_secrets: bool,
    /// For names in small letters the hosts that are their MX, with preferences, the best first: written where the target cannot
    /// say the MX of a name.
    pub snapshot: HashMap<Vec<u8>, Vec<(u16, Vec<u8>)>>,
    /// Regular expressions.
    pub patterns: Option<fn() -> Box<dyn Patterns>>,
    /// Most classes of mail that are compared.
    pub max_classes: u64,
}

/// A table in another format, proved.
#[derive(Debug)]
pub struct Translation {
    /// The files.
    pub output: Output,
    /// What is lost.
    pub losses: Vec<Loss>,
    /// Routes of the source that are left out, all or in part.
    pub left_out: Vec<u32>,
    /// Number of routes written.
    pub written: usize,
    /// Mail that goes another way than before, with the reason.
    pub differences: Vec<Announced>,
    /// Number of classes of mail that were compared.
    pub classes: u64,
    /// What was read back.
    pub document: Document,
}

/// Why nothing is translated.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TranslateError {
    /// The file as a whole is not used by its product.
    #[error("{0}: there are no routes to translate")]
    Verdict(String),
    /// Which route decides is not known.
    #[error("which route decides for {0} is not known (it depends on: {1}); --assume settles what a vendor leaves open")]
    Undecided(String, String),
    /// The format can say nothing that is asked.
    #[error("{0} can say no route")]
    NoRoutes(&'static str),
    /// The target refuses what is written as a whole.
    #[error(transparent)]
    Write(WriteError),
    /// What was written cannot be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// Too much.
    #[error(transparent)]
    Draft(#[from] DraftError),
    /// The source cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A difference that no loss announces.
    #[error("what was written decides otherwise for {0}, and no loss says so; this is a bug of qroute-convert, and nothing is written")]
    Unannounced(String),
    /// What was written is refused by its own reader.
    #[error("what was written has an error for its reader: {0}; this is a bug of qroute-convert, and nothing is written")]
    Broken(String),
    /// The comparison did not come to an end.
    #[error("it cannot be proved that what was written decides alike: {0} classes of mail are undecided{1}; nothing is written")]
    Undecidable(u64, String),
}

/// Translates the table of `source`.
///
/// # Errors
/// See [`TranslateError`]; a loss is none.
pub fn translate(source: &dyn Store, request: &Request) -> Result<Translation, TranslateError> {
    refuse_verdicts(source.document())?;
    let frame = frame(request, source.document().table.product)?;
    let mut banned = BTreeMap::new();
    let mut refused: HashMap<Vec<u8>, Refusal> = HashMap::new();
    // Each turn bans a route or refuses a key, of which there are so many.
    let turns = 16 + source.document().table.len();
    for _ in 0..turns.min(4096) {
        let mut attempt = Attempt::new(source, request, frame, std::mem::take(&mut banned));
        let drafted = attempt.reduce()?;
        let reduced = request.store(drafted.document);
        let made = match attempt.layout {
            Layout::Verbatim => Some(attempt.verbatim(&reduced, &drafted.from, &refused)?),
            Layout::ByClass => attempt.by_class(&reduced, &drafted.from, &refused)?,
        };
        banned = attempt.ledger.banned.clone();
        let Some(made) = made else { continue };
        match (request.target.write)(&made.document, &request.options) {
            Ok(output) => return attempt.finish(&reduced, &drafted.from, made, output),
            Err(WriteError::Inexpressible {
                feature,
                route,
                what,
            }) => {
                let key = refused_key(&made, route, attempt.layout);
                let again = refused.insert(key, Refusal { feature, what: what.clone() });
                if again.is_some() {
                    return Err(TranslateError::Broken(what));
                }
            }
            Err(error) => return Err(TranslateError::Write(error)),
        }
    }
    Err(TranslateError::Undecidable(0, String::new()))
}

/// By what a route of a draft is known in the next turn: its key, and in a table of the same order the route of the source too.
fn refused_key(made: &Drafted, route: u32, layout: Layout) -> Vec<u8> {
    let table = &made.document.table;
    let mut key = match (route as usize) < table.len() {
        true => made.document.route(route).key().to_vec(),
        false => Vec::new(),
    };
    if layout == Layout::Verbatim {
        key = numbered(&key, origin(&made.from, route));
    }
    key
}

fn numbered(key: &[u8], from: Option<u32>) -> Vec<u8> {
    let number = from.unwrap_or(u32::MAX).to_string();
    [key, b"\0", number.as_bytes()].concat()
}

fn refuse_verdicts(document: &Document) -> Result<(), TranslateError> {
    match &document.table.verdict {
        FileVerdict::Normal => Ok(()),
        FileVerdict::IgnoredWhole(why) => Err(TranslateError::Verdict(format!(
            "the product ignores the file as a whole ({why})"
        ))),
        FileVerdict::DeferAll { text, .. } => Err(TranslateError::Verdict(format!(
            "the product defers all mail because of the file ({text})"
        ))),
    }
}

impl Request {
    /// A store that evaluates expressions where the program can.
    pub fn store(&self, document: Document) -> MemoryStore {
        let store = MemoryStore::new(document);
        match self.patterns {
            Some(patterns) => store.with_patterns(patterns()),
            None => store,
        }
    }
}

/// One turn.
struct Attempt<'a> {
    source: &'a dyn Store,
    request: &'a Request,
    frame: Frame,
    layout: Layout,
    /// How keys of the new table are walked.
    walk: Walk,
    trial: Trial,
    ledger: Ledger,
    bounces: bool,
    /// The stage that routes by recipient stand in, when there is one.
    main: Option<StageId>,
}

impl<'a> Attempt<'a> {
    fn new(
        source: &'a dyn Store,
        request: &'a Request,
        frame: Frame,
        banned: BTreeMap<u32, Loss>,
    ) -> Self {
        let table = &source.document().table;
        let trial = |walk| {
            let (target, options) = (request.target, &request.options);
            Trial::new(target, options, table.product, walk, frame.plain)
        };
        let mut by_address = trial(Walk::AddressThenDotSuffixes);
        let mut filled = table.stages().iter().enumerate().filter(|(_, stage)| {
            stage.first < stage.end && stage.semantics.subject != Subject::Sender
        });
        let main = filled.next();
        let is_only = filled.next().is_none();
        let layout = match main {
            Some((_, stage)) if is_only => layout(stage.semantics, stage.conditional, frame, &mut by_address),
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
            ledger: Ledger::with(banned),
            bounces,
            main: main.map(|(id, _)| id),
        }
    }

    fn reduce(&mut self) -> Result<Drafted, TranslateError> {
        let addresses = self.walk != Walk::SuffixesWithoutDot
            && self.trial.can_key(b"user@domain.example");
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
    fn draft(&self, reduced: &MemoryStore, from: &[Option<u32>], semantics: Semantics) -> Result<Draft, TranslateError> {
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
    fn verbatim(
        &mut self,
        reduced: &MemoryStore,
        from: &[Option<u32>],
        refused: &HashMap<Vec<u8>, Refusal>,
    ) -> Result<Drafted, TranslateError> {
        let document = reduced.document();
        let Some(stage) = self.main.and_then(|id| document.table.stages().get(id)) else {
            return Ok(self.draft(reduced, from, semantics_of_draft(self.walk, Precedence::FirstMatch))?.finish()?);
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
    fn by_class(
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
            all.filter_map(|route| route.condition()?.direction).collect()
        };
        match (ways(self.source.document()).is_empty(), ways(made).is_empty()) {
            (false, true) => self.frame.direction,
            (true, true) => ways(target).first().copied(),
            _ => None,
        }
    }

    /// Enters what has no place in the file and is to be said when it is read.
    fn matches_elsewhere(
        &mut self,
        bind: &[(String, Option<u32>, Vec<String>)],
        made: &Drafted,
        target: &Document,
    ) {
        let called = called(self.request.target, &self.request.options);
        for (name, from, keys) in bind {
            let text = format!(
                "whose mail it takes ({}) has no place in {called}: `--bind \"{name}={}\"` says it when the file is read",
                keys.join(", "),
                keys.join(",")
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
            let text = format!(
                "{} routes are for mail of either way, and {called} writes them for mail that leaves",
                before - after
            );
            self.ledger.losses.push(Loss {
                feature: Feature::Direction,
                effect: Effect::Narrower,
                route: None,
                text,
                chosen: false,
            });
        }
    }

    /// Reads back what was written, and compares it.
    fn finish(
        mut self,
        reduced: &MemoryStore,
        from: &[Option<u32>],
        made: Drafted,
        output: Output,
    ) -> Result<Translation, TranslateError> {
        let written = made.document.table.len();
        let back = self.request.read_back.clone();
        let mut document = read(self.request.target, &back, output.files.clone())?;
        if let Some(problem) = document.error() {
            return Err(TranslateError::Broken(problem.message.clone()));
        }
        // A match that has no place in the file is given to its reader as the user would.
        let mut bind = bindings(&made.document, &document)?;
        for (_, from, _) in &mut bind {
            *from = from.and_then(|index| origin(&made.from, index));
        }
        if !bind.is_empty() {
            let mut all = back.bind.clone();
            all.extend(bind.iter().map(|(name, _, keys)| (name.clone(), keys.clone())));
            let options = ReadOptions { bind: all, ..back };
            document = read(self.request.target, &options, output.files.clone())?;
        }
        let direction = self.compared(&made.document, &document);
        let target = self.request.store(document);
        let proof = Prover {
            source: self.source,
            reduced,
            from,
            target: &target,
            ledger: &self.ledger,
            max_classes: self.request.max_classes,
            direction,
        }
        .run()?;
        self.matches_elsewhere(&bind, &made, target.document());
        refuse_doubts(&proof)?;
        let document = target.into_document();
        names_and_comments(self.source.document(), &document, self.request, &mut self.ledger);
        Ok(Translation {
            output,
            losses: merged(std::mem::take(&mut self.ledger.losses)),
            left_out: self.ledger.left_out.iter().copied().collect(),
            written,
            differences: proof.announced,
            classes: proof.classes,
            document,
        })
    }
}

/// What a reader must be told of routes that it knows by name alone: the name, the route of the source, and the keys.
type Bindings = Vec<(String, Option<u32>, Vec<String>)>;

fn bindings(made: &Document, read: &Document) -> Result<Bindings, TranslateError> {
    let is_unbound = |route: &RouteView<'_>| route.condition().is_some_and(|c| c.unbound);
    let mut found: Bindings = Vec::new();
    if !read.routes().any(|route| is_unbound(&route)) {
        return Ok(found);
    }
    let mut names = read.routes().filter_map(|route| route.name());
    let mut last: Option<RouteView<'_>> = None;
    for route in made.routes() {
        let again = last.is_some_and(|last| {
            last.name().is_some()
                && (last.origin(), last.name(), last.owner())
                    == (route.origin(), route.name(), route.owner())
                && last.action() == route.action()
        });
        last = Some(route);
        let walk = made.table.stages()[route.stage()].semantics.walk;
        let key = String::from_utf8_lossy(route.key()).into_owned();
        let keys = match (key.is_empty(), walk) {
            (true, _) => vec!["*".to_owned()],
            (_, Walk::SuffixesWithoutDot | Walk::AddressThenSuffixesWithoutDot) => {
                vec![key.clone(), format!(".{key}")]
            }
            _ => vec![key],
        };
        let unbound = is_unbound(&route);
        match found.last_mut() {
            Some((_, _, all)) if again => all.extend(keys),
            _ => {
                let Some(name) = names.next() else {
                    return Err(TranslateError::Broken("a route is missing".to_owned()));
                };
                let name = String::from_utf8_lossy(name).into_owned();
                let keys = if unbound { Vec::new() } else { keys };
                found.push((name, Some(route.index()), keys));
            }
        }
    }
    found.retain(|(_, _, keys)| !keys.is_empty());
    Ok(found)
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

fn origin(from: &[Option<u32>], index: u32) -> Option<u32> {
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
    let sender = piece.condition.sender.map_or(2, |key| rank(piece.bytes(key)));
    (rank(piece.key()), sender)
}

/// The document with those routes alone that `wanted` takes.
///
/// # Errors
/// The table is too large.
pub fn only(
    source: &Document,
    wanted: impl Fn(RouteView<'_>) -> bool,
) -> Result<(Document, Vec<Option<u32>>), TranslateError> {
    let mut draft = Draft::new(source.table.product);
    for stage in source.table.stages() {
        draft.begin_stage(stage.name, stage.semantics);
        for index in stage.first..stage.end {
            let route = source.route(index);
            if wanted(route) {
                draft.push(&Piece::of(route), Some(index))?;
            }
        }
    }
    let made = draft.finish()?;
    Ok((made.document, made.from))
}

/// The names whose MX the routes of `source` ask for, in small letters: what a snapshot must know.
pub fn stated_names(source: &Document) -> Vec<Vec<u8>> {
    let mut names = Vec::new();
    for route in source.routes() {
        for hop in route.action().hops() {
            if let HopLookup::MxOf(text) = hop.lookup {
                names.push(source.bytes(text).to_ascii_lowercase());
            }
        }
    }
    names.sort_unstable();
    names.dedup();
    names
}
