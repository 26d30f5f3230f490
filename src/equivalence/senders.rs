//! The senders that two tables tell from one another.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use super::comparison::Recipients;
use super::forest::Forest;
use super::keys::{Key, Place, sender_keys};
use super::locals::stranger;
use super::shape::{NO_RULES, Rules};
use super::walk::{Finding, Visitor, Walker};
use crate::lookup::{Contender, Store, StoreError, keys};
use crate::model::{KeyCase, Subject, Walk};

/// The senders for a recipient.
#[derive(Debug)]
pub(super) enum Several {
    /// No sender matters.
    None,
    /// One of each class, the empty one being the null sender; and whether these are all.
    Listed(Vec<Vec<u8>>, bool),
}

/// A key of a sender in a condition: how it is compared, whether it takes what is below it, its text.
type ConditionKey<'a> = (KeyCase, bool, &'a [u8]);

/// Finds senders, and remembers them.
pub(super) struct Senders<'a> {
    stores: [&'a dyn Store; 2],
    by_stage: bool,
    plain: Rc<(Vec<Vec<u8>>, bool)>,
    known: HashMap<Vec<ConditionKey<'a>>, Rc<Several>>,
    /// Keys and senders held in `known`.
    held: usize,
}

/// Most keys and senders that are remembered.
const MOST_HELD: usize = 1 << 20;

impl<'a> Senders<'a> {
    /// `by_stage` says that there are stages by sender, or some that treat the null sender apart.
    ///
    /// # Errors
    /// As [`select`](crate::lookup::select).
    pub(super) fn new(stores: [&'a dyn Store; 2], by_stage: bool) -> Result<Self, StoreError> {
        let (mut all, complete) = match by_stage {
            true => listed(sender_keys(stores))?,
            false => (Vec::new(), true),
        };
        // Senders whom all stages know by the same routes are one.
        let mut seen = HashSet::new();
        let mut kept = Vec::new();
        for (number, sender) in all.drain(..).enumerate() {
            let routes = routes_of(stores, &sender)?;
            if seen.insert(routes) || number < 2 {
                kept.push(sender);
            }
        }
        Ok(Senders {
            stores,
            by_stage,
            plain: Rc::new((kept, complete)),
            known: HashMap::new(),
            held: 0,
        })
    }

    /// Some sender, the null sender, and one of each class that the stages by sender tell apart; and whether these are all.
    pub(super) fn plain(&self) -> Rc<(Vec<Vec<u8>>, bool)> {
        Rc::clone(&self.plain)
    }

    /// The senders that `lists`, of the routes that may decide for a recipient, tell apart.
    ///
    /// # Errors
    /// As [`select`](crate::lookup::select).
    pub(super) fn of(&mut self, lists: [&[Contender<'a>]; 2]) -> Result<Rc<Several>, StoreError> {
        let mut named: Vec<ConditionKey<'a>> = Vec::new();
        for (store, list) in self.stores.into_iter().zip(lists) {
            let document = store.document();
            for contender in list {
                let condition = document
                    .route(contender.hit.found.view().index())
                    .condition();
                let Some(text) = condition.and_then(|condition| condition.sender) else {
                    continue;
                };
                let stage = document.table.stages().get(contender.stage);
                let Some(semantics) = stage.map(|stage| stage.semantics) else {
                    continue;
                };
                let text = document.bytes(text);
                let below = semantics.walk == Walk::AddressThenSuffixesWithoutDot
                    || text.first() == Some(&b'.');
                named.push((semantics.key_case, below, text));
            }
        }
        named.sort_unstable_by_key(|&(case, below, text)| (text, below, case as u8));
        named.dedup();
        if let Some(known) = self.known.get(&named) {
            return Ok(Rc::clone(known));
        }
        let made = if named.is_empty() && !self.by_stage {
            Several::None
        } else {
            let conditions = named.iter().map(|&(case, below, text)| Key {
                text,
                case,
                place: Place::Address,
                dotted: false,
                below,
            });
            let (all, complete) = listed(conditions.chain(sender_keys(self.stores)))?;
            Several::Listed(all, complete)
        };
        if let Several::Listed(all, _) = &made {
            self.held += named.len() + all.len();
        }
        if self.held > MOST_HELD {
            self.known.clear();
            self.held = 0;
        }
        let made = Rc::new(made);
        self.known.insert(named, Rc::clone(&made));
        Ok(made)
    }
}

/// Some sender that no key names, the null sender, and one of each class that `keys` tell apart.
fn listed<'k>(
    keys: impl Iterator<Item = Key<'k>> + Clone,
) -> Result<(Vec<Vec<u8>>, bool), StoreError> {
    let forest = Forest::new(keys);
    let stranger = stranger(&forest, b"sender");
    let mut collector = Collector(Vec::new());
    Walker::new(
        &forest,
        &mut collector,
        Recipients::Addresses,
        false,
        &stranger,
    )
    .run()?;
    let mut all = collector.0;
    // The first one is below the root: nobody's.
    all.insert(all.len().min(1), Vec::new());
    all.extend(forest.odd.iter().cloned());
    // How another dot divides a host is for one table to say.
    let whole = |odd: &Vec<u8>| odd.is_ascii();
    Ok((all, !forest.incomplete && forest.odd.iter().all(whole)))
}

/// Collects senders.
struct Collector(Vec<Vec<u8>>);

impl Visitor for Collector {
    fn see(&mut self, host: &[u8], local: &[u8], _: usize) -> Result<Finding, StoreError> {
        self.0.push([local, b"@", host].concat());
        Ok(Finding {
            same: true,
            own_mx: false,
            default: false,
            by_name: false,
        })
    }

    fn leave(&mut self, _: usize) {}

    fn rules(&self) -> Rules {
        NO_RULES
    }

    fn is_spent(&self) -> bool {
        false
    }

    fn give_up(&mut self, _: u64) {}
}

/// The routes by which the stages by sender know `sender`.
fn routes_of(
    stores: [&dyn Store; 2],
    sender: &[u8],
) -> Result<Vec<(usize, usize, u64)>, StoreError> {
    let mut routes = Vec::new();
    for (side, store) in stores.into_iter().enumerate() {
        for (id, stage) in store.document().table.stages().iter().enumerate() {
            let semantics = stage.semantics;
            if semantics.subject != Subject::Sender || semantics.walk == Walk::NullSender {
                continue;
            }
            let hit = store.best(id, &keys(semantics.walk, sender))?;
            routes.extend(hit.map(|hit| (side, id, hit.order)));
        }
    }
    Ok(routes)
}
