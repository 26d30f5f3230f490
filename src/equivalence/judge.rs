//! Puts witnesses to both tables and keeps what comes of it.

use std::collections::{HashMap, HashSet};

use super::comparison::{
    Cause, CompareOptions, Comparison, Difference, Recipients, Witness, recipient_of,
};
use super::keys::Dependence;
use super::senders::Senders;
use super::shape::{Rules, Shape};
use super::walk::{Finding, Visitor};
use crate::lookup::{Envelope, Selection, Sender, Store, StoreError, select};
use crate::model::{
    Action, Decision, Direction, FileVerdict, HopLookup, HostLiterals, Relay, StageId, Subject,
    Target,
};

/// The two tables, and the comparison as far as it is made.
pub(super) struct Judge<'a> {
    pub(super) stores: [&'a dyn Store; 2],
    pub(super) options: &'a CompareOptions,
    pub(super) dependence: Dependence,
    pub(super) senders: Senders<'a>,
    /// How the products differ.
    rules: Rules,
    /// One product drops a dot at the end of a host, and the other does not.
    dot_counts: bool,
    /// The answer so far.
    pub(super) answer: Comparison,
    /// What was spent of the limit.
    pub(super) spent: u64,
    /// Shapes announced for the default path: where they stand among the differences.
    announced: HashMap<Shape, usize>,
    /// The difference announced for dots at the end of a host.
    announced_dot: Option<usize>,
    /// Senders, by number among those of all sender stages, that both tables send on whoever the recipient is.
    pub(super) settled: HashSet<usize>,
    /// Differences found on the way down, to which others may be added.
    recent: Vec<Recent>,
    buffer: Vec<u8>,
}

/// A difference that others may be merged with.
struct Recent {
    depth: usize,
    index: usize,
    pair: [Decision; 2],
}

/// Most differences on the way down that another one is compared with.
const MOST_RECENT: usize = 32;

/// What both tables said of one witness.
pub(super) struct Seen {
    pub(super) finding: Finding,
    /// Nothing is known: a decision depends on what cannot be given.
    pub(super) undecided: bool,
    /// The stages that decided.
    pub(super) stages: [Option<StageId>; 2],
}

/// What is asked beside the recipient.
#[derive(Clone, Copy)]
pub(super) struct Beside<'q> {
    /// `None` where no sender matters.
    pub(super) sender: Option<Sender<'q>>,
    pub(super) subject: Option<&'q [u8]>,
    pub(super) direction: Option<Direction>,
}

impl<'a> Judge<'a> {
    pub(super) fn new(
        stores: [&'a dyn Store; 2],
        options: &'a CompareOptions,
        dependence: Dependence,
    ) -> Result<Self, StoreError> {
        let [old, new] = stores.map(|store| store.document().table.product);
        Ok(Judge {
            stores,
            options,
            dependence,
            senders: Senders::new(stores, dependence.sender_stages)?,
            rules: Rules::new(old, new),
            dot_counts: old.drops_final_dot != new.drops_final_dot,
            answer: Comparison::default(),
            spent: 0,
            announced: HashMap::new(),
            announced_dot: None,
            settled: HashSet::new(),
            recent: Vec::new(),
            buffer: Vec::new(),
        })
    }
}

impl Judge<'_> {
    /// Puts one witness to both tables.
    pub(super) fn put(
        &mut self,
        recipient: &[u8],
        host: &[u8],
        beside: Beside<'_>,
        depth: usize,
    ) -> Result<Seen, StoreError> {
        let witness = Envelope {
            recipient: recipient_of(self.options.recipients, recipient),
            sender: beside.sender.unwrap_or(Sender::Address(b"sender@other")),
            subject: beside.subject,
            direction: beside.direction,
        };
        let [a, b] = self.stores;
        let (old, new) = (select(a, &witness, false)?, select(b, &witness, false)?);
        self.answer.classes += 1;
        // A host of many labels takes long to ask about.
        let labels = host.iter().filter(|&&b| b == b'.').count() as u64;
        self.spent += 1 + labels * host.len() as u64 / 4096;

        let undecided = |s: &Selection<'_>| matches!(s.decision, Decision::Undecided { .. });
        let stages = [&old, &new].map(|s| s.route.as_ref().map(|found| found.view().stage()));
        if undecided(&old) || undecided(&new) {
            return Ok(Seen {
                finding: NOTHING,
                undecided: true,
                stages,
            });
        }
        let default = is_default(a, &old) && is_default(b, &new);
        let finding = Finding {
            same: old.decision.same_mail(&new.decision),
            own_mx: is_own_mx(a, &old) || is_own_mx(b, &new),
            default,
            by_name: holds_name(&old) != holds_name(&new),
        };
        if !finding.same {
            let bracketed = self.rules.brackets && host.first() == Some(&b'[');
            let (old, new) = (old.decision, new.decision);
            if self.dot_counts && host.last() == Some(&b'.') {
                self.announce_dot(recipient, beside);
            } else if default || (bracketed && (is_never(a, &old) || is_never(b, &new))) {
                let shape = Shape::of(&self.rules, host);
                self.announce(shape, recipient, beside);
            } else {
                self.differ(depth, [old, new], recipient, beside);
            }
        }
        Ok(Seen {
            finding,
            undecided: false,
            stages,
        })
    }

