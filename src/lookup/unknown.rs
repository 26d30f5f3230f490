//! Whether an answer depends on what was not given.

use super::envelope::{Envelope, Recipient, Sender};
use super::key::keys;
use super::select::{Asked, walk_stages};
use super::store::{Store, StoreError};
use crate::model::{Decision, Need, StageId, Subject, Walk};

/// Most different senders tried for one answer; beyond it the answer is undecided, never taken for independent.
const MOST_WITNESSES: usize = 4096;

/// What `envelope` lacks and the decision depends on; `None` when it depends on nothing that is missing.
pub(super) fn needs(
    store: &dyn Store,
    asked: Asked<'_, '_>,
) -> Result<Option<Vec<Need>>, StoreError> {
    let mut needs = Vec::new();
    if let Recipient::Domain(host) = asked.envelope.recipient
        && depends_on_local_part(store, asked, host)?
    {
        needs.push(Need::Recipient);
    }
    if asked.envelope.sender == Sender::Unknown && depends_on_sender(store, asked)? {
        needs.push(Need::Sender);
    }
    Ok((!needs.is_empty()).then_some(needs))
}

fn stages_by(store: &dyn Store, subject: Subject) -> impl Iterator<Item = StageId> {
    let stages = store.document().table.stages().iter().enumerate();
    stages
        .filter(move |(id, s)| s.semantics.subject == subject && !store.is_empty(*id))
        .map(|(id, _)| id)
}

/// Tries every local part that a key names, and one that none names.
fn depends_on_local_part(
    store: &dyn Store,
    asked: Asked<'_, '_>,
    host: &[u8],
) -> Result<bool, StoreError> {
    let mut other = None;
    for stage in stages_by(store, Subject::Recipient) {
        for address in store.addresses_at(stage, host) {
            let other = match &other {
                Some(decision) => decision,
                None => other.insert(at(store, asked, Recipient::Domain(host))?),
            };
            if !at(store, asked, Recipient::Address(&address))?.same_mail(other) {
                return Ok(true);
            }
        }
    }
    Ok(false)
}

fn at(
    store: &dyn Store,
    asked: Asked<'_, '_>,
    recipient: Recipient<'_>,
) -> Result<Decision, StoreError> {
    let envelope = &Envelope {
        recipient,
        ..*asked.envelope
    };
    decide(store, Asked { envelope, ..asked })
}

fn decide(store: &dyn Store, asked: Asked<'_, '_>) -> Result<Decision, StoreError> {
    let explain = false;
    Ok(walk_stages(store, Asked { explain, ..asked })?.decision)
}

/// Tries the null sender, one sender for each action of the sender stages, and one that no key takes.
fn depends_on_sender(store: &dyn Store, asked: Asked<'_, '_>) -> Result<bool, StoreError> {
    let mut witnesses: Vec<Vec<u8>> = Vec::new();
    let mut stages = stages_by(store, Subject::Sender).peekable();
    // Stages by recipient treat the null sender apart, but only in products that have a bounce stage too.
    let by_recipient = stages_by(store, Subject::Recipient)
        .any(|id| store.document().table.stages()[id].semantics.walk == Walk::Exact);
    if stages.peek().is_none() && !by_recipient {
        return Ok(false);
    }
    for stage in stages {
        match store.witnesses(stage, MOST_WITNESSES - witnesses.len()) {
            Some(more) => witnesses.extend(more),
            None => return Ok(true),
        }
    }
    witnesses.push(stranger(store)?);
    let decide = |sender| {
        let envelope = &Envelope {
            sender,
            ..*asked.envelope
        };
        decide(store, Asked { envelope, ..asked })
    };
    let null = decide(Sender::Null)?;
    for witness in &witnesses {
        if !decide(Sender::from_bytes(witness))?.same_mail(&null) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// A sender that no key of a sender stage takes, but for the empty key.
fn stranger(store: &dyn Store) -> Result<Vec<u8>, StoreError> {
    for n in 0u32.. {
        let sender = format!("sender{n}@host{n}").into_bytes();
        let mut taken = false;
        for stage in stages_by(store, Subject::Sender) {
            let walk = store.document().table.stages()[stage].semantics.walk;
            let keys = keys(walk, &sender);
            let last = keys.len() - 1;
            taken |= store.best(stage, &keys)?.is_some_and(|hit| hit.rank < last);
        }
        if !taken {
            return Ok(sender);
        }
    }
    Ok(b"sender".to_vec())
}
