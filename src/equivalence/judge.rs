//! Puts witnesses to both tables and keeps what comes of it.

use std::collections::{HashMap, HashSet};

use super::comparison::{
    Cause, CompareOptions, Comparison, Difference, Recipients, Witness, recipient_of,
};
use super::keys::Dependence;
use super::lists::{depend_on_direction, same_lists, tests};
use super::senders::{Senders, Several};
use super::shape::{Rules, Shape};
use super::subjects::subjects;
use super::walk::{Finding, Visitor};
use crate::lookup::{
    Contender, Envelope, Selection, Sender, Store, StoreError, contenders, select,
};
use crate::model::{
    Action, Decision, Direction, FileVerdict, HopLookup, HostLiterals, Relay, StageId, Subject,
    Target,
};

/// The two tables, and the comparison as far as it is made.
pub(super) struct Judge<'a> {
    stores: [&'a dyn Store; 2],
    options: &'a CompareOptions<'a>,
    dependence: Dependence,
    senders: Senders<'a>,
    /// How the products differ.
    rules: Rules,
    /// One product drops a dot at the end of a host, and the other does not.
    dot_counts: bool,
    /// The answer so far.
    pub(super) answer: Comparison,
    /// What was spent of the limit.
    spent: u64,
    /// Shapes announced for the default path: where they stand among the differences.
    announced: HashMap<Shape, usize>,
    /// The difference announced for dots at the end of a host.
    announced_dot: Option<usize>,
    /// Senders, by number among those of all sender stages, that both tables send on whoever the recipient is.
    settled: HashSet<usize>,
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
struct Seen {
    finding: Finding,
    /// Nothing is known: a decision depends on what cannot be given.
    undecided: bool,
    /// The stages that decided.
    stages: [Option<StageId>; 2],
}

/// What is asked beside the recipient.
#[derive(Clone, Copy)]
struct Beside<'q> {
    /// `None` where no sender matters.
    sender: Option<Sender<'q>>,
    subject: Option<&'q [u8]>,
    direction: Option<Direction>,
}