    pub(super) fn count_undecided(&mut self, seen: &Seen, recipient: &[u8]) {
        if seen.undecided {
            self.leave_open(1, recipient);
        }
    }

    /// Counts classes of which nothing is known.
    pub(super) fn leave_open(&mut self, classes: u64, recipient: &[u8]) {
        self.answer.undecided = self.answer.undecided.saturating_add(classes);
        self.answer
            .undecided_witness
            .get_or_insert_with(|| recipient.to_vec());
    }

    fn announce(&mut self, shape: Shape, recipient: &[u8], beside: Beside<'_>) {
        if let Some(&at) = self.announced.get(&shape) {
            self.answer.differences[at].classes += 1;
            return;
        }
        self.announced.insert(shape, self.answer.differences.len());
        self.push(recipient, beside, Cause::DefaultPath);
    }

    fn announce_dot(&mut self, recipient: &[u8], beside: Beside<'_>) {
        match self.announced_dot {
            Some(at) => self.answer.differences[at].classes += 1,
            None => {
                self.announced_dot = Some(self.answer.differences.len());
                self.push(recipient, beside, Cause::FinalDot);
            }
        }
    }

    fn differ(&mut self, depth: usize, pair: [Decision; 2], recipient: &[u8], beside: Beside<'_>) {
        let near = self.recent.iter().rev().take(MOST_RECENT);
        let mut like = near
            .filter(|recent| alike(&recent.pair[0], &pair[0]) && alike(&recent.pair[1], &pair[1]));
        if let Some(recent) = like.next() {
            self.answer.differences[recent.index].classes += 1;
            return;
        }
        self.recent.push(Recent {
            depth,
            index: self.answer.differences.len(),
            pair,
        });
        self.push(recipient, beside, Cause::Route);
    }

    fn push(&mut self, recipient: &[u8], beside: Beside<'_>, cause: Cause) {
        let witness = Witness::new(recipient, beside.sender, beside.subject, beside.direction);
        self.answer.differences.push(Difference {
            witness,
            classes: 1,
            cause,
        });
    }
}

impl Visitor for Judge<'_> {
    fn see(&mut self, host: &[u8], local: &[u8], depth: usize) -> Result<Finding, StoreError> {
        let mut recipient = std::mem::take(&mut self.buffer);
        recipient.clear();
        if self.options.recipients == Recipients::Addresses {
            recipient.extend_from_slice(local);
            recipient.push(b'@');
        }
        recipient.extend_from_slice(host);
        let found = self.see_recipient(&recipient, host, depth);
        self.buffer = recipient;
        found
    }

    fn leave(&mut self, depth: usize) {
        while self.recent.last().is_some_and(|last| last.depth >= depth) {
            self.recent.pop();
        }
    }

    fn rules(&self) -> Rules {
        self.rules
    }

    fn is_spent(&self) -> bool {
        self.spent >= self.options.max_classes
    }

    fn give_up(&mut self, classes: u64) {
        self.answer.limited = true;
        self.answer.undecided = self.answer.undecided.saturating_add(classes);
    }
}

/// Nothing was found out.
pub(super) const NOTHING: Finding = Finding {
    same: true,
    own_mx: false,
    default: false,
    by_name: false,
};

pub(super) fn joined(a: Finding, b: Finding) -> Finding {
    Finding {
        same: a.same && b.same,
        own_mx: a.own_mx || b.own_mx,
        default: a.default && b.default,
        by_name: a.by_name || b.by_name,
    }
}

/// The first stage by sender that has routes, bounces' included; `None` for a table without one.
pub(super) fn first_by_sender(store: &dyn Store) -> Option<StageId> {
    let mut stages = store.document().table.stages().iter().enumerate();
    let by_sender = stages
        .find(|(id, stage)| stage.semantics.subject == Subject::Sender && !store.is_empty(*id));
    by_sender.map(|(id, _)| id)
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

/// The decision is made from the host: its MX, its address, the refusal of its name, or its name for a transport.
fn is_own_mx(store: &dyn Store, selection: &Selection<'_>) -> bool {
    match &selection.route {
        None => is_default(store, selection),
        Some(found) => match found.view().action() {
            Action::Relay { hops, .. } => hops
                .iter()
                .any(|hop| matches!(hop.lookup, HopLookup::OwnMx)),
            Action::Default | Action::Automatic(_) => true,
            Action::Transport { nexthop, .. } => nexthop.is_empty(),
            _ => false,
        },
    }
}

/// The decision holds the text of the host, where others may state it.
fn holds_name(selection: &Selection<'_>) -> bool {
    selection.route.as_ref().is_some_and(|found| {
        matches!(found.view().action(), Action::Transport { nexthop, .. } if nexthop.is_empty())
    })
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
