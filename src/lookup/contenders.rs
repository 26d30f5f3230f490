//! The routes that may decide for mail of which not everything is known.

use super::conditional::senders;
use super::envelope::Envelope;
use super::holds::{Holds, holds};
use super::key::{equal, keys_of};
use super::select::{effective, subject_of};
use super::store::{Hit, Store, StoreError};
use crate::model::{Condition, Document, FileVerdict, Semantics, StageId, Subject};

/// A route that takes the mail, or takes it if what is not known of the mail is as its conditions say.
#[derive(Clone, Debug)]
pub struct Contender<'s> {
    /// Its stage.
    pub stage: StageId,
    /// The route, and which of the recipient's keys it has.
    pub hit: Hit<'s>,
}

/// All routes that may decide for `envelope`, stage by stage and in the order of the file, but for stages by sender. None where
/// a file defers all mail, and where the recipient is to be rewritten and is not known.
///
/// What is not known of the envelope is open; what is known and does not fit leaves a route out.
///
/// # Errors
/// [`StoreError`] when the store cannot read.
pub fn contenders<'s>(
    store: &'s dyn Store,
    envelope: &Envelope<'_>,
) -> Result<Vec<Contender<'s>>, StoreError> {
    let table = &store.document().table;
    let mut found = Vec::new();
    if matches!(table.verdict, FileVerdict::DeferAll { .. }) {
        return Ok(found);
    }
    let none = Condition::default();
    let all = effective(store, envelope, |envelope| {
        for (id, stage) in table.stages().iter().enumerate() {
            let semantics = &stage.semantics;
            if semantics.subject == Subject::Sender || store.is_empty(id) {
                continue;
            }
            let Some(subject) = subject_of(semantics, envelope) else {
                continue;
            };
            let walked = keys_of(semantics, &subject);
            if !stage.conditional {
                let best = store.best(id, &walked)?;
                found.extend(best.map(|hit| Contender { stage: id, hit }));
                continue;
            }
            let senders = senders(semantics, envelope.sender);
            for hit in store.candidates(id, semantics, &walked, senders.as_deref())? {
                let condition = hit.found.view().condition().unwrap_or(&none);
                if !matches!(
                    holds(store, semantics, condition, envelope, None),
                    Holds::No(_)
                ) {
                    found.push(Contender { stage: id, hit });
                }
            }
        }
        Ok(())
    });
    all.transpose()?;
    Ok(found)
}

/// True when two conditions, each of its document, are about the same senders, subjects and directions to a stage with these
/// `semantics`. Exceptions are not looked at.
pub fn same_but_for_recipients(
    semantics: &Semantics,
    (a, old): (&Document, &Condition),
    (b, new): (&Document, &Condition),
) -> bool {
    let senders = match (old.sender, new.sender) {
        (None, None) => true,
        (Some(x), Some(y)) => equal(semantics.key_case, a.bytes(x), b.bytes(y)),
        _ => false,
    };
    let subjects = match (&old.subject, &new.subject) {
        (None, None) => true,
        (Some(x), Some(y)) => {
            (x.operator, x.ignore_case, a.bytes(x.operand))
                == (y.operator, y.ignore_case, b.bytes(y.operand))
        }
        _ => false,
    };
    senders && subjects && old.direction == new.direction
}
