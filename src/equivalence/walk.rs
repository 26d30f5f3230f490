//! The walk over all classes.

use std::collections::HashSet;

use super::comparison::Recipients;
use super::forest::{Forest, is_folded};
use super::locals::locals_at;
use super::shape::{OTHER, Rules, fresh, name, prefixes};
use super::spelling::spellings;
use crate::lookup::{StoreError, fold};
use crate::model::KeyCase;

/// Most levels beside the coarsest: one for each way of comparing keys but that one.
const FINER: usize = 3;

/// One way to spell the way down to a node.
#[derive(Debug)]
struct State {
    /// For each finer level the deepest node on the way, and whether the whole way has one.
    finer: [(u32, bool); FINER],
    /// What the worst of the labels is to a product that checks names; 0 where that does not matter.
    name: u8,
    /// Number of the state above.
    above: usize,
    /// The label.
    label: Vec<u8>,
}

/// A node of the coarsest level on the way down.
struct Frame {
    states: Vec<State>,
    children: Vec<u32>,
    next: usize,
}

/// What a witness showed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Finding {
    /// Both tables decide alike.
    pub same: bool,
    /// One of the decisions is made from the host itself.
    pub own_mx: bool,
    /// Neither table has a say.
    pub default: bool,
    /// One of the decisions holds the text of the host, and the other does not.
    pub by_name: bool,
}

/// Sees a witness of every class.
pub(super) trait Visitor {
    /// Sees `local` at `host`, found at `depth` in the tree.
    ///
    /// # Errors
    /// As [`select`](crate::lookup::select).
    fn see(&mut self, host: &[u8], local: &[u8], depth: usize) -> Result<Finding, StoreError>;

    /// The walk leaves the node at `depth`.
    fn leave(&mut self, depth: usize);

    /// How the products differ.
    fn rules(&self) -> Rules;

    /// True when no more classes are to be looked at.
    fn is_spent(&self) -> bool;

    /// So many classes are left out.
    fn give_up(&mut self, classes: u64);
}

/// The tree, who sees the classes, and the way down to the node looked at.
pub(super) struct Walker<'w, V> {
    forest: &'w Forest,
    visitor: &'w mut V,
    recipients: Recipients,
    /// Both products drop a dot at the end of a host: what they then see is what the tree holds.
    drops_dot: bool,
    stranger: &'w [u8],
    /// Prefixes of [`prefixes`] done on the default path, below a plain host.
    done: HashSet<Vec<u8>>,
    frames: Vec<Frame>,
    visited: usize,
    host: Vec<u8>,
}

impl<'w, V: Visitor> Walker<'w, V> {
    /// `stranger` is a local part that no key names.
    pub(super) fn new(
        forest: &'w Forest,
        visitor: &'w mut V,
        recipients: Recipients,
        drops_dot: bool,
        stranger: &'w [u8],
    ) -> Self {
        Walker {
            forest,
            visitor,
            recipients,
            drops_dot,
            stranger,
            done: HashSet::new(),
            frames: Vec::new(),
            visited: 0,
            host: Vec::new(),
        }
    }

    /// Puts a witness of every class to both tables. The way down is kept here, not on the stack: a key may have a million
    /// labels.
    ///
    /// # Errors
    /// As [`select`](crate::lookup::select).
    pub(super) fn run(&mut self) -> Result<(), StoreError> {
        let root = State {
            finer: [(0, true); FINER],
            name: 0,
            above: 0,
            label: Vec::new(),
        };
        self.enter(0, vec![root])?;
        while let Some(frame) = self.frames.last_mut() {
            let Some(&child) = frame.children.get(frame.next) else {
                self.visitor.leave(self.frames.len());
                self.frames.pop();
                continue;
            };
            frame.next += 1;
            if self.visitor.is_spent() {
                // Every node stands for two classes at least: itself, and what is below it.
                let left = self.forest.top.edges.len() + 1 - self.visited;
                self.visitor.give_up(2 * left as u64);
                return Ok(());
            }
            let states = self.states_at(child);
            self.enter(child, states)?;
        }
        Ok(())
    }

    fn enter(&mut self, node: u32, states: Vec<State>) -> Result<(), StoreError> {
        self.visited += 1;
        let count = states.len();
        self.frames.push(Frame {
            states,
            children: self.forest.top.edges.children(node),
            next: 0,
        });
        for state in 0..count {
            // The root is no host.
            if self.frames.len() > 1 {
                self.exact(node, state)?;
            }
            self.below(node, state)?;
        }
        Ok(())
    }

    /// The host that is the node, for every local part that a key names there and for all others.
    fn exact(&mut self, node: u32, state: usize) -> Result<(), StoreError> {
        let depth = self.frames.len();
        self.write_host(state, None);
        self.exact_local(self.stranger, depth)?;
        if self.recipients == Recipients::Addresses {
            for local in locals_at(self.forest, node, self.stranger) {
                self.exact_local(&local, depth)?;
            }
        }
        Ok(())
    }

