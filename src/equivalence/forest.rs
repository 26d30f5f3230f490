//! The labels of all keys of two tables, one tree for each way of comparing keys.

use super::comparison::Recipients;
use super::edges::Edges;
use crate::lookup::Store;
use crate::lookup::fold;
use crate::model::{KeyCase, Stage, Subject};

/// A tree of labels under one way of comparing.
#[derive(Debug)]
pub(super) struct Level {
    /// How labels are compared.
    pub(super) case: KeyCase,
    /// The labels, folded.
    pub(super) edges: Edges,
}

/// All keys of two tables. The coarsest level leads; whatever is equal in a finer one is equal in it.
#[derive(Debug)]
pub(super) struct Forest {
    /// The coarsest level.
    pub(super) top: Level,
    /// The other levels in use, finest first.
    pub(super) finer: Vec<Level>,
    /// Labels as keys spell them, by node of the coarsest level; empty without finer levels.
    pub(super) spellings: Edges,
    /// Local parts that keys name, by node of the coarsest level.
    pub(super) locals: Edges,
    /// Keys with a dot other than `.` where a table takes it for one.
    pub(super) odd: Vec<Vec<u8>>,
    /// Something could not be taken in: more than 2^32 labels, or keys that the store does not show.
    pub(super) incomplete: bool,
}

/// From fine to coarse: each is contained in the next.
const FINENESS: [KeyCase; 4] = [
    KeyCase::Sensitive,
    KeyCase::AsciiInsensitive,
    KeyCase::Decoded,
    KeyCase::Unicode,
];

impl Forest {
    /// Takes in the keys of both tables.
    pub(super) fn new(stores: [&dyn Store; 2], recipients: Recipients) -> Self {
        let mut forest = Forest::with_levels(&levels(stores, recipients));
        // The empty host is a host, and so is one that ends in a dot.
        forest.take_host(b"");
        for store in stores {
            for stage in asked_stages(store, recipients) {
                for number in stage.first..stage.end {
                    forest.take(store.document().route(number).key(), stage, recipients);
                }
            }
            let unseen = |(id, stage): (usize, &Stage)| {
                stage.first == stage.end && !store.is_empty(id) && is_asked(stage, recipients)
            };
            let mut stages = store.document().table.stages().iter().enumerate();
            forest.incomplete |= stages.any(unseen);
        }
        forest
    }

    fn with_levels(cases: &[KeyCase]) -> Self {
        let level = |case| Level {
            case,
            edges: Edges::default(),
        };
        let (&top, finer) = cases
            .split_last()
            .unwrap_or((&KeyCase::AsciiInsensitive, &[]));
        Forest {
            top: level(top),
            finer: finer.iter().copied().map(level).collect(),
            spellings: Edges::default(),
            locals: Edges::default(),
            odd: Vec::new(),
            incomplete: false,
        }
    }

    fn take(&mut self, key: &[u8], stage: &Stage, recipients: Recipients) {
        let at = key.iter().rposition(|&b| b == b'@');
        match (recipients, stage.semantics.subject, at) {
            (Recipients::Addresses, Subject::Recipient, Some(at)) => {
                let node = self.take_host(&key[at + 1..]);
                let taken = node.and_then(|node| self.locals.insert(node, &key[..at]));
                self.incomplete |= taken.is_none();
                // Local parts are asked for as the key spells them, and no other way.
                self.incomplete |= stage.semantics.key_case != KeyCase::AsciiInsensitive;
            }
            // No address has a host with an `@`.
            (Recipients::Addresses, _, Some(_)) => {}
            _ => {
                self.take_host(key);
            }
        }
    }

    /// Adds the path of `host`; returns its node in the coarsest level.
    fn take_host(&mut self, host: &[u8]) -> Option<u32> {
        if is_folded(self.top.case) && has_other_dots(host) {
            self.odd.push(host.to_vec());
            let folded = fold(self.top.case, host);
            let mut labels = folded.rsplit(|&b| b == b'.');
            let node = labels.try_fold(0, |node, label| self.top.edges.insert(node, label));
            self.incomplete |= node.is_none();
            return node;
        }
        let mut node = 0;
        let mut below = vec![0; self.finer.len()];
        for label in host.rsplit(|&b| b == b'.') {
            let mut taken = self.top.edges.insert(node, &fold(self.top.case, label));
            node = taken.unwrap_or(node);
            for (level, at) in self.finer.iter_mut().zip(&mut below) {
                taken = taken.and(level.edges.insert(*at, &fold(level.case, label)));
                *at = taken.unwrap_or(*at);
            }
            if !self.finer.is_empty() {
                taken = taken.and(self.spellings.insert(node, label));
            }
            if taken.is_none() {
                self.incomplete = true;
                return None;
            }
        }
        Some(node)
    }
}

/// The stages that a recipient is put to.
fn asked_stages(store: &dyn Store, recipients: Recipients) -> impl Iterator<Item = &Stage> {
    let stages = store.document().table.stages().iter();
    stages.filter(move |stage| is_asked(stage, recipients))
}

fn is_asked(stage: &Stage, recipients: Recipients) -> bool {
    match stage.semantics.subject {
        Subject::Host => true,
        Subject::Recipient => recipients == Recipients::Addresses,
        Subject::Sender => false,
    }
}

/// The ways of comparing that are in use, finest first.
fn levels(stores: [&dyn Store; 2], recipients: Recipients) -> Vec<KeyCase> {
    let mut used = [false; FINENESS.len()];
    for store in stores {
        for stage in asked_stages(store, recipients).filter(|s| s.first < s.end) {
            let case = stage.semantics.key_case;
            if let Some(at) = FINENESS.iter().position(|&c| c == case) {
                used[at] = true;
            }
            // Keys that are not UTF-8 are compared without regard to ASCII case alone, all of their labels.
            let raw = |number| std::str::from_utf8(store.document().route(number).key()).is_err();
            if is_folded(case) && !used[1] {
                used[1] = (stage.first..stage.end).any(raw);
            }
        }
    }
    let in_use = FINENESS.iter().zip(used).filter(|(_, used)| *used);
    in_use.map(|(&case, _)| case).collect()
}

fn is_folded(case: KeyCase) -> bool {
    matches!(case, KeyCase::Unicode | KeyCase::Decoded)
}

/// The dots of RFC 3490 besides `.`: U+3002, U+FF0E, U+FF61.
fn has_other_dots(host: &[u8]) -> bool {
    std::str::from_utf8(host).is_ok_and(|host| host.contains(['\u{3002}', '\u{FF0E}', '\u{FF61}']))
}
