//! Routes that some mail can reach.

use super::key::{fold, keys};
use super::store::{Store, StoreError};
use crate::model::{Precedence, StageId};

/// The routes of `stage` that decide for the host that is their key, in the order of the file: all others decide for no mail.
/// The store must be one that knows of repeated keys.
///
/// Where the first match decides, a route behind one that stands in the walk of its own key is never come to, and of what is
/// left the most specific one is the first.
///
/// # Errors
/// As [`Store::best`].
pub fn reachable(store: &dyn Store, stage: StageId) -> Result<Vec<u32>, StoreError> {
    let document = store.document();
    let Some(asked) = document.table.stages().get(stage) else {
        return Ok(Vec::new());
    };
    if asked.semantics.precedence != Precedence::FirstMatch {
        // Nothing that is less specific decides before a route: only its equals do, and the store knows of those.
        let repeated = store.repeated(stage);
        let is_repeated = |number: &u32| repeated.binary_search(number).is_ok();
        return Ok((asked.first..asked.end)
            .filter(|n| !is_repeated(n))
            .collect());
    }
    let walk = asked.semantics.walk;
    let mut found = Vec::new();
    for number in asked.first..asked.end {
        let best = store.best(stage, &keys(walk, document.route(number).key()))?;
        if best.is_some_and(|hit| hit.found.view().index() == number) {
            found.push(number);
        }
    }
    Ok(found)
}

/// Whether the first match and the most specific one are the same route for mail to the key of route `number`, however it is
/// spelt: Courier takes several characters for a dot, and its walk goes by one of them.
///
/// # Errors
/// As [`Store::best`].
pub fn reduces(store: &dyn Store, stage: StageId, number: u32) -> Result<bool, StoreError> {
    let document = store.document();
    let Some(asked) = document.table.stages().get(stage) else {
        return Ok(true);
    };
    let semantics = asked.semantics;
    if semantics.precedence != Precedence::FirstMatch {
        return Ok(true);
    }
    let folded = fold(semantics.key_case, document.route(number).key());
    let best = store.best(stage, &keys(semantics.walk, &folded))?;
    Ok(best.is_some_and(|hit| hit.found.view().index() == number))
}
