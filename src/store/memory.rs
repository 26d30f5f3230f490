//! The table in memory, with an index of its keys.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::sync::OnceLock;

use super::index::KeyIndex;
use super::pairs::PairIndex;
use super::sieve::Looks;
use crate::lookup::{
    Candidates, Found, Hit, NoPatterns, Patterns, Store, StoreError, covers, fold, prefers,
};
use crate::model::{Document, KeyCase, Semantics, Stage, StageId};
use crate::source::Text;

/// A document and an index of its keys: nine bytes a route on top of the table, and twelve where routes have conditions. For a
/// handful of questions it has none.
pub struct MemoryStore {
    document: Document,
    indexes: Vec<Indexes>,
    addresses: OnceLock<Addresses>,
    patterns: Option<Box<dyn Patterns>>,
    /// In the place of an index, for a handful of questions.
    looks: Option<Looks>,
}

/// Keys that are whole addresses, with their stages, by host.
type Addresses = HashMap<Vec<u8>, Vec<(StageId, Text)>>;

impl std::fmt::Debug for MemoryStore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MemoryStore").finish_non_exhaustive()
    }
}

/// The indexes of a stage, each made when it is first needed.
#[derive(Debug, Default)]
struct Indexes {
    keys: OnceLock<KeyIndex>,
    pairs: OnceLock<PairIndex>,
}

impl MemoryStore {
    /// A store for a handful of questions: a stage is indexed when there are more.
    pub fn for_few(document: Document) -> Self {
        let stages = document.table.stages().iter();
        MemoryStore {
            indexes: stages.map(|_| Indexes::default()).collect(),
            document,
            addresses: OnceLock::new(),
            patterns: None,
            looks: Some(Looks::default()),
        }
    }

    /// Indexes `document`. Of routes with equal keys only the one that decides is kept in the index.
    pub fn new(document: Document) -> Self {
        let stages = document.table.stages().iter();
        let indexes = stages.map(|stage| {
            let indexes = Indexes::default();
            // What will be asked for is made at once, before several threads wait for one that makes it.
            match stage.conditional {
                true => drop(indexes.pairs.set(PairIndex::new(&document, stage))),
                false => drop(indexes.keys.set(KeyIndex::new(&document, stage))),
            }
            indexes
        });
        MemoryStore {
            indexes: indexes.collect(),
            document,
            addresses: OnceLock::new(),
            patterns: None,
            looks: None,
        }
    }

    /// The same store, which evaluates regular expressions.
    #[must_use]
    pub fn with_patterns(mut self, patterns: Box<dyn Patterns>) -> Self {
        self.patterns = Some(patterns);
        self
    }

    fn keys(&self, id: StageId) -> Option<&KeyIndex> {
        let stage = self.stage(id)?;
        let indexes = self.indexes.get(id)?;
        let make = || KeyIndex::new(&self.document, stage);
        Some(indexes.keys.get_or_init(make))
    }

    fn pairs(&self, id: StageId) -> Option<&PairIndex> {
        let stage = self.stage(id)?;
        let indexes = self.indexes.get(id)?;
        let make = || PairIndex::new(&self.document, stage);
        Some(indexes.pairs.get_or_init(make))
    }

    /// The document, without its index.
    pub fn into_document(self) -> Document {
        self.document
    }

    /// What is found without an index, while it does not pay.
    fn looked_for<'s>(
        &'s self,
        id: StageId,
        semantics: &Semantics,
        keys: &[Cow<'_, [u8]>],
        senders: Option<&[Cow<'_, [u8]>]>,
    ) -> Option<impl Iterator<Item = (u32, usize)> + use<'s>> {
        let (looks, stage) = (self.looks.as_ref()?, self.stage(id)?);
        let case = semantics.key_case;
        looks.find(&self.document, (id, stage), case, keys, senders)
    }

    fn stage(&self, id: StageId) -> Option<&Stage> {
        self.document.table.stages().get(id)
    }

    fn hit(&self, index: u32, rank: usize) -> Hit<'_> {
        Hit {
            found: Found::Held(self.document.route(index)),
            rank,
            order: u64::from(index),
        }
    }
}

impl MemoryStore {
    /// Routes with conditions of which an earlier one with the same key and sender takes all mail.
    fn repeated_pairs(&self, id: StageId, stage: &Stage) -> Vec<u32> {
        let Some(pairs) = self.pairs(id) else {
            return Vec::new();
        };
        let semantics = &stage.semantics;
        let is_repeated = |&number: &u32| {
            let route = self.document.route(number);
            let twins = pairs.twins(&self.document, semantics, number);
            let mut earlier = twins.take_while(|&other| other < number).take(MOST_TWINS);
            earlier.any(|other| covers(semantics, self.document.route(other), route))
        };
        (stage.first..stage.end).filter(is_repeated).collect()
    }
}

/// Most earlier routes with the same key and sender that a route is compared with.
const MOST_TWINS: usize = 64;

impl Store for MemoryStore {
    fn document(&self) -> &Document {
        &self.document
    }

