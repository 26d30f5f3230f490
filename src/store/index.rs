//! An index of the keys of one stage.

use std::hash::{BuildHasher, Hasher};

use hashbrown::hash_table::Entry;
use hashbrown::{DefaultHashBuilder, HashTable};

use crate::lookup::{equal, fold, prefers};
use crate::model::{Document, KeyCase, Semantics, Stage};

/// Fewer routes than this are not worth a second thread.
const WORTH_A_THREAD: usize = 32 * 1024;

/// Which route decides for a key: nine bytes a route.
#[derive(Debug)]
pub(super) struct KeyIndex {
    hasher: DefaultHashBuilder,
    semantics: Semantics,
    /// Length of the longest key.
    longest: usize,
    /// Two halves, by one bit of the hash: each is made by a thread of its own.
    shards: [HashTable<Slot>; 2],
}

/// A route, with as much of its key's hash as spares most looks at the key itself.
#[derive(Clone, Copy, Debug)]
struct Slot {
    number: u32,
    tag: u32,
}

/// The bits of a hash that neither the tables nor the choice of one use.
fn tag(hash: u64) -> u32 {
    (hash >> 24) as u32
}

fn shard(hash: u64) -> usize {
    (hash >> 56) as usize & 1
}

impl KeyIndex {
    /// Indexes `stage`. Of routes with equal keys only the one that decides is kept.
    pub fn new(document: &Document, stage: &Stage) -> Self {
        let longest = (stage.first..stage.end)
            .map(|n| document.route(n).key_text().len as usize)
            .max();
        let mut index = KeyIndex {
            hasher: DefaultHashBuilder::default(),
            semantics: stage.semantics,
            longest: longest.unwrap_or(0),
            shards: Default::default(),
        };
        let middle = stage.first + (stage.end - stage.first) / 2;
        let halves = [stage.first..middle, middle..stage.end];
        let worth = (stage.end - stage.first) as usize >= WORTH_A_THREAD;
        let hashes = both(worth, |n| {
            let keys = halves[n].clone().map(|number| document.route(number).key());
            keys.map(|key| index.hash(key)).collect::<Vec<u64>>()
        });
        let shards = both(worth, |n| {
            let all = hashes.iter().flatten().copied().zip(stage.first..stage.end);
            index.fill(
                document,
                by_place(all.filter(|(hash, _)| shard(*hash) == n).collect()),
            )
        });
        index.shards = shards;
        index
    }

    /// The route that decides for `key`.
    pub fn find(&self, document: &Document, key: &[u8]) -> Option<u32> {
        let case = self.semantics.key_case;
        // Folding to Unicode may change the length of a key.
        if key.len() > self.longest && !matches!(case, KeyCase::Unicode | KeyCase::Decoded) {
            return None;
        }
        let hash = self.hash(key);
        let same =
            |s: &Slot| s.tag == tag(hash) && equal(case, document.route(s.number).key(), key);
        self.shards[shard(hash)]
            .find(hash, same)
            .map(|slot| slot.number)
    }

    /// All routes that can decide.
    pub fn numbers(&self) -> impl Iterator<Item = u32> {
        self.shards.iter().flatten().map(|slot| slot.number)
    }

    fn fill(&self, document: &Document, routes: Vec<(u64, u32)>) -> HashTable<Slot> {
        let Semantics {
            key_case,
            precedence,
            ..
        } = self.semantics;
        let mut table = HashTable::with_capacity(routes.len());
        for (hash, number) in routes {
            let key = document.route(number).key();
            let slot = Slot {
                number,
                tag: tag(hash),
            };
            let same = |s: &Slot| {
                s.tag == slot.tag && equal(key_case, document.route(s.number).key(), key)
            };
            match table.entry(hash, same, |s| self.hash(document.route(s.number).key())) {
                Entry::Vacant(entry) => {
                    entry.insert(slot);
                }
                Entry::Occupied(mut entry) => {
                    let other = (0, u64::from(entry.get().number));
                    if prefers(precedence, (0, u64::from(number)), other).is_lt() {
                        *entry.get_mut() = slot;
                    }
                }
            }
        }
        table
    }

    /// Equal keys have equal hashes. The hasher is seeded at random: a file cannot be made to collide.
    fn hash(&self, key: &[u8]) -> u64 {
        let mut state = self.hasher.build_hasher();
        match self.semantics.key_case {
            KeyCase::Sensitive => state.write(key),
            case @ (KeyCase::Unicode | KeyCase::Decoded) => state.write(&fold(case, key)),
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
}

/// Routes with their hashes, those that come to lie near one another together.
///
/// A hash table of a million routes is larger than the processor's caches: filled in the order of the file, every insertion
/// would wait for memory. It puts a hash at its low bits.
fn by_place(routes: Vec<(u64, u32)>) -> Vec<(u64, u32)> {
    const PARTS: usize = 256;
    let places = (routes.len() * 8 / 7).max(PARTS).next_power_of_two();
    let part = |hash: u64| (hash as usize & (places - 1)) / (places / PARTS);
    let mut ends = [0usize; PARTS];
    routes.iter().for_each(|&(hash, _)| ends[part(hash)] += 1);
    let mut at = 0;
    for end in &mut ends {
        at += std::mem::replace(end, at);
    }
    let mut ordered = vec![(0, 0); routes.len()];
    for route in routes {
        let next = &mut ends[part(route.0)];
        ordered[*next] = route;
        *next += 1;
    }
    ordered
}

/// Two pieces of work, at the same time when that is worth a thread.
fn both<T: Send>(worth: bool, work: impl Fn(usize) -> T + Sync) -> [T; 2] {
    if !worth {
        return [work(0), work(1)];
    }
    std::thread::scope(|scope| {
        let second = scope.spawn(|| work(1));
        let first = work(0);
        // A thread that could not end is done again here, where its panic is ours.
        [first, second.join().unwrap_or_else(|_| work(1))]
    })
}