    fn exact_local(&mut self, local: &[u8], depth: usize) -> Result<(), StoreError> {
        let found = self.visitor.see(&self.host, local, depth)?;
        if found.same && found.by_name {
            // The name may be the one that the other table states; in other letters it is not.
            let large = self.host.to_ascii_uppercase();
            let small = self.host.to_ascii_lowercase();
            for host in [large, small] {
                if host != self.host {
                    self.visitor.see(&host, local, depth)?;
                }
            }
        }
        Ok(())
    }

    /// The hosts that hang below the node by a label that the tree does not have.
    fn below(&mut self, node: u32, state: usize) -> Result<(), StoreError> {
        let depth = self.frames.len();
        if depth > 1 && !self.forest.below {
            return Ok(());
        }
        let top = &self.forest.top;
        let taken = |label: &[u8]| top.edges.find(node, &fold(top.case, label)).is_some();
        let label = fresh(OTHER, taken);
        self.write_host(state, Some(&label));
        let plain = self.visitor.see(&self.host, self.stranger, depth)?;
        if plain.same && plain.by_name {
            // The name may be the one that the other table states: a second one is not.
            let more = fresh(&[&label, &b"x"[..]].concat(), taken);
            self.write_host(state, Some(&more));
            self.visitor.see(&self.host, self.stranger, depth)?;
            self.write_host(state, Some(&label));
        }
        let rules = self.visitor.rules();
        if !plain.same || !rules.matter(plain.own_mx) {
            return Ok(());
        }
        let is_plain_host = !rules.names || name(&self.host) == 0;
        self.write_host(state, None);
        let suffix = (depth > 1).then(|| self.host.clone());
        for prefix in prefixes(&rules, suffix.as_deref(), &taken) {
            if plain.default && is_plain_host && self.done.contains(&prefix) {
                continue;
            }
            self.write_host(state, Some(&prefix));
            let found = self.visitor.see(&self.host, self.stranger, depth)?;
            let by_itself = !prefix.iter().any(|b| b.is_ascii_digit()) || prefix == b"xn--p1";
            if found.default && plain.default && is_plain_host && by_itself {
                self.done.insert(prefix);
            }
        }
        Ok(())
    }

    /// Writes the host that `state` of the last frame spells, with `prefix` before it.
    fn write_host(&mut self, state: usize, prefix: Option<&[u8]>) {
        self.host.clear();
        self.host.extend_from_slice(prefix.unwrap_or(b""));
        let mut first = prefix.is_none();
        let mut at = state;
        for frame in self.frames.iter().skip(1).rev() {
            if !first {
                self.host.push(b'.');
            }
            first = false;
            let state = &frame.states[at];
            self.host.extend_from_slice(&state.label);
            at = state.above;
        }
        if self.drops_dot && self.host.last() == Some(&b'.') {
            self.host.push(b'.');
        }
    }

    /// All ways to spell the way to `child` that a finer level, or a check of names, tells from one another.
    fn states_at(&self, child: u32) -> Vec<State> {
        let forest = self.forest;
        let above = self.frames.last().map_or(&[][..], |frame| &frame.states);
        let folded = forest.top.edges.label(child);
        let labels = if forest.finer.is_empty() {
            vec![folded.to_vec()]
        } else {
            let listed = forest.spellings.children(child);
            let listed = listed
                .into_iter()
                .map(|id| forest.spellings.label(id).to_vec());
            let case_matters =
                forest.top.case != KeyCase::Sensitive && forest.finer[0].case == KeyCase::Sensitive;
            spellings(listed.collect(), folded, forest.top.case, case_matters)
        };
        let named = self.visitor.rules().names && is_folded(forest.top.case);
        let labels: Vec<(Vec<u8>, u8)> = labels
            .into_iter()
            .map(|label| {
                let kind = if named { name(&label) } else { 0 };
                (label, kind)
            })
            .collect();
        // Off all finer levels, only what a check of names sees is left to tell spellings apart.
        let mut kinds = HashSet::new();
        let few: Vec<usize> = (0..labels.len())
            .filter(|&i| kinds.insert(labels[i].1))
            .collect();

        let mut seen = HashSet::new();
        let mut states = Vec::new();
        for (number, state) in above.iter().enumerate() {
            let on = state.finer[..forest.finer.len()].iter().any(|&(_, on)| on);
            let choices: Vec<usize> = if on {
                (0..labels.len()).collect()
            } else {
                few.clone()
            };
            for (label, kind) in choices.into_iter().map(|i| &labels[i]) {
                let mut finer = state.finer;
                for (level, at) in forest.finer.iter().zip(&mut finer) {
                    if at.1 {
                        let next = level.edges.find(at.0, &fold(level.case, label));
                        *at = next.map_or((at.0, false), |node| (node, true));
                    }
                }
                let name = state.name.max(*kind);
                if seen.insert((finer, name)) {
                    states.push(State {
                        finer,
                        name,
                        above: number,
                        label: label.clone(),
                    });
                }
            }
        }
        states
    }
}