    fn best(&self, id: StageId, keys: &[Cow<'_, [u8]>]) -> Result<Option<Hit<'_>>, StoreError> {
        let Some(stage) = self.stage(id) else {
            return Ok(None);
        };
        let semantics = stage.semantics;
        let prefers = |(rank, number): (usize, u32), (than_rank, than): (usize, u32)| {
            let (a, b) = ((rank, u64::from(number)), (than_rank, u64::from(than)));
            prefers(semantics.precedence, a, b).is_lt()
        };
        if let Some(found) = self.looked_for(id, &semantics, keys, None) {
            let found = found.map(|(number, rank)| (rank, number));
            let better = |a, b| if prefers(b, a) { b } else { a };
            let best = found.reduce(better);
            return Ok(best.map(|(rank, number)| self.hit(number, rank)));
        }
        let Some(index) = self.keys(id) else {
            return Ok(None);
        };
        let mut best: Option<(usize, u32)> = None;
        for (rank, key) in keys.iter().enumerate() {
            let Some(number) = index.find(&self.document, key) else {
                continue;
            };
            if best.is_none_or(|best| prefers((rank, number), best)) {
                best = Some((rank, number));
            }
            if semantics.precedence != crate::model::Precedence::FirstMatch {
                break;
            }
        }
        Ok(best.map(|(rank, number)| self.hit(number, rank)))
    }

    fn all(&self, id: StageId, keys: &[Cow<'_, [u8]>]) -> Result<Vec<Hit<'_>>, StoreError> {
        let Some(stage) = self.stage(id) else {
            return Ok(Vec::new());
        };
        let case = stage.semantics.key_case;
        let ranks: HashMap<Cow<'_, [u8]>, usize> = keys
            .iter()
            .enumerate()
            .rev()
            .map(|(rank, key)| (fold(case, key), rank))
            .collect();
        let matching = (stage.first..stage.end).filter_map(|number| {
            let rank = ranks.get(fold(case, self.document.route(number).key()).as_ref())?;
            Some(self.hit(number, *rank))
        });
        Ok(matching.collect())
    }

    fn witnesses(&self, id: StageId, limit: usize) -> Option<Vec<Vec<u8>>> {
        let mut seen: HashSet<Option<&[u8]>> = HashSet::new();
        let mut found = Vec::new();
        for number in self.keys(id).into_iter().flat_map(KeyIndex::numbers) {
            let route = self.document.route(number);
            // Routes with the same text behind the key do the same, unless a password stands outside of it.
            let value = &self.document.bytes(route.origin())[route.key().len()..];
            let own = route.action().credentials().is_none();
            if seen.insert(own.then_some(value)) || !own {
                if found.len() == limit {
                    return None;
                }
                found.push(route.key().to_vec());
            }
        }
        Some(found)
    }

    fn addresses_at(&self, id: StageId, host: &[u8]) -> Vec<Vec<u8>> {
        let by_host = self.addresses.get_or_init(|| {
            let mut by_host = Addresses::new();
            for route in self.document.routes() {
                let except = route
                    .condition()
                    .map_or(&[][..], |condition| &condition.except);
                for &text in std::iter::once(&route.key_text()).chain(except) {
                    let key = self.document.bytes(text);
                    if let Some(at) = key.iter().rposition(|&b| b == b'@') {
                        let host = fold(KeyCase::Unicode, &key[at + 1..]).into_owned();
                        by_host.entry(host).or_default().push((route.stage(), text));
                    }
                }
            }
            by_host
        });
        let all = by_host.get(fold(KeyCase::Unicode, host).as_ref());
        let of_stage = all.into_iter().flatten().filter(|(stage, _)| *stage == id);
        of_stage
            .map(|&(_, text)| self.document.bytes(text).to_vec())
            .collect()
    }

    fn repeated(&self, id: StageId) -> Vec<u32> {
        match self.stage(id) {
            Some(stage) if stage.conditional => self.repeated_pairs(id, stage),
            _ => self.keys(id).map(KeyIndex::repeated).unwrap_or_default(),
        }
    }

    fn candidates<'s>(
        &'s self,
        id: StageId,
        semantics: &Semantics,
        keys: &[Cow<'_, [u8]>],
        senders: Option<&[Cow<'_, [u8]>]>,
    ) -> Result<Candidates<'s>, StoreError> {
        if let Some(found) = self.looked_for(id, semantics, keys, senders) {
            return Ok(Box::new(found.map(|(number, rank)| self.hit(number, rank))));
        }
        let Some(pairs) = self.pairs(id) else {
            return Ok(Box::new(std::iter::empty()));
        };
        let found = pairs.find(&self.document, semantics, keys, senders);
        Ok(Box::new(found.map(|(number, rank)| self.hit(number, rank))))
    }

    fn patterns(&self) -> &dyn Patterns {
        self.patterns.as_deref().unwrap_or(&NoPatterns)
    }

    fn is_empty(&self, id: StageId) -> bool {
        self.stage(id).is_none_or(|stage| stage.first == stage.end)
    }
}