impl<'a> Judge<'a> {
    pub(super) fn new(
        stores: [&'a dyn Store; 2],
        options: &'a CompareOptions<'a>,
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

    /// Sees `recipient` for every sender, subject and direction that matters.
    fn see_recipient(
        &mut self,
        recipient: &[u8],
        host: &[u8],
        depth: usize,
    ) -> Result<Finding, StoreError> {
        let fixed = Beside {
            sender: self.options.sender,
            subject: self.options.subject,
            direction: self.options.direction,
        };
        if !self.dependence.sender_stages && !self.dependence.conditions {
            let seen = self.put(recipient, host, fixed, depth)?;
            self.count_undecided(&seen, recipient);
            return Ok(seen.finding);
        }
        if !self.dependence.conditions {
            return self.by_stage_of_senders(recipient, host, fixed, depth);
        }
        let lists = self.lists(recipient, fixed)?;
        let lists = [&lists[0][..], &lists[1][..]];
        if self.are_same(lists, recipient, host) {
            let some = Beside {
                sender: fixed.sender,
                subject: fixed.subject.or(Some(b"")),
                direction: fixed.direction.or(Some(Direction::Inbound)),
            };
            // Where both leave something open, both leave it open in the same way.
            return Ok(self.put(recipient, host, some, depth)?.finding);
        }
        let directions: &[Option<Direction>] = match fixed.direction {
            None if depend_on_direction(lists) => {
                &[Some(Direction::Inbound), Some(Direction::Outbound)]
            }
            given => &[given],
        };
        let several = match fixed.sender {
            Some(_) => None,
            None => Some(self.senders.of(lists)?),
        };
        let one = [fixed.sender];
        let senders: Vec<Option<Sender<'_>>> = match several.as_deref() {
            None => one.to_vec(),
            Some(Several::None) => vec![None],
            Some(Several::Listed(all, _)) => {
                all.iter().map(|s| Some(Sender::from_bytes(s))).collect()
            }
        };
        if let Some(Several::Listed(_, false)) = several.as_deref() {
            self.leave_open(1, recipient);
        }
        let mut all: Option<Finding> = None;
        for &direction in directions {
            for (number, &sender) in senders.iter().enumerate() {
                if self.is_spent() {
                    self.answer.limited = true;
                    self.leave_open((senders.len() - number) as u64, recipient);
                    break;
                }
                let beside = Beside {
                    sender,
                    direction,
                    ..fixed
                };
                let found = self.by_subject(recipient, host, beside, depth)?;
                all = Some(all.map_or(found, |all| joined(all, found)));
            }
        }
        Ok(all.unwrap_or(NOTHING))
    }

    /// Sees `recipient` for every subject that matters.
    fn by_subject(
        &mut self,
        recipient: &[u8],
        host: &[u8],
        beside: Beside<'_>,
        depth: usize,
    ) -> Result<Finding, StoreError> {
        let lists = self.lists(recipient, beside)?;
        let lists = [&lists[0][..], &lists[1][..]];
        let tests = match beside.subject {
            None => tests(lists),
            Some(_) => Vec::new(),
        };
        if self.are_same(lists, recipient, host) {
            let subject = beside
                .subject
                .or((!tests.is_empty()).then_some(&b""[..]));
            let beside = Beside { subject, ..beside };
            return Ok(self.put(recipient, host, beside, depth)?.finding);
        }
        if tests.is_empty() {
            let seen = self.put(recipient, host, beside, depth)?;
            self.count_undecided(&seen, recipient);
            return Ok(seen.finding);
        }
        let subjects = subjects(&tests);
        let mut all: Option<Finding> = None;
        let mut undecided = !subjects.complete;
        for subject in &subjects.all {
            let beside = Beside {
                subject: Some(subject),
                ..beside
            };
            let seen = self.put(recipient, host, beside, depth)?;
            undecided |= seen.undecided;
            all = Some(all.map_or(seen.finding, |all| joined(all, seen.finding)));
        }
        let all = all.unwrap_or(NOTHING);
        if undecided && all.same {
            self.leave_open(1, recipient);
        }
        Ok(all)
    }

    /// Sees `recipient` for the null sender, and for all senders of the stages by sender.
    fn by_stage_of_senders(
        &mut self,
        recipient: &[u8],
        host: &[u8],
        fixed: Beside<'_>,
        depth: usize,
    ) -> Result<Finding, StoreError> {
        if fixed.sender.is_some() {
            let seen = self.put(recipient, host, fixed, depth)?;
            self.count_undecided(&seen, recipient);
            return Ok(seen.finding);
        }
        let first = self.stores.map(first_by_sender);
        let plain = self.senders.plain();
        if !plain.1 {
            self.leave_open(1, recipient);
        }
        let mut all: Option<Finding> = None;
        let mut early = [false; 2];
        for (number, sender) in plain.0.iter().enumerate() {
            let named = number >= 2;
            if named && early == [true; 2] {
                break;
            }
            if named && early == [false; 2] && self.settled.contains(&number) {
                self.answer.classes += 1;
                continue;
            }
            if self.is_spent() {
                self.answer.limited = true;
                self.leave_open((plain.0.len() - number) as u64, recipient);
                break;
            }
            let beside = Beside {
                sender: Some(Sender::from_bytes(sender)),
                ..fixed
            };
            let seen = self.put(recipient, host, beside, depth)?;
            self.count_undecided(&seen, recipient);
            let is = |test: fn(StageId, StageId) -> bool| {
                [0, 1].map(|side| matches!((seen.stages[side], first[side]), (Some(at), Some(first)) if test(at, first)))
            };
            if number == 0 {
                early = is(|at, first| at < first);
            }
            // What the sender's own route says of mail that gets there is the same for all recipients.
            let by_sender = [0, 1].map(|side| {
                let stages = self.stores[side].document().table.stages();
                seen.stages[side]
                    .and_then(|at| stages.get(at))
                    .is_some_and(|stage| stage.semantics.subject == Subject::Sender)
            });
            if named && early == [false; 2] && by_sender == [true; 2] && !seen.finding.own_mx {
                self.settled.insert(number);
            }
            all = Some(all.map_or(seen.finding, |all| joined(all, seen.finding)));
        }
        Ok(all.unwrap_or(NOTHING))
    }

    /// The routes that may decide for `recipient`, in both tables.
    fn lists(
        &mut self,
        recipient: &[u8],
        beside: Beside<'_>,
    ) -> Result<[Vec<Contender<'a>>; 2], StoreError> {
        let envelope = Envelope {
            recipient: recipient_of(self.options.recipients, recipient),
            sender: beside.sender.unwrap_or(Sender::Unknown),
            subject: beside.subject,
            direction: beside.direction,
        };
        let [a, b] = self.stores;
        let lists = [contenders(a, &envelope)?, contenders(b, &envelope)?];
        self.spent += (lists[0].len() + lists[1].len()) as u64 / 16;
        Ok(lists)
    }

    /// True when it is certain that both tables decide alike for `recipient`, whatever else is true of the mail.
    fn are_same(&self, lists: [&[Contender<'_>]; 2], recipient: &[u8], host: &[u8]) -> bool {
        let documents = self.stores.map(|store| store.document());
        let as_it_is = documents.iter().all(|document| {
            document.percenthack.is_empty() && document.table.verdict == FileVerdict::Normal
        });
        let [old, new] = documents.map(|document| document.table.product);
        let hosts = [old, new].map(|product| match product.drops_final_dot {
            true if recipient.ends_with(b".") => &host[..host.len().saturating_sub(1)],
            _ => host,
        });
        as_it_is
            && !self.dependence.sender_stages
            && old == new
            && same_lists(self.stores, lists, hosts)
    }
}

impl Judge<'_> {
    /// Puts one witness to both tables.
    fn put(
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

    fn count_undecided(&mut self, seen: &Seen, recipient: &[u8]) {
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

    fn differ(
        &mut self,
        depth: usize,
        pair: [Decision; 2],
        recipient: &[u8],
        beside: Beside<'_>,
    ) {
        let near = self.recent.iter().rev().take(MOST_RECENT);
        let mut like = near.filter(|recent| {
            alike(&recent.pair[0], &pair[0]) && alike(&recent.pair[1], &pair[1])
        });
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
        let witness = Witness::new(
            recipient,
            beside.sender,
            beside.subject,
            beside.direction,
        );
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
const NOTHING: Finding = Finding {
    same: true,
    own_mx: false,
    default: false,
    by_name: false,
};

fn joined(a: Finding, b: Finding) -> Finding {
    Finding {
        same: a.same && b.same,
        own_mx: a.own_mx || b.own_mx,
        default: a.default && b.default,
        by_name: a.by_name || b.by_name,
    }
}

/// The first stage by sender, or that treats the null sender apart, if there is one.
fn first_by_sender(store: &dyn Store) -> Option<StageId> {
    let mut stages = store.document().table.stages().iter().enumerate();
    let by_sender = stages.find(|(id, stage)| {
        stage.semantics.subject == Subject::Sender && !store.is_empty(*id)
    });
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

/// The decision is made from the host: its MX, its address, or the refusal of its name.
fn is_own_mx(store: &dyn Store, selection: &Selection<'_>) -> bool {
    match &selection.route {
        None => is_default(store, selection),
        Some(found) => match found.view().action() {
            Action::Relay { hops, .. } => hops
                .iter()
                .any(|hop| matches!(hop.lookup, HopLookup::OwnMx)),
            Action::Default | Action::Automatic(_) => true,
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
