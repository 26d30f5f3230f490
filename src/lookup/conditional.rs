//! Stages whose routes have conditions besides their keys.

use std::borrow::Cow;

use super::carry::carry_out;
use super::cover::rest_covers;
use super::envelope::{Envelope, Sender};
use super::holds::{Holds, Needs, holds};
use super::key::{equal, keys, prefers};
use super::store::{Hit, Store, StoreError};
use crate::model::{Condition, Decision, Need, Precedence, Semantics, StageId, Variation};

/// Most routes that may decide and are weighed for one answer; beyond it the answer is undecided.
const MOST_OPEN: usize = 1024;

/// A decision that mail may get, and on what that depends.
#[derive(Clone, Debug)]
pub(super) struct Open {
    pub decision: Decision,
    pub needs: Needs,
}

/// What a stage says.
pub(super) struct Outcome<'s> {
    /// The route that decides when nothing of `open` does.
    pub sure: Option<(Hit<'s>, Decision)>,
    /// What may decide instead.
    pub open: Vec<Open>,
}

/// A route that may decide.
struct Candidate<'s> {
    hit: Hit<'s>,
    /// How special its sender is: a smaller number is more so; `None` when the sender is not known.
    sender: Option<usize>,
    unknown: Option<Needs>,
}

/// Puts `envelope` to the routes of `stage`, whose keys are `walked`.
///
/// # Errors
/// As [`Store::best`].
pub(super) fn ask<'s>(
    store: &'s dyn Store,
    stage: StageId,
    semantics: &Semantics,
    walked: &[Cow<'_, [u8]>],
    envelope: &Envelope<'_>,
    variation: Option<&Variation>,
) -> Result<Outcome<'s>, StoreError> {
    let first_match = semantics.precedence == Precedence::FirstMatch;
    let senders = senders(semantics, envelope.sender);
    let none = Condition::default();
    let mut open: Vec<Candidate<'s>> = Vec::new();
    let mut sure: Vec<Candidate<'s>> = Vec::new();
    for hit in store.candidates(stage, semantics, walked, senders.as_deref())? {
        // Stores with conditions hold their tables.
        let route = store.document().route(hit.found.view().index());
        if is_left_out(route.doubts(), variation) {
            continue;
        }
        let condition = route.condition().unwrap_or(&none);
        let unknown = match holds(store, semantics, condition, envelope, variation) {
            Holds::No(_) => continue,
            Holds::Yes => None,
            Holds::Unknown(needs) => Some(needs),
        };
        let sender = sender_rank(store, semantics, condition, senders.as_deref());
        let candidate = Candidate {
            hit,
            sender,
            unknown,
        };
        if candidate.unknown.is_none() {
            sure.push(candidate);
            if first_match {
                break;
            }
        } else if !(first_match && covered(store, semantics, &open, condition)) {
            open.push(candidate);
        }
        if open.len() + sure.len() > MOST_OPEN {
            break;
        }
    }
    let weighed = open.len() + sure.len() <= MOST_OPEN;
    let host = envelope.host();
    let mut outcome = Outcome {
        sure: None,
        open: Vec::new(),
    };
    let beats = |a: &Candidate<'_>, b: &Candidate<'_>| match semantics.precedence {
        Precedence::FirstMatch => false,
        Precedence::Narrowest => is_narrower(a, b),
        precedence => {
            let place = |one: &Candidate<'_>| (one.hit.rank, one.hit.order);
            prefers(precedence, place(a), place(b)).is_lt()
        }
    };
    let beaten = |one: &Candidate<'_>| sure.iter().any(|other| beats(other, one));
    open.retain(|one| !beaten(one));
    let all: Vec<bool> = sure.iter().map(beaten).collect();
    let mut all = all.into_iter();
    sure.retain(|_| all.next() != Some(true));
    for candidate in open {
        let needs = candidate.unknown.unwrap_or_default();
        // What falls through goes on to the next stage as what no route takes does.
        if let Some(decision) = carry_out(candidate.hit.found.view(), host) {
            outcome.open.push(Open { decision, needs });
        }
    }
    let mut decided = sure.into_iter().filter_map(|candidate| {
        let decision = carry_out(candidate.hit.found.view(), host)?;
        Some((candidate.hit, decision))
    });
    outcome.sure = decided.next();
    let others = decided.map(|(_, decision)| decision);
    let order = |decision| Open {
        decision,
        needs: Need::Order.into(),
    };
    outcome.open.extend(others.map(order));
    if !weighed {
        let decision = Decision::Undecided { needs: Vec::new() };
        let needs = outcome.open.iter().fold(Needs::default(), |mut all, open| {
            all.join(open.needs);
            all
        });
        outcome.open.push(Open { decision, needs });
    }
    Ok(outcome)
}

/// True when `variation` says that a route with these doubts is not there.
pub(super) fn is_left_out(
    mut doubts: impl Iterator<Item = &'static str>,
    variation: Option<&Variation>,
) -> bool {
    match variation {
        Some(Variation::Without(key)) => doubts.any(|doubt| doubt == *key),
        _ => false,
    }
}

/// The keys of the sender; `None` when it is not known, so that any sender's routes may be the ones.
pub(super) fn senders<'e>(semantics: &Semantics, sender: Sender<'e>) -> Option<Vec<Cow<'e, [u8]>>> {
    match sender {
        Sender::Unknown => None,
        Sender::Null => Some(vec![Cow::Borrowed(&b""[..])]),
        Sender::Address(address) => Some(keys(semantics.walk, address)),
    }
}

fn sender_rank(
    store: &dyn Store,
    semantics: &Semantics,
    condition: &Condition,
    senders: Option<&[Cow<'_, [u8]>]>,
) -> Option<usize> {
    let senders = senders?;
    let Some(key) = condition.sender else {
        return Some(senders.len());
    };
    let key = store.document().bytes(key);
    senders
        .iter()
        .position(|tried| equal(semantics.key_case, tried, key))
}

/// True when one of `open` takes the mail wherever a route with this condition would: whatever is not known of it.
fn covered(
    store: &dyn Store,
    semantics: &Semantics,
    open: &[Candidate<'_>],
    condition: &Condition,
) -> bool {
    // Looking at each pair of very many takes long, and they are undecided anyway.
    const FEW: usize = 64;
    let none = Condition::default();
    open.iter().take(FEW).any(|earlier| {
        let earlier = earlier.hit.found.view();
        let wide = earlier.condition().unwrap_or(&none);
        rest_covers(store.document(), semantics, wide, condition)
    })
}

/// True when `a` is at least as special in its recipient and its sender, and more so in one of them.
fn is_narrower(a: &Candidate<'_>, b: &Candidate<'_>) -> bool {
    let (Some(x), Some(y)) = (a.sender, b.sender) else {
        return false;
    };
    let (a, b) = ((a.hit.rank, x), (b.hit.rank, y));
    a.0 <= b.0 && a.1 <= b.1 && a != b
}

/// The decision of mail that gets `last` unless something open decides.
pub(super) fn settle(open: Vec<Open>, last: Decision) -> Decision {
    let mut needs = Needs::default();
    for other in open.iter().filter(|open| !open.decision.same_mail(&last)) {
        needs.join(other.needs);
    }
    match needs.is_empty() {
        true => last,
        false => Decision::Undecided {
            needs: needs.to_vec(),
        },
    }
}
