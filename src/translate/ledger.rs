//! What is lost so far, and of which routes.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::loss::{Effect, Loss};
use crate::model::Feature;

/// The account of a translation, by routes of the source.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    /// The losses, in the order of finding.
    pub losses: Vec<Loss>,
    /// Routes that are left out, all or in part.
    pub left_out: BTreeSet<u32>,
    /// Routes whose mail may go another way.
    pub changed: BTreeSet<u32>,
    /// Routes that take more mail.
    pub widened: BTreeSet<u32>,
    /// Routes that must go as a whole because an exception of theirs cannot be said.
    pub banned: BTreeMap<u32, Loss>,
    /// What is lacking for routes that are left out.
    said: HashSet<(u32, Feature)>,
}

impl Ledger {
    /// Enters a loss; the same one is not entered twice.
    pub fn add(&mut self, loss: Loss) {
        if let Some(route) = loss.route {
            match loss.effect {
                Effect::Cosmetic => {}
                Effect::Wider => drop(self.widened.insert(route)),
                effect => {
                    self.changed.insert(route);
                    if effect == Effect::Narrower {
                        self.left_out.insert(route);
                        self.said.insert((route, loss.feature));
                    }
                }
            }
        }
        if self.losses.last() != Some(&loss) {
            self.losses.push(loss);
        }
    }

    /// An account that knows of these routes alone.
    pub fn with(banned: BTreeMap<u32, Loss>) -> Self {
        let mut ledger = Ledger::default();
        for loss in banned.values() {
            ledger.add(loss.clone());
        }
        ledger.banned = banned;
        ledger
    }

    /// Strikes out what was entered last about a route.
    pub fn forget(&mut self, route: u32) {
        while self
            .losses
            .last()
            .is_some_and(|loss| loss.route == Some(route))
        {
            self.losses.pop();
        }
        self.changed.remove(&route);
        self.left_out.remove(&route);
        self.widened.remove(&route);
    }

    /// True when it says that the target lacks `feature` for all or a part of `route`.
    pub fn says(&self, feature: Feature, route: u32) -> bool {
        self.said.contains(&(route, feature))
    }

    /// Enters that a route is left out, all or in part.
    pub fn leave_out(&mut self, feature: Feature, route: u32, text: String) {
        self.add(Loss::new(feature, Effect::Narrower, route, text));
    }
}
