//! The labels of all keys of two tables, one tree for each way of comparing keys.

use std::collections::HashMap;

use super::edges::Edges;
use super::keys::{Key, Place};
use crate::lookup::fold;
use crate::model::KeyCase;

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
    /// Ends of local parts that keys name, by the node of their host.
    pub(super) ends: HashMap<u32, Vec<Vec<u8>>>,
    /// Bytes that separate an extension in one of the tables.
    pub(super) delimiters: Vec<u8>,
    /// Some key takes hosts below it.
    pub(super) below: bool,
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
    /// Takes in all `keys`, which are gone through twice.
    pub(super) fn new<'k>(keys: impl Iterator<Item = Key<'k>> + Clone) -> Self {
        let cases = levels(keys.clone());
        let level = |case| Level {
            case,
            edges: Edges::default(),
        };
        let (&top, finer) = cases
            .split_last()
            .unwrap_or((&KeyCase::AsciiInsensitive, &[]));
        let mut forest = Forest {
            top: level(top),
            finer: finer.iter().copied().map(level).collect(),
            spellings: Edges::default(),
            locals: Edges::default(),
            ends: HashMap::new(),
            delimiters: Vec::new(),
            below: false,
            odd: Vec::new(),
            incomplete: false,
        };
        // The empty host is a host, and so is one that ends in a dot.
        forest.take_host(b"", false);
        keys.for_each(|key| forest.take(&key));
        forest
    }

    fn take(&mut self, key: &Key<'_>) {
        self.below |= key.below;
        let at = key.text.iter().rposition(|&b| b == b'@');
        match (key.place, at) {
            (Place::Host, _) | (Place::Address, None) => {
                self.take_host(key.text, key.dotted);
            }
            // No address has a host with an `@`.
            (Place::HostOfAddress, at) => {
                if at.is_none() {
                    self.take_host(key.text, key.dotted);
                }
            }
            (Place::Address, Some(at)) => {
                for node in self.take_host(&key.text[at + 1..], key.dotted) {
                    self.take_local(node, &key.text[..at]);
                }
            }
            (Place::Suffix, Some(at)) => {
                let (local, nodes) = (
                    &key.text[..at],
                    self.take_host(&key.text[at + 1..], key.dotted),
                );
                for node in nodes {
                    match local.first() {
                        // All of the host.
                        None => {}
                        Some(b'.' | b'@') => {
                            self.ends.entry(node).or_default().push(local.to_vec())
                        }
                        Some(_) => self.take_local(node, local),
                    }
                }
            }
            (Place::Suffix, None) => match key.text.first() {
                None => {}
                Some(b'.') => {
                    self.take_host(key.text, key.dotted);
                }
                // A sender without `@`.
                Some(_) => self.odd.push(key.text.to_vec()),
            },
        }
    }

    fn take_local(&mut self, node: u32, local: &[u8]) {
        let taken = self.locals.insert(node, local);
        // In the last label of a local part an A-label is none, before it is one: hosts could end up in it.
        let last = local.rsplit(|&b| b == b'.').next().unwrap_or(b"");
        let ace = last
            .get(..4)
            .is_some_and(|four| four.eq_ignore_ascii_case(b"xn--"));
        self.incomplete |= taken.is_none() || (ace && is_folded(self.top.case));
    }

    /// Adds the path of `host`, and that of `host` with a dot behind it when it is `dotted`; returns the nodes in the coarsest
    /// level.
    fn take_host(&mut self, host: &[u8], dotted: bool) -> smallvec::SmallVec<[u32; 2]> {
        let mut nodes = smallvec::SmallVec::new();
        nodes.extend(self.take_one(host));
        if dotted {
            nodes.extend(self.take_one(&[host, b"."].concat()));
        }
        nodes
    }

    fn take_one(&mut self, host: &[u8]) -> Option<u32> {
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

/// The ways of comparing that are in use, finest first.
fn levels<'k>(keys: impl Iterator<Item = Key<'k>>) -> Vec<KeyCase> {
    let mut used = [false; FINENESS.len()];
    for key in keys {
        if let Some(at) = FINENESS.iter().position(|&c| c == key.case) {
            used[at] = true;
        }
        // Keys that are not UTF-8 are compared without regard to ASCII case alone, all of their labels.
        if is_folded(key.case) && !used[1] {
            used[1] = std::str::from_utf8(key.text).is_err();
        }
    }
    let in_use = FINENESS.iter().zip(used).filter(|(_, used)| *used);
    in_use.map(|(&case, _)| case).collect()
}

pub(super) fn is_folded(case: KeyCase) -> bool {
    matches!(case, KeyCase::Unicode | KeyCase::Decoded)
}

/// The dots of RFC 3490 besides `.`: U+3002, U+FF0E, U+FF61.
fn has_other_dots(host: &[u8]) -> bool {
    std::str::from_utf8(host).is_ok_and(|host| host.contains(['\u{3002}', '\u{FF0E}', '\u{FF61}']))
}
