//! Trees of labels in three flat arrays.

use std::hash::BuildHasher;

use hashbrown::{DefaultHashBuilder, HashTable};

/// Children by parent and label. Numbers count from 1; 0 is the root.
#[derive(Debug, Default)]
pub(super) struct Edges {
    entries: Vec<Entry>,
    bytes: Vec<u8>,
    /// Last child of each parent; 0 is none.
    last: Vec<u32>,
    table: HashTable<u32>,
    /// Seeded at random: a file cannot be made to collide.
    hasher: DefaultHashBuilder,
}

#[derive(Clone, Copy, Debug)]
struct Entry {
    parent: u32,
    /// The child added before; 0 is none.
    before: u32,
    start: usize,
    len: usize,
}

impl Edges {
    /// The child of `parent` at `label`.
    pub(super) fn find(&self, parent: u32, label: &[u8]) -> Option<u32> {
        let same = |&id: &u32| self.parent(id) == parent && self.label(id) == label;
        self.table
            .find(self.hasher.hash_one((parent, label)), same)
            .copied()
    }

    /// The child of `parent` at `label`, made when there is none; `None` when children can no longer be numbered.
    pub(super) fn insert(&mut self, parent: u32, label: &[u8]) -> Option<u32> {
        if let Some(id) = self.find(parent, label) {
            return Some(id);
        }
        let id = u32::try_from(self.entries.len() + 1).ok()?;
        let slot = parent as usize;
        if self.last.len() <= slot {
            self.last.resize(slot + 1, 0);
        }
        self.entries.push(Entry {
            parent,
            before: std::mem::replace(&mut self.last[slot], id),
            start: self.bytes.len(),
            len: label.len(),
        });
        self.bytes.extend_from_slice(label);
        let Edges {
            entries,
            bytes,
            table,
            hasher,
            ..
        } = self;
        let rehash = |&id: &u32| {
            let entry = entries[id as usize - 1];
            hasher.hash_one((entry.parent, &bytes[entry.start..entry.start + entry.len]))
        };
        table.insert_unique(hasher.hash_one((parent, label)), id, rehash);
        Some(id)
    }

    /// The children of `parent`, by label: an order that does not depend on which table named them first.
    pub(super) fn children(&self, parent: u32) -> Vec<u32> {
        let mut found = Vec::new();
        let mut id = self.last.get(parent as usize).copied().unwrap_or(0);
        while id != 0 {
            found.push(id);
            id = self.entries[id as usize - 1].before;
        }
        found.sort_unstable_by(|&a, &b| self.label(a).cmp(self.label(b)));
        found
    }

    /// The label of child `id`.
    pub(super) fn label(&self, id: u32) -> &[u8] {
        let entry = self.entries[id as usize - 1];
        &self.bytes[entry.start..entry.start + entry.len]
    }

    /// Number of children there are.
    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    fn parent(&self, id: u32) -> u32 {
        self.entries[id as usize - 1].parent
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn children_come_sorted_and_once() {
        let mut edges = Edges::default();
        let com = edges.insert(0, b"com").unwrap();
        let empty = edges.insert(com, b"").unwrap();
        let b = edges.insert(com, b"b").unwrap();
        let a = edges.insert(com, b"a").unwrap();
        assert_eq!(edges.insert(com, b"b"), Some(b));
        assert_eq!(edges.children(com), [empty, a, b]);
        assert_eq!(edges.children(0), [com]);
        assert!(edges.children(a).is_empty());
        assert_eq!(edges.find(com, b""), Some(empty));
        assert_eq!(edges.find(0, b"a"), None);
    }
}
