//! Puts witnesses to both tables and keeps what comes of it.

use std::collections::{HashMap, HashSet};

use super::comparison::{Cause, Comparison, Difference, Recipients};
use super::shape::{Rules, Shape};
use crate::lookup::{Envelope, Recipient, Selection, Sender, Store, StoreError, select};
use crate::model::{Action, Decision, FileVerdict, HopLookup, HostLiterals, Relay, Target};

/// What a witness showed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Finding {
    /// Both tables decide alike.
    pub(super) same: bool,
    /// One of the decisions is made from the host itself.
    pub(super) own_mx: bool,
    /// Neither table has a say.
    pub(super) default: bool,
}

/// The two tables, and the comparison as far as it is made.
pub(super) struct Judge<'a> {
    stores: [&'a dyn Store; 2],
    sender: Sender<'a>,
    recipients: Recipients,
    /// How the products differ.
    pub(super) rules: Rules,
    /// A local part that no key names.
    pub(super) stranger: Vec<u8>,
    /// The answer so far.
    pub(super) answer: Comparison,
    /// What was spent of the limit.
    pub(super) spent: u64,
    /// Shapes announced for the default path: where they stand among the differences.
    announced: HashMap<Shape, usize>,
    /// Prefixes of [`prefixes`](super::shape::prefixes) done on the default path, below a plain host.
    pub(super) done: HashSet<Vec<u8>>,
    /// The difference found last on the way down, and the depth it was found at.
    last: Option<(usize, usize)>,
    buffer: Vec<u8>,
}

impl<'a> Judge<'a> {
    pub(super) fn new(
        stores: [&'a dyn Store; 2],
        sender: Sender<'a>,
        recipients: Recipients,
        stranger: Vec<u8>,
    ) -> Self {
        let [old, new] = stores.map(|store| store.document().table.product);
        Judge {
            stores,
            sender,
            recipients,
            rules: Rules::new(old, new),
            stranger,
            answer: Comparison::default(),
            spent: 0,
            announced: HashMap::new(),
            done: HashSet::new(),
            last: None,
            buffer: Vec::new(),
        }
    }

    /// Forgets what could be merged with: the walk leaves the node at `depth`.
    pub(super) fn leave(&mut self, depth: usize) {
        self.last = self.last.filter(|&(at, _)| at < depth);
    }

    /// Asks both tables about `local` at `host`, found at `depth` in the tree.
    ///
    /// # Errors
    /// As [`select`].
    pub(super) fn ask(
        &mut self,
        host: &[u8],
        local: &[u8],
        depth: usize,
    ) -> Result<Finding, StoreError> {
        self.buffer.clear();
        if self.recipients == Recipients::Addresses {
            self.buffer.extend_from_slice(local);
            self.buffer.push(b'@');
        }
        self.buffer.extend_from_slice(host);
        let recipient = match self.recipients {
            Recipients::Addresses => Recipient::Address(&self.buffer),
            Recipients::Hosts => Recipient::Host(&self.buffer),
        };
        let envelope = Envelope::new(recipient, self.sender);
        let [a, b] = self.stores;
        let (old, new) = (select(a, &envelope, false)?, select(b, &envelope, false)?);
        self.answer.classes += 1;
        // A host of many labels takes long to ask about.
        let labels = host.iter().filter(|&&b| b == b'.').count() as u64;
        self.spent += 1 + labels * host.len() as u64 / 4096;

        let undecided = |s: &Selection<'_>| matches!(s.decision, Decision::Undecided { .. });
        if undecided(&old) || undecided(&new) {
            self.answer.undecided += 1;
            return Ok(Finding {
                same: true,
                own_mx: false,
                default: false,
            });
        }
        let default = is_default(a, &old) && is_default(b, &new);
        let finding = Finding {
            same: old.decision.same_mail(&new.decision),
            own_mx: is_own_mx(a, &old) || is_own_mx(b, &new),
            default,
        };
        if !finding.same {
            let bracketed = self.rules.brackets && host.first() == Some(&b'[');
            let (old, new) = (old.decision, new.decision);
            if default || (bracketed && (is_never(a, &old) || is_never(b, &new))) {
                let shape = Shape::of(&self.rules, host);
                self.announce(shape, old, new);
            } else {
                self.differ(depth, old, new);
            }
        }
        Ok(finding)
    }

    /// Counts a class of which nothing is known.
    pub(super) fn give_up(&mut self, classes: u64) {
        self.answer.undecided = self.answer.undecided.saturating_add(classes);
    }

    fn announce(&mut self, shape: Shape, old: Decision, new: Decision) {
        if let Some(&at) = self.announced.get(&shape) {
            self.answer.differences[at].classes += 1;
            return;
        }
        self.announced.insert(shape, self.answer.differences.len());
        self.push(old, new, Cause::DefaultPath);
    }

    fn differ(&mut self, depth: usize, old: Decision, new: Decision) {
        if let Some((_, at)) = self.last {
            let last = &mut self.answer.differences[at];
            if alike(&last.old, &old) && alike(&last.new, &new) {
                last.classes += 1;
                return;
            }
        }
        self.last = Some((depth, self.answer.differences.len()));
        self.push(old, new, Cause::Route);
    }

    fn push(&mut self, old: Decision, new: Decision, cause: Cause) {
        self.answer.differences.push(Difference {
            witness: self.buffer.clone(),
            old,
            new,
            classes: 1,
            cause,
        });
    }
}

/// Nothing in `store` decided: neither a route nor the state of a file.
fn is_default(store: &dyn Store, selection: &Selection<'_>) -> bool {
    let deferred = matches!(store.document().table.verdict, FileVerdict::DeferAll { .. });
    selection.route.is_none() && !deferred
}

/// The decision was made by a product that never asks its table for a host like this.
fn is_never(store: &dyn Store, decision: &Decision) -> bool {
    let never = store.document().table.product.host_literals == HostLiterals::NeverRouted;
    let deferred = matches!(store.document().table.verdict, FileVerdict::DeferAll { .. });
    never && !deferred && !matches!(decision, Decision::Undecided { .. })
}

/// The decision is made from the host: its MX, its address, or the refusal of its name.
fn is_own_mx(store: &dyn Store, selection: &Selection<'_>) -> bool {
    match &selection.route {
        None => is_default(store, selection),
        Some(found) => match found.view().action() {
            Action::Relay { hops, .. } => hops
                .iter()
                .any(|hop| matches!(hop.lookup, HopLookup::OwnMx)),
            _ => false,
        },
    }
}

/// The same mail, but for the name of the domain whose own MX it goes to.
fn alike(a: &Decision, b: &Decision) -> bool {
    let own = |relay: &Relay| {
        let mut relay = relay.clone();
        for hop in &mut relay.hops {
            if matches!(hop.target, Target::OwnMx(_)) {
                hop.target = Target::OwnMx(Vec::new());
            }
        }
        Decision::Relay(relay)
    };
    match (a, b) {
        (Decision::Relay(a), Decision::Relay(b)) => own(a).same_mail(&own(b)),
        (a, b) => a.same_mail(b),
    }
}
