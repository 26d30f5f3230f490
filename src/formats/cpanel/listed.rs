//! Which domains are listed where: what several files together say of one domain.

use std::collections::HashMap;

use super::{LOCAL, MANUAL, REMOTE, SECONDARY};
use crate::diagnostic::{Finding, Severity};
use crate::formats::notes::Notes;
use crate::source::{Span, Visible};

/// A list, by its place in [`FILES`].
pub(super) type Which = usize;

/// The files that list domains, in the order in which an answer asks them.
pub(super) const FILES: [&str; 4] = [LOCAL, MANUAL, SECONDARY, REMOTE];

pub(super) const IS_LOCAL: Which = 0;
pub(super) const IS_MANUAL: Which = 1;
pub(super) const IS_SECONDARY: Which = 2;
pub(super) const IS_REMOTE: Which = 3;

/// Where one domain stands first in each file.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Places {
    pub at: [Option<Span>; 4],
    /// Something is wrong with it.
    pub broken: bool,
}

/// All domains.
#[derive(Debug, Default)]
pub(super) struct Listed {
    places: HashMap<Vec<u8>, Places>,
    /// In the order of first mention.
    order: Vec<Vec<u8>>,
}

impl Listed {
    /// Notes that `which` lists `key` at `span`; false when it did before.
    pub fn add(&mut self, which: Which, key: &[u8], span: Span) -> bool {
        let place = &mut self.of_mut(key).at[which];
        let first = place.is_none();
        place.get_or_insert(span);
        first
    }

    /// Notes that an entry for `key` is not as it should be.
    pub fn break_(&mut self, key: &[u8]) {
        self.of_mut(key).broken = true;
    }

    fn of_mut(&mut self, key: &[u8]) -> &mut Places {
        let key = key.to_ascii_lowercase();
        if !self.places.contains_key(&key) {
            self.order.push(key.clone());
        }
        self.places.entry(key).or_default()
    }

    /// Where `key` stands.
    pub fn of(&self, key: &[u8]) -> Places {
        let found = self.places.get(&key.to_ascii_lowercase());
        found.copied().unwrap_or_default()
    }

    /// How many domains there are, and how many of them are free of errors.
    pub fn counts(&self) -> (u64, u64) {
        let usable = self.places.values().filter(|places| !places.broken);
        (self.places.len() as u64, usable.count() as u64)
    }

    /// Reports domains that two files want to be different things.
    pub fn conflicts(&mut self, notes: &mut Notes<'_>) {
        for key in &self.order {
            let Some(places) = self.places.get_mut(key) else {
                continue;
            };
            let Some(local) = places.at[IS_LOCAL] else {
                continue;
            };
            for (which, rule, loses, help) in OVERLAPS {
                let Some(other) = places.at[which] else {
                    continue;
                };
                let message = format!("{} is in {LOCAL} and in {}", Visible(key), FILES[which]);
                let finding = Finding::new(rule, Severity::Error, other, message)
                    .effect(loses)
                    .help(help)
                    .label(local, "its mail stays here");
                notes.add(finding);
                places.broken = true;
            }
        }
    }
}

/// What must not meet with `localdomains`: rule, effect, help.
const OVERLAPS: [(Which, &str, &str, &str); 3] = [
    (
        IS_MANUAL,
        "conflict",
        "mail for it stays in mailboxes of this server: a local domain is never looked up, so that the host named here gets nothing",
        "delete it from localdomains and list it in remotedomains, or delete it here",
    ),
    (
        IS_SECONDARY,
        "overlap",
        "mail for it stays in mailboxes of this server: the backup listing has no effect, and the better MX gets nothing",
        "keep it in one of the two lists",
    ),
    (
        IS_REMOTE,
        "overlap",
        "mail for it that is sent from this server stays in a local mailbox, though the world delivers it to its MX",
        "keep it in one of the two lists: in remotedomains when its mailboxes are elsewhere",
    ),
];
