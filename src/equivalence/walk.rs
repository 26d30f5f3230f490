//! The walk over all classes.

use std::collections::HashSet;

use super::comparison::Recipients;
use super::forest::Forest;
use super::judge::Judge;
use super::shape::{OTHER, fresh, name, prefixes};
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

/// The tree, the judge, and the way down to the node looked at.
pub(super) struct Walker<'w, 'a> {
    forest: &'w Forest,
    judge: &'w mut Judge<'a>,
    recipients: Recipients,
    max_classes: u64,
    frames: Vec<Frame>,
    visited: usize,
    host: Vec<u8>,
}

impl<'w, 'a> Walker<'w, 'a> {
    pub(super) fn new(
        forest: &'w Forest,
        judge: &'w mut Judge<'a>,
        recipients: Recipients,
        max_classes: u64,
    ) -> Self {
        Walker {
            forest,
            judge,
            recipients,
            max_classes,
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
                self.judge.leave(self.frames.len());
                self.frames.pop();
                continue;
            };
            frame.next += 1;
            if self.judge.spent >= self.max_classes {
                // Every node stands for two classes at least: itself, and what is below it.
                let left = self.forest.top.edges.len() + 1 - self.visited;
                self.judge.give_up(2 * left as u64);
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
        let stranger = std::mem::take(&mut self.judge.stranger);
        let mut asked = self.judge.ask(&self.host, &stranger, depth);
        self.judge.stranger = stranger;
        if self.recipients == Recipients::Addresses {
            for local in self.forest.locals.children(node) {
                asked = asked.and(self.judge.ask(
                    &self.host,
                    self.forest.locals.label(local),
                    depth,
                ));
            }
        }
        asked.map(|_| ())
    }

    /// The hosts that hang below the node by a label that the tree does not have.
    fn below(&mut self, node: u32, state: usize) -> Result<(), StoreError> {
        let depth = self.frames.len();
        let top = &self.forest.top;
        let taken = |label: &[u8]| top.edges.find(node, &fold(top.case, label)).is_some();
        let label = fresh(OTHER, taken);
        self.write_host(state, Some(&label));
        let stranger = self.judge.stranger.clone();
        let plain = self.judge.ask(&self.host, &stranger, depth)?;
        let rules = self.judge.rules;
        if !plain.same || !rules.matter(plain.own_mx) {
            return Ok(());
        }
        let is_plain_host = !rules.names || name(&self.host) == 0;
        self.write_host(state, None);
        let suffix = (depth > 1).then(|| self.host.clone());
        for prefix in prefixes(&rules, suffix.as_deref(), &taken) {
            if plain.default && is_plain_host && self.judge.done.contains(&prefix) {
                continue;
            }
            self.write_host(state, Some(&prefix));
            let found = self.judge.ask(&self.host, &stranger, depth)?;
            let by_itself = !prefix.iter().any(|b| b.is_ascii_digit()) || prefix == b"xn--p1";
            if found.default && plain.default && is_plain_host && by_itself {
                self.judge.done.insert(prefix);
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
        let unicode = matches!(forest.top.case, KeyCase::Unicode | KeyCase::Decoded);
        let named = self.judge.rules.names && unicode;
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
