//! The table in memory, with an index of its keys.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher, Hasher};
use std::sync::OnceLock;

use hashbrown::{DefaultHashBuilder, HashTable};

use crate::lookup::{Found, Hit, Store, StoreError, equal, fold, prefers};
use crate::model::{Action, Document, KeyCase, Stage, StageId};

/// A document and an index of its keys: five bytes a route on top of the table.
#[derive(Debug)]
pub struct MemoryStore {
    document: Document,
    hasher: DefaultHashBuilder,
    indexes: Vec<HashTable<u32>>,
    longest: Vec<usize>,
    addresses: OnceLock<HashMap<Vec<u8>, Vec<u32>>>,
}

impl MemoryStore {
    /// Indexes `document`. Of routes with equal keys only the one that decides is kept in the index.
    pub fn new(document: Document) -> Self {
        let hasher = DefaultHashBuilder::default();
        let mut indexes = Vec::new();
        let mut longest = Vec::new();
        for stage in document.table.stages() {
            let (index, length) = index(&document, stage, &hasher);
            indexes.push(index);
            longest.push(length);
        }
        MemoryStore {
            document,
            hasher,
            indexes,
            longest,
            addresses: OnceLock::new(),
        }
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

fn index(
    document: &Document,
    stage: &Stage,
    hasher: &DefaultHashBuilder,
) -> (HashTable<u32>, usize) {
    let semantics = stage.semantics;
    let mut table = HashTable::with_capacity((stage.end - stage.first) as usize);
    let mut longest = 0;
    for number in stage.first..stage.end {
        let key = document.route(number).key();
        longest = longest.max(key.len());
        let hash = hash(hasher, semantics.key_case, key);
        let rehash = |&n: &u32| self::hash(hasher, semantics.key_case, document.route(n).key());
        let same = |&n: &u32| equal(semantics.key_case, document.route(n).key(), key);
        match table.entry(hash, same, rehash) {
            hashbrown::hash_table::Entry::Vacant(entry) => {
                entry.insert(number);
            }
            hashbrown::hash_table::Entry::Occupied(mut entry) => {
                let earlier = (0, u64::from(*entry.get()));
                if prefers(semantics.precedence, (0, u64::from(number)), earlier).is_lt() {
                    *entry.get_mut() = number;
                }
            }
        }
    }
    (table, longest)
}

/// Equal keys have equal hashes. The hasher is seeded at random: a file cannot be made to collide.
fn hash(hasher: &DefaultHashBuilder, case: KeyCase, key: &[u8]) -> u64 {
    let mut state = hasher.build_hasher();
    match case {
        KeyCase::Sensitive => state.write(key),
        KeyCase::Unicode | KeyCase::Decoded => state.write(&fold(case, key)),
        KeyCase::AsciiInsensitive => {
            let mut lower = [0u8; 64];
            for part in key.chunks(lower.len()) {
                let lower = &mut lower[..part.len()];
                lower.copy_from_slice(part);
                lower.make_ascii_lowercase();
                state.write(lower);
            }
        }
    }
    state.finish()
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
            // Folding may change the length of a key.
            let folded = matches!(semantics.key_case, KeyCase::Unicode | KeyCase::Decoded);
            if key.len() > self.longest[id] && !folded {
                continue;
            }
            let hash = hash(&self.hasher, semantics.key_case, key);
            let same = |&n: &u32| equal(semantics.key_case, self.document.route(n).key(), key);
            let Some(&number) = self.indexes[id].find(hash, same) else {
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
        for &number in &self.indexes[id] {
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

    fn is_empty(&self, id: StageId) -> bool {
        self.stage(id).is_none_or(|stage| stage.first == stage.end)
    }
}
