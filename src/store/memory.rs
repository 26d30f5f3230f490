//! The table in memory, with an index of its keys.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::sync::OnceLock;

use super::index::KeyIndex;
use crate::lookup::{Found, Hit, Store, StoreError, fold, prefers};
use crate::model::{Action, Document, Stage, StageId};

/// A document and an index of its keys: nine bytes a route on top of the table.
#[derive(Debug)]
pub struct MemoryStore {
    document: Document,
    indexes: Vec<KeyIndex>,
    addresses: OnceLock<HashMap<Vec<u8>, Vec<u32>>>,
}

impl MemoryStore {
    /// Indexes `document`. Of routes with equal keys only the one that decides is kept in the index.
    pub fn new(document: Document) -> Self {
        let stages = document.table.stages().iter();
        let indexes = stages
            .map(|stage| KeyIndex::new(&document, stage))
            .collect();
        MemoryStore {
            document,
            indexes,
            addresses: OnceLock::new(),
        }
    }

    /// The document, without its index.
    pub fn into_document(self) -> Document {
        self.document
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

impl Store for MemoryStore {
    fn document(&self) -> &Document {
        &self.document
    }

    fn best(&self, id: StageId, keys: &[Cow<'_, [u8]>]) -> Result<Option<Hit<'_>>, StoreError> {
        let Some(stage) = self.stage(id) else {
            return Ok(None);
        };
        let semantics = stage.semantics;
        let mut best: Option<(usize, u32)> = None;
        for (rank, key) in keys.iter().enumerate() {
            let Some(number) = self.indexes[id].find(&self.document, key) else {
                continue;
            };
            let wins = |(r, n): (usize, u32)| {
                prefers(
                    semantics.precedence,
                    (rank, u64::from(number)),
                    (r, u64::from(n)),
                )
                .is_lt()
            };
            if best.is_none_or(wins) {
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
        for number in self.indexes[id].numbers() {
            let route = self.document.route(number);
            // Routes with the same text behind the key do the same, unless a password stands outside of it.
            let value = &self.document.bytes(route.origin())[route.key().len()..];
            let own = !matches!(
                route.action(),
                Action::Relay {
                    credentials: Some(_),
                    ..
                }
            );
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
        let Some(stage) = self.stage(id) else {
            return Vec::new();
        };
        let by_host = self.addresses.get_or_init(|| {
            let mut by_host: HashMap<Vec<u8>, Vec<u32>> = HashMap::new();
            for route in self.document.routes() {
                if let Some(at) = route.key().iter().rposition(|&b| b == b'@') {
                    by_host
                        .entry(route.key()[at + 1..].to_ascii_lowercase())
                        .or_default()
                        .push(route.index());
                }
            }
            by_host
        });
        let numbers = by_host
            .get(&host.to_ascii_lowercase())
            .into_iter()
            .flatten();
        let of_stage = numbers.filter(|&n| (stage.first..stage.end).contains(n));
        of_stage
            .map(|&n| self.document.route(n).key().to_vec())
            .collect()
    }

    fn repeated(&self, id: StageId) -> Vec<u32> {
        self.indexes
            .get(id)
            .map(KeyIndex::repeated)
            .unwrap_or_default()
    }

    fn is_empty(&self, id: StageId) -> bool {
        self.stage(id).is_none_or(|stage| stage.first == stage.end)
    }
}
