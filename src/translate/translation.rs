//! The whole way: reduce, write, read back, compare.

use std::collections::{BTreeMap, HashMap};

use super::attempt::{Attempt, origin};
use super::frame::frame;
use super::loss::Loss;
use super::piece::{Draft, DraftError, Drafted, Piece};
use super::proof::Announced;
use super::reduce::Layout;
use super::trial::Refusal;
use crate::formats::{Format, Output, ReadError, ReadOptions, WriteError, WriteOptions};
use crate::lookup::{Patterns, Store, StoreError};
use crate::model::{Document, Feature, FileVerdict, HopLookup, RouteView};
use crate::store::MemoryStore;

/// Hosts of names with their preferences.
pub type Snapshot = HashMap<Vec<u8>, Vec<(u16, Vec<u8>)>>;

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
    pub snapshot: Snapshot,
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
    /// What was read back and proved, with the matches that its reader was told of besides the file.
    pub target: MemoryStore,
    /// How it was read.
    pub read_back: ReadOptions,
}

/// Why nothing is translated.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TranslateError {
    /// The file as a whole is not used by its product.
    #[error("{0}: there are no routes to translate")]
    Verdict(String),
    /// Which route decides is not known.
    #[error(
        "which route decides for {0} is not known (it depends on: {1}); --assume settles what a vendor leaves open"
    )]
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
    #[error(
        "what was written decides otherwise for {0}, and no loss says so; this is a bug of qroute-convert, and nothing is written"
    )]
    Unannounced(String),
    /// What was written is refused by its own reader.
    #[error(
        "what was written has an error for its reader: {0}; this is a bug of qroute-convert, and nothing is written"
    )]
    Broken(String),
    /// The target refused one thing after another.
    #[error(
        "{target} refused something in each of {turns} attempts, and there may be more that it cannot say; nothing is written: \
         --only translates a part of the table"
    )]
    TooManyRefusals {
        /// The format.
        target: &'static str,
        /// How often it was asked.
        turns: usize,
    },
    /// The comparison did not come to an end.
    #[error(
        "it cannot be proved that what was written decides alike: {0} classes of mail are undecided{1}; nothing is written"
    )]
    Undecidable(u64, String),
}

/// Most things that a target refuses one after another; each takes a turn over the whole table.
const MOST_TURNS: usize = 4096;

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
    let turns = (16 + source.document().table.len()).min(MOST_TURNS);
    let mut attempt = Attempt::new(source, request, frame);
    for _ in 0..turns {
        attempt.begin(std::mem::take(&mut banned));
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
                let again = refused.insert(
                    key,
                    Refusal {
                        feature,
                        what: what.clone(),
                    },
                );
                if again.is_some() {
                    return Err(TranslateError::Broken(what));
                }
            }
            Err(error) => return Err(TranslateError::Write(error)),
        }
    }
    Err(TranslateError::TooManyRefusals {
        target: request.target.id.0,
        turns,
    })
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

/// A key with the number of a route of the source.
pub(super) fn numbered(key: &[u8], from: Option<u32>) -> Vec<u8> {
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
