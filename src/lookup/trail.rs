//! How an answer came about.

use std::borrow::Cow;

use super::holds::{Holds, holds};
use super::select::Asked;
use super::store::{Hit, Store, StoreError};
use crate::model::{Condition, Decision, StageId};
use crate::source::Place;

/// What became of a key, or of a line with that key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// A line has it and decides.
    Matched,
    /// No line has it.
    Absent,
    /// A line has it, and another line with the same key decides.
    Shadowed,
    /// A line has it, and another key decides.
    PassedOver,
}

impl Outcome {
    /// The name in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Outcome::Matched => "matched",
            Outcome::Absent => "absent",
            Outcome::Shadowed => "shadowed",
            Outcome::PassedOver => "passed-over",
        }
    }
}

/// One step of the walk.
#[derive(Clone, Debug)]
pub struct Step {
    /// The stage: the file that was asked.
    pub stage: &'static str,
    /// The key that was tried.
    pub key: Vec<u8>,
    /// The line that has it.
    pub place: Option<Place>,
    /// What became of it.
    pub outcome: Outcome,
    /// The line that decided instead.
    pub by: Option<Place>,
    /// Why, for people.
    pub why: String,
}

/// Most losing lines listed for one stage: a table may repeat a key a million times.
const MOST_LINES: usize = 100;

/// The steps of one stage, in the order of the walk; losing lines stand behind the key they have.
pub(super) fn steps(
    store: &dyn Store,
    stage: StageId,
    keys: &[Cow<'_, [u8]>],
    best: Option<&Hit<'_>>,
    falls_through: bool,
) -> Result<Vec<Step>, StoreError> {
    let name = store
        .document()
        .table
        .stages()
        .get(stage)
        .map_or("", |s| s.name);
    let place = |hit: &Hit<'_>| {
        let view = hit.found.view();
        view.document().place(view.origin())
    };
    let winner = best.map(|hit| (hit.rank, hit.order));
    let by = best.and_then(place);
    let mut steps = Vec::new();
    let all = if winner.is_some() {
        store.all(stage, keys)?
    } else {
        Vec::new()
    };
    for (rank, key) in keys.iter().enumerate() {
        let step = |outcome, place, by, why: &str| Step {
            stage: name,
            key: key.to_vec(),
            place,
            outcome,
            by,
            why: why.to_owned(),
        };
        let mut lines = all
            .iter()
            .filter(|hit| hit.rank == rank)
            .take(MOST_LINES)
            .peekable();
        if lines.peek().is_none() {
            steps.push(step(Outcome::Absent, None, None, "no line has this key"));
        }
        for hit in lines {
            steps.push(match winner {
                Some(won) if won == (hit.rank, hit.order) => {
                    let why = if falls_through {
                        "found, and falls through to what follows"
                    } else {
                        "decides"
                    };
                    step(Outcome::Matched, place(hit), None, why)
                }
                Some((won, order)) if won == rank => {
                    let why = if order > hit.order {
                        "a later line has the same key"
                    } else {
                        "an earlier line has it"
                    };
                    step(Outcome::Shadowed, place(hit), by.clone(), why)
                }
                Some((won, _)) if won < rank => step(
                    Outcome::PassedOver,
                    place(hit),
                    by.clone(),
                    "a more specific key was found first",
                ),
                _ => step(
                    Outcome::PassedOver,
                    place(hit),
                    by.clone(),
                    "an earlier line matches too",
                ),
            });
        }
    }
    Ok(steps)
}

/// Most routes looked at for the trail of one stage.
const MOST_LOOKED_AT: usize = 10_000;

/// The steps of a stage whose routes have conditions, in the order of the walk; of routes with one key, in that of the file.
pub(super) fn conditional_steps(
    store: &dyn Store,
    stage: StageId,
    keys: &[Cow<'_, [u8]>],
    asked: Asked<'_, '_>,
    winner: Option<&(Hit<'_>, Decision)>,
) -> Result<Vec<Step>, StoreError> {
    let document = store.document();
    let Some(of) = document.table.stages().get(stage) else {
        return Ok(Vec::new());
    };
    let semantics = asked.semantics(stage, of);
    let place = |hit: &Hit<'_>| document.place(hit.found.view().origin());
    let won = winner.map(|(hit, _)| hit.order);
    let by = winner.and_then(|(hit, _)| place(hit));
    let step = |key: &[u8], outcome, place, by, why: &str| Step {
        stage: of.name,
        key: key.to_vec(),
        place,
        outcome,
        by,
        why: why.to_owned(),
    };
    let none = Condition::default();
    let mut found: Vec<Vec<Step>> = vec![Vec::new(); keys.len()];
    let all = store.candidates(stage, &semantics, keys, None)?;
    let first = all.take(MOST_LOOKED_AT);
    let last = winner.map(|(hit, _)| hit.clone());
    let mut shown = false;
    for hit in first.chain(last) {
        let steps = &mut found[hit.rank];
        let wins = won == Some(hit.order);
        if wins && std::mem::replace(&mut shown, true) || steps.len() >= MOST_LINES && !wins {
            continue;
        }
        let condition = hit.found.view().condition().unwrap_or(&none);
        let holds = holds(
            store,
            &semantics,
            condition,
            asked.envelope,
            asked.variation,
        );
        let (outcome, why) = match holds {
            _ if wins => (Outcome::Matched, "decides"),
            Holds::No(why) => (Outcome::PassedOver, why),
            Holds::Unknown(_) => (
                Outcome::PassedOver,
                "decides, or not: it depends on what is not known",
            ),
            Holds::Yes => (Outcome::Shadowed, "another route decides before"),
        };
        let by = by.clone().filter(|_| outcome == Outcome::Shadowed);
        let key = &keys[hit.rank];
        steps.push(step(key, outcome, place(&hit), by, why));
    }
    for (steps, key) in found.iter_mut().zip(keys) {
        if steps.is_empty() {
            steps.push(step(
                key,
                Outcome::Absent,
                None,
                None,
                "no route has this key",
            ));
        }
    }
    Ok(found.concat())
}
