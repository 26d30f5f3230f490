//! An index of the keys of one stage.

use std::hash::{BuildHasher, Hasher};

use hashbrown::hash_table::Entry;
use hashbrown::{DefaultHashBuilder, HashTable};

use crate::lookup::{equal, fold, folds_as_ascii, prefers};
use crate::model::{Document, KeyCase, Semantics, Stage};

/// Fewer routes than this are not worth a second thread.
const WORTH_A_THREAD: usize = 32 * 1024;

/// Which route decides for a key: nine bytes a route.
#[derive(Debug)]
pub(super) struct KeyIndex {
    hasher: DefaultHashBuilder,
    semantics: Semantics,
    /// Two halves, by one bit of the hash: each is made by a thread of its own.
    shards: [HashTable<Slot>; 2],
    /// Routes whose key another one decides for.
    repeated: [Vec<u32>; 2],
    /// Which lengths keys have, a bit each; `None` when equal keys may differ in length.
    lengths: Option<Lengths>,
}

/// Which lengths keys have: a walk over a long name tries hundreds of suffixes, and few have the length of any key.
#[derive(Debug, Default)]
struct Lengths(Vec<u64>);

impl Lengths {
    fn insert(&mut self, length: usize) {
        if self.0.len() <= length / 64 {
            self.0.resize(length / 64 + 1, 0);
        }
        self.0[length / 64] |= 1 << (length % 64);
    }

    /// The lengths of both.
    fn or(self, other: Lengths) -> Self {
        let (mut all, less) = match self.0.len() < other.0.len() {
            true => (other, self),
            false => (self, other),
        };
        all.0.iter_mut().zip(less.0).for_each(|(a, b)| *a |= b);
        all
    }

    fn has(&self, length: usize) -> bool {
        self.0
            .get(length / 64)
            .is_some_and(|word| word >> (length % 64) & 1 == 1)
    }
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
        let case = stage.semantics.key_case;
        let mut index = KeyIndex {
            hasher: DefaultHashBuilder::default(),
            semantics: stage.semantics,
            shards: Default::default(),
            repeated: Default::default(),
            lengths: None,
        };
        let middle = stage.first + (stage.end - stage.first) / 2;
        let halves = [stage.first..middle, middle..stage.end];
        let worth = (stage.end - stage.first) as usize >= WORTH_A_THREAD;
        let looks = both(worth, |n| {
            let mut lengths = Some(Lengths::default());
            let keys = halves[n].clone().map(|number| document.route(number).key());
            let hashes = keys.map(|key| {
                match &mut lengths {
                    Some(lengths) if keeps_length(case, || key) => lengths.insert(key.len()),
                    _ => lengths = None,
                }
                index.hash(key)
            });
            (hashes.collect::<Vec<u64>>(), lengths)
        });
        let [(first, few), (second, more)] = looks;
        index.lengths = few.zip(more).map(|(few, more)| few.or(more));
        let hashes = [first, second];
        let shards = both(worth, |n| {
            let all = hashes.iter().flatten().copied().zip(stage.first..stage.end);
            index.fill(
                document,
                by_place(all.filter(|(hash, _)| shard(*hash) == n).collect()),
            )
        });
        let [(first, few), (second, more)] = shards;
        index.shards = [first, second];
        index.repeated = [few, more];
        index
    }

    /// The route that decides for `key`.
    pub fn find(&self, document: &Document, key: &[u8]) -> Option<u32> {
        let case = self.semantics.key_case;
        if let Some(lengths) = &self.lengths
            && !lengths.has(key.len())
            && keeps_length(case, || key)
        {
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

    /// The routes that cannot decide because another one with an equal key does, in the order of reading.
    pub fn repeated(&self) -> Vec<u32> {
        let mut all = self.repeated.concat();
        all.sort_unstable();
        all
    }

    fn fill(&self, document: &Document, routes: Vec<(u64, u32)>) -> (HashTable<Slot>, Vec<u32>) {
        let Semantics {
            key_case,
            precedence,
            ..
        } = self.semantics;
        let mut repeated = Vec::new();
        let mut table = HashTable::with_capacity(routes.len());
        // Keys are looked at only where tags agree: almost every look would wait for memory.
        let key = |number: u32| document.route(number).key();
        for (hash, number) in routes {
            let slot = Slot {
                number,
                tag: tag(hash),
            };
            let same = |s: &Slot| s.tag == slot.tag && equal(key_case, key(s.number), key(number));
            match table.entry(hash, same, |s| self.hash(key(s.number))) {
                Entry::Vacant(entry) => {
                    entry.insert(slot);
                }
                Entry::Occupied(mut entry) => {
                    let other = (0, u64::from(entry.get().number));
                    let loser = if prefers(precedence, (0, u64::from(number)), other).is_lt() {
                        std::mem::replace(entry.get_mut(), slot)
                    } else {
                        slot
                    };
                    repeated.push(loser.number);
                }
            }
        }
        (table, repeated)
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

/// Whether all keys equal to `key` have its length, but for those that this is false of.
fn keeps_length<'k>(case: KeyCase, key: impl FnOnce() -> &'k [u8]) -> bool {
    match case {
        KeyCase::Sensitive | KeyCase::AsciiInsensitive => true,
        KeyCase::Unicode | KeyCase::Decoded => folds_as_ascii(key()),
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
