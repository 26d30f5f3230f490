//! Where keys are found.

use std::borrow::Cow;
use std::rc::Rc;

use super::patterns::{NoPatterns, Patterns};
use crate::model::{Document, RouteView, Semantics, StageId};

/// A file could not be read while it was searched.
#[derive(Debug, thiserror::Error)]
#[error("cannot read {path}: {source}")]
pub struct StoreError {
    /// Its path.
    pub path: String,
    /// Why.
    pub source: std::io::Error,
}

/// A route that a store found: one of a table that it holds, or one that it read for this question.
#[derive(Clone, Debug)]
pub enum Found<'s> {
    /// A route of a table in memory.
    Held(RouteView<'s>),
    /// The only route of a document made from a few lines of a large file.
    Made(Rc<Document>),
}

impl Found<'_> {
    /// The route.
    pub fn view(&self) -> RouteView<'_> {
        match self {
            Found::Held(view) => *view,
            Found::Made(document) => document.route(0),
        }
    }
}

/// A route whose key is one of those asked for.
#[derive(Clone, Debug)]
pub struct Hit<'s> {
    /// The route.
    pub found: Found<'s>,
    /// Which of the keys it has.
    pub rank: usize,
    /// Where it stands among the routes of its stage: a smaller number stands earlier.
    pub order: u64,
}

/// Routes, one after the other.
pub type Candidates<'s> = Box<dyn Iterator<Item = Hit<'s>> + 's>;

/// Answers which route has a key. All stores give the same answer for the same bytes.
///
/// `keys` is a walk, most specific first; [`prefers`](super::prefers) says which of several hits decides.
pub trait Store {
    /// The stages, the product and what else is not a route.
    fn document(&self) -> &Document;

    /// The hit that decides in `stage`.
    ///
    /// # Errors
    /// [`StoreError`] when a file that is searched piece by piece cannot be read.
    fn best(&self, stage: StageId, keys: &[Cow<'_, [u8]>]) -> Result<Option<Hit<'_>>, StoreError>;

    /// All hits in `stage`, in the order of the file; for explanations.
    ///
    /// # Errors
    /// As [`Store::best`].
    fn all(&self, stage: StageId, keys: &[Cow<'_, [u8]>]) -> Result<Vec<Hit<'_>>, StoreError>;

    /// All routes of a stage with conditions whose key is one of `keys` and whose sender has one of the keys `senders` (any
    /// sender when that is none), compared as `semantics` say, in the order of the file. Routes without a sender are among
    /// them.
    ///
    /// # Errors
    /// As [`Store::best`].
    fn candidates<'s>(
        &'s self,
        stage: StageId,
        semantics: &Semantics,
        keys: &[Cow<'_, [u8]>],
        senders: Option<&[Cow<'_, [u8]>]>,
    ) -> Result<Candidates<'s>, StoreError>;

    /// The regular expressions of the table, when the program can evaluate them.
    fn patterns(&self) -> &dyn Patterns {
        &NoPatterns
    }

    /// One key for each action that `stage` can decide on; at most `limit`, `None` when there are more.
    fn witnesses(&self, stage: StageId, limit: usize) -> Option<Vec<Vec<u8>>>;

    /// The keys of `stage`, and those of its exceptions, that are whole addresses at `host`.
    fn addresses_at(&self, stage: StageId, host: &[u8]) -> Vec<Vec<u8>>;

    /// The routes of `stage` that never decide because another one with an equal key does, in the order of reading. A store
    /// that searches text knows of none.
    fn repeated(&self, stage: StageId) -> Vec<u32> {
        let _ = stage;
        Vec::new()
    }

    /// True when `stage` has no route at all.
    fn is_empty(&self, stage: StageId) -> bool;
}
