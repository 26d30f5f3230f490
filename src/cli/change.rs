//! From a difference of two tables to what there is to say about it.

use anyhow::{Result, bail};

use crate::equivalence::{Cause, Difference, Recipients};
use crate::lookup::{Store, rests_on};
use crate::report::{Answer, Change, Mail, Mask};

/// A difference, with what both tables say of its witness.
///
/// # Errors
/// A table cannot be read.
pub(super) fn change(stores: [&dyn Store; 2], difference: &Difference) -> Result<Change> {
    let witness = &difference.witness;
    let mut answers = Vec::new();
    for store in stores {
        let selection = witness.ask(store, Recipients::Addresses)?;
        let envelope = witness.envelope(Recipients::Addresses);
        let rests = rests_on(store, &envelope, &selection.decision)?;
        let assumptions = rests.iter().map(|a| format!("{}={}", a.key, a.value));
        let assumptions = assumptions.collect();
        let table = &store.document().table;
        answers.push(Answer {
            assumptions,
            ..Answer::new(&witness.recipient, selection, table, Mask::Blind, false)
        });
    }
    let (Some(new), Some(old)) = (answers.pop(), answers.pop()) else {
        bail!("two tables gave no two answers");
    };
    let cause = match (difference.cause, &old.route, &new.route) {
        (Cause::DefaultPath, ..) => "default-path",
        (Cause::FinalDot, ..) => "final-dot",
        (_, Some(_), Some(_)) => "route-changed",
        (_, None, Some(_)) => "route-added",
        (_, Some(_), None) => "route-removed",
        (_, None, None) => "file",
    };
    Ok(Change {
        mail: Mail {
            recipient: witness.recipient.clone(),
            sender: witness.sender().map(<[u8]>::to_vec),
            subject: witness.subject().map(<[u8]>::to_vec),
            direction: witness.direction(),
        },
        old,
        new,
        classes: difference.classes,
        cause,
    })
}
