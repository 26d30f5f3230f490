//! The table in memory, with an index of its keys.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher, Hasher};
use std::sync::OnceLock;

use hashbrown::{DefaultHashBuilder, HashTable};

use crate::lookup::{Found, Hit, Store, StoreError, equal, fold, prefers};
use crate::model::{Action, Document, KeyCase, Stage, StageId};

/// A route in the index, with as much of its key's hash as spares most looks at the key itself.
#[derive(Clone, Copy, Debug)]
struct Slot {
    number: u32,
    tag: u32,
}

/// The part of a hash that the table's own places and marks do not use up.
fn tag(hash: u64) -> u32 {
    (hash >> 24) as u32
}

/// A document and an index of its keys: nine bytes a route on top of the table.
#[derive(Debug)]
pub struct MemoryStore {
    document: Document,
    hasher: DefaultHashBuilder,
    indexes: Vec<HashTable<Slot>>,
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

/// The index of a stage, and the length of its longest key.
fn index(
    document: &Document,
    stage: &Stage,
    hasher: &DefaultHashBuilder,
) -> (HashTable<Slot>, usize) {
    let semantics = stage.semantics;
    let key_hash = |number: u32| hash(hasher, semantics.key_case, document.route(number).key());
    let longest = (stage.first..stage.end)
        .map(|n| document.route(n).key_text().len as usize)
        .max()
        .unwrap_or(0);
    let mut table = HashTable::with_capacity((stage.end - stage.first) as usize);
    for (hash, number) in by_place(stage, key_hash) {
        let key = document.route(number).key();
        let slot = Slot {
            number,
            tag: tag(hash),
        };
        let same = |s: &Slot| {
            s.tag == slot.tag && equal(semantics.key_case, document.route(s.number).key(), key)
        };
        match table.entry(hash, same, |s| key_hash(s.number)) {
            hashbrown::hash_table::Entry::Vacant(entry) => {
                entry.insert(slot);
            }
            hashbrown::hash_table::Entry::Occupied(mut entry) => {
                let other = (0, u64::from(entry.get().number));
                if prefers(semantics.precedence, (0, u64::from(number)), other).is_lt() {
                    *entry.get_mut() = slot;
                }
            }
        }
    }
    (table, longest)
}

/// All routes with their hashes, those that come to lie near one another together.
///
/// A hash table of a million routes is larger than the processor's caches: filled in the order of the file, every insertion
/// would wait for memory. It puts a hash at its low bits.
fn by_place(stage: &Stage, hash: impl Fn(u32) -> u64) -> Vec<(u64, u32)> {
    const PARTS: usize = 256;
    let count = (stage.end - stage.first) as usize;
    let places = (count * 8 / 7).max(PARTS).next_power_of_two();
    let part = |hash: u64| (hash as usize & (places - 1)) / (places / PARTS);
    let hashes: Vec<u64> = (stage.first..stage.end).map(hash).collect();
    let mut ends = [0usize; PARTS];
    hashes.iter().for_each(|&hash| ends[part(hash)] += 1);
    let mut at = 0;
    for end in &mut ends {
        at += std::mem::replace(end, at);
    }
    let mut ordered = vec![(0, 0); count];
    for (&hash, number) in hashes.iter().zip(stage.first..) {
        let next = &mut ends[part(hash)];
        ordered[*next] = (hash, number);
        *next += 1;
    }
    ordered
}

/// Equal keys have equal hashes. The hasher is seeded at random: a file cannot be made to collide.
fn hash(hasher: &DefaultHashBuilder, case: KeyCase, key: &[u8]) -> u64 {
    let mut state = hasher.build_hasher();
    match case {
        KeyCase::Sensitive => state.write(key),
        KeyCase::Unicode | KeyCase::Decoded => state.write(&fold(case, key)),
        KeyCase::AsciiInsensitive => {
            // Setting one bit folds the letters, and a few other bytes with them, eight at a time.
            const FOLD: u64 = 0x2020_2020_2020_2020;
            let (words, rest) = key.as_chunks::<8>();
            words
                .iter()
                .for_each(|word| state.write_u64(u64::from_le_bytes(*word) | FOLD));
            let mut last = [0u8; 8];
            last[..rest.len()].copy_from_slice(rest);
            state.write_u64(u64::from_le_bytes(last) | FOLD);
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
            let same = |s: &Slot| {
                s.tag == tag(hash)
                    && equal(semantics.key_case, self.document.route(s.number).key(), key)
            };
            let Some(&Slot { number, .. }) = self.indexes[id].find(hash, same) else {
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
        for &Slot { number, .. } in &self.indexes[id] {
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
