//! An index of routes by sender and recipient, for stages whose routes have conditions.

use std::borrow::Cow;
use std::hash::BuildHasher;
use std::sync::OnceLock;

use hashbrown::{DefaultHashBuilder, HashTable};

use crate::lookup::{equal, fold};
use crate::model::{Document, KeyCase, Semantics, Stage};

/// No route.
const NONE: u32 = u32::MAX;

/// All routes of a stage by the keys of their recipient and their sender, each pair in the order of the file.
///
/// Keys are folded as widely as any product compares them: whoever asks compares them again as the stage does.
#[derive(Debug)]
pub(super) struct PairIndex {
    first: u32,
    end: u32,
    by_pair: Chains,
    /// By the key of the recipient alone, made when somebody asks without a sender.
    by_key: OnceLock<Chains>,
}

/// Numbers of routes with equal hashes, chained in ascending order.
#[derive(Debug)]
struct Chains {
    hasher: DefaultHashBuilder,
    heads: HashTable<(u64, u32)>,
    /// The next route of the chain, by number of the route from the stage's first on.
    next: Vec<u32>,
}

impl Chains {
    fn new(first: u32, end: u32, hash: impl Fn(&DefaultHashBuilder, u32) -> u64) -> Self {
        let mut chains = Chains {
            hasher: DefaultHashBuilder::default(),
            heads: HashTable::new(),
            next: vec![NONE; (end - first) as usize],
        };
        // From the last on, so that every chain begins with its first.
        for number in (first..end).rev() {
            let hash = hash(&chains.hasher, number);
            let entry = chains
                .heads
                .entry(hash, |(other, _)| *other == hash, |(hash, _)| *hash);
            match entry {
                hashbrown::hash_table::Entry::Vacant(entry) => {
                    entry.insert((hash, number));
                }
                hashbrown::hash_table::Entry::Occupied(mut entry) => {
                    chains.next[(number - first) as usize] = entry.get().1;
                    entry.get_mut().1 = number;
                }
            }
        }
        chains
    }

    fn head(&self, hash: u64) -> u32 {
        let found = self.heads.find(hash, |(other, _)| *other == hash);
        found.map_or(NONE, |(_, head)| *head)
    }
}

fn widest(key: &[u8]) -> Cow<'_, [u8]> {
    fold(KeyCase::Unicode, key)
}

impl PairIndex {
    /// Indexes `stage`.
    pub fn new(document: &Document, stage: &Stage) -> Self {
        let hash = |hasher: &DefaultHashBuilder, number| {
            let route = document.route(number);
            let sender = route.condition().and_then(|condition| condition.sender);
            let sender = sender.map_or(&b""[..], |key| document.bytes(key));
            hasher.hash_one((widest(route.key()), widest(sender)))
        };
        PairIndex {
            first: stage.first,
            end: stage.end,
            by_pair: Chains::new(stage.first, stage.end, hash),
            by_key: OnceLock::new(),
        }
    }

    /// The routes whose key is one of `keys`, and whose sender has one of the keys `senders`, with the place of their key
    /// among `keys`; in the order of the file.
    pub fn find<'s>(
        &'s self,
        document: &'s Document,
        semantics: &Semantics,
        keys: &[Cow<'_, [u8]>],
        senders: Option<&[Cow<'_, [u8]>]>,
    ) -> impl Iterator<Item = (u32, usize)> + use<'s> {
        let (chains, mut heads) = match senders {
            None => {
                let chains = self.by_key.get_or_init(|| {
                    let hash = |hasher: &DefaultHashBuilder, number| {
                        hasher.hash_one(widest(document.route(number).key()))
                    };
                    Chains::new(self.first, self.end, hash)
                });
                let head = |key: &Cow<'_, [u8]>| chains.head(chains.hasher.hash_one(widest(key)));
                (chains, keys.iter().map(head).collect::<Vec<u32>>())
            }
            Some(senders) => {
                let chains = &self.by_pair;
                // A route without a sender stands at the empty key, whether or not the walk ends there.
                let empty = [Cow::Borrowed(&b""[..])];
                let any = match senders.iter().any(|key| key.is_empty()) {
                    true => &[][..],
                    false => &empty[..],
                };
                let pair = |key: &Cow<'_, [u8]>, sender: &Cow<'_, [u8]>| {
                    let pair = (widest(key), widest(sender));
                    chains.head(chains.hasher.hash_one(pair))
                };
                let of = |key| {
                    senders
                        .iter()
                        .chain(any)
                        .map(move |sender| pair(key, sender))
                };
                (chains, keys.iter().flat_map(of).collect())
            }
        };
        heads.retain(|&head| head != NONE);
        heads.sort_unstable();
        heads.dedup();
        let keys: Vec<Vec<u8>> = keys.iter().map(|key| key.to_vec()).collect();
        let case = semantics.key_case;
        let first = self.first;
        let numbers = std::iter::from_fn(move || {
            let (at, &number) = heads
                .iter()
                .enumerate()
                .min_by_key(|(_, number)| **number)?;
            match chains.next[(number - first) as usize] {
                NONE => {
                    heads.swap_remove(at);
                }
                next => heads[at] = next,
            }
            Some(number)
        });
        numbers.filter_map(move |number| {
            let key = document.route(number).key();
            let rank = keys.iter().position(|tried| equal(case, tried, key))?;
            Some((number, rank))
        })
    }

    /// The routes of the stage with the same key and the same sender as route `number`, in the order of the file.
    pub fn twins<'s>(
        &'s self,
        document: &'s Document,
        semantics: &Semantics,
        number: u32,
    ) -> impl Iterator<Item = u32> + use<'s> {
        let route = document.route(number);
        let key = [Cow::Borrowed(route.key())];
        let sender_of = |number: u32| {
            let condition = document.route(number).condition()?;
            condition.sender.map(|key| document.bytes(key))
        };
        let own = sender_of(number);
        let sender = [Cow::Borrowed(own.unwrap_or(b""))];
        let case = semantics.key_case;
        let same = move |other: &(u32, usize)| match (own, sender_of(other.0)) {
            (Some(a), Some(b)) => equal(case, a, b),
            (a, b) => a == b,
        };
        let found = self.find(document, semantics, &key, Some(&sender));
        found.filter(same).map(|(number, _)| number)
    }
}
