//! A translation put into a table that is there already.

use std::collections::{HashMap, HashSet};

use super::bindings::read_bound;
use super::piece::{Draft, Drafted, Piece};
use super::reduce::shadow;
use super::translation::{Request, TranslateError};
use crate::equivalence::{Cause, CompareOptions, compare};
use crate::formats::Output;
use crate::lookup::{Store, carry_out};
use crate::model::{Condition, Document, Precedence, RouteView};
use crate::source::{Text, Visible};
use crate::store::MemoryStore;

/// What becomes of two routes for the same mail that say different things.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnConflict {
    /// The one that is there stays.
    Keep,
    /// The new one takes its place.
    Replace,
    /// Nothing is written.
    Fail,
}

/// A route that is there and a new one, which say different things about the same mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Conflict {
    /// Number of the route that is there.
    pub old: u32,
    /// Number of the new one in the document of the translation.
    pub new: u32,
}

/// A merged table.
#[derive(Debug)]
pub struct Merged {
    /// The files, and what was read back and proved; `None` when there are conflicts and they are not to be settled.
    pub output: Option<(Output, MemoryStore)>,
    /// The conflicts.
    pub conflicts: Vec<Conflict>,
    /// Number of routes that were there and that came.
    pub routes: (usize, usize),
}

/// Puts the routes of `new`, which a translation read back, into the table of `old`: both of the target's format.
///
/// Equal routes are no conflict. A route that is known by name alone and has no place for a match is the one of that name. In a
/// table whose first match decides new routes stand behind the old ones, or before them when they replace; a new route that an
/// old one leaves no mail is a conflict too. The result is read back and compared with what was merged.
///
/// # Errors
/// As [`translate`](super::translate): what was written must decide as what was merged.
pub fn merge(
    old: &dyn Store,
    new: &Document,
    request: &Request,
    on_conflict: OnConflict,
) -> Result<Merged, TranslateError> {
    let unbound = old.document().routes().filter(|route| is_unbound(*route));
    let mut merger = Merger {
        unbound: unbound
            .filter_map(|route| Some(((route.stage(), route.name()?.to_vec()), route.index())))
            .collect(),
        old: old.document(),
        new,
        on_conflict,
        conflicts: Vec::new(),
        equal: HashMap::new(),
        added: 0,
    };
    let mut made = merger.run(false)?;
    let first_match = |document: &Document| {
        let mut stages = document.table.stages().iter();
        stages.any(|stage| stage.semantics.precedence == Precedence::FirstMatch)
    };
    if first_match(&made.document) {
        let shadowed = shadowed(request, &mut made, &merger)?;
        let mut conflicts: Vec<Conflict> = Vec::new();
        for (old, new) in shadowed {
            conflicts.push(Conflict { old, new });
        }
        merger.conflicts.extend(conflicts);
        // New routes in the places of old ones would meet mail in the order of those.
        if !merger.conflicts.is_empty() && on_conflict == OnConflict::Replace {
            made = merger.run(true)?;
        }
    }
    let routes = (merger.old.table.len(), merger.added);
    if !merger.conflicts.is_empty() && on_conflict == OnConflict::Fail {
        return Ok(Merged {
            output: None,
            conflicts: merger.conflicts,
            routes,
        });
    }
    let output =
        (request.target.write)(&made.document, &request.options).map_err(TranslateError::Write)?;
    let (read, _, _) = read_bound(request, &made.document, &output.files)?;
    let (merged, read) = (request.store(made.document), request.store(read));
    let options = CompareOptions {
        max_classes: request.max_classes,
        ..CompareOptions::default()
    };
    let compared = compare(&merged, &read, &options)?;
    // It is one product: what that does with mail that no route takes is not said by the table, but for the words about routes
    // that are bound to no domain.
    let mut differences = compared.differences.iter();
    if let Some(difference) = differences.find(|found| found.cause != Cause::DefaultPath) {
        let shown = Visible(&difference.witness.recipient).to_string();
        return Err(TranslateError::Unannounced(shown));
    }
    if compared.undecided > 0 {
        return Err(TranslateError::Undecidable(
            compared.undecided,
            String::new(),
        ));
    }
    Ok(Merged {
        output: Some((output, read)),
        conflicts: merger.conflicts,
        routes,
    })
}

struct Merger<'a> {
    /// Routes that are there and are bound to no domain, by stage and name.
    unbound: HashMap<(usize, Vec<u8>), u32>,
    old: &'a Document,
    new: &'a Document,
    on_conflict: OnConflict,
    conflicts: Vec<Conflict>,
    /// Old routes that are new ones too: their numbers in both tables.
    equal: HashMap<u32, u32>,
    added: usize,
}

/// All that says whose mail a route takes.
type Whose = (usize, Vec<u8>, Vec<Vec<u8>>);

fn whose(route: RouteView<'_>) -> Whose {
    let document = route.document();
    let lower = |text: Text| document.bytes(text).to_ascii_lowercase();
    let none = Condition::default();
    let condition = route.condition().unwrap_or(&none);
    let mut rest: Vec<Vec<u8>> = condition.except.iter().map(|&key| lower(key)).collect();
    rest.sort_unstable();
    rest.push(condition.sender.map_or(b"*".to_vec(), lower));
    rest.push(condition.subject.map_or_else(Vec::new, |test| {
        let how = format!("{:?}{}", test.operator, test.ignore_case);
        [how.as_bytes(), document.bytes(test.operand)].concat()
    }));
    rest.push(format!("{:?}", condition.direction).into_bytes());
    rest.extend(route.name().map(<[u8]>::to_vec));
    (space(route), route.key().to_ascii_lowercase(), rest)
}

fn is_unbound(route: RouteView<'_>) -> bool {
    route.condition().is_some_and(|condition| condition.unbound)
}

fn same_deed(a: RouteView<'_>, b: RouteView<'_>) -> bool {
    let way = |route: RouteView<'_>| route.condition().and_then(|c| c.direction);
    if way(a) != way(b) {
        return false;
    }
    match (
        carry_out(a, b"domain.example"),
        carry_out(b, b"domain.example"),
    ) {
        (Some(a), Some(b)) => a.same_mail(&b),
        (None, None) => true,
        _ => false,
    }
}

/// The stage of `route`, or the first one that matches alike: what stands in the lists of one product (cPanel) is about the same mail.
fn space(route: RouteView<'_>) -> usize {
    let stages = route.document().table.stages();
    let own = stages.get(route.stage()).map(|stage| stage.semantics);
    let first = stages.iter().position(|stage| Some(stage.semantics) == own);
    first.unwrap_or(route.stage())
}

/// The route of those with the same match that decides.
fn deciding(document: &Document, all: &[u32]) -> Option<u32> {
    let first = *all.first()?;
    let stage = document.route(first).stage();
    let last_decides = document.table.stages().get(stage).is_some_and(|stage| {
        stage.semantics.precedence
            == Precedence::MostSpecific {
                last_of_equals: true,
            }
    });
    let mut of_stage = all
        .iter()
        .copied()
        .filter(|&index| document.route(index).stage() == stage);
    match last_decides {
        true => of_stage.next_back(),
        false => of_stage.next(),
    }
}

/// Routes by whose mail they take, in the order of their first ones.
fn grouped(document: &Document) -> (Vec<Vec<u32>>, HashMap<Whose, usize>) {
    let mut groups: Vec<Vec<u32>> = Vec::new();
    let mut by_whose = HashMap::new();
    for route in document.routes() {
        let next = groups.len();
        let at = *by_whose.entry(whose(route)).or_insert(next);
        match groups.get_mut(at) {
            Some(group) => group.push(route.index()),
            None => groups.push(vec![route.index()]),
        }
    }
    (groups, by_whose)
}

impl Merger<'_> {
    fn run(&mut self, new_first: bool) -> Result<Drafted, TranslateError> {
        let mut draft = Draft::new(self.old.table.product);
        let (olds, there) = grouped(self.old);
        // The new routes that take the place of an old one: several when it is bound to several domains.
        let mut replaced: HashMap<u32, Vec<u32>> = HashMap::new();
        let mut gone: HashSet<u32> = HashSet::new();
        let mut fresh: Vec<u32> = Vec::new();
        self.added = 0;
        for group in grouped(self.new).0 {
            let Some(new) = deciding(self.new, &group) else {
                continue;
            };
            let route = self.new.route(new);
            let by_name = || {
                let name = route.name()?.to_vec();
                self.unbound
                    .get(&(route.stage(), name))
                    .map(std::slice::from_ref)
            };
            let by_match = there.get(&whose(route)).and_then(|&at| olds.get(at));
            let Some(all) = by_match.map(Vec::as_slice).or_else(by_name) else {
                self.added += group.len();
                fresh.extend(group);
                continue;
            };
            let Some(old) = deciding(self.old, all) else {
                continue;
            };
            if same_deed(self.old.route(old), route) && !new_first {
                self.equal.insert(old, new);
                continue;
            }
            if new_first {
                // All new ones go first, in their own order.
                gone.extend(all);
                fresh.extend(group);
                continue;
            }
            if self.conflicts.last().is_none_or(|last| last.old != old) {
                self.conflicts.push(Conflict { old, new });
            }
            if self.on_conflict != OnConflict::Replace {
                continue;
            }
            gone.extend(all);
            for index in group {
                let stage = self.new.route(index).stage();
                let mut place = all
                    .iter()
                    .filter(|&&old| self.old.route(old).stage() == stage);
                match place.next() {
                    Some(&old) => replaced.entry(old).or_default().push(index),
                    None => fresh.push(index),
                }
            }
        }
        fresh.sort_unstable();
        for (id, stage) in self.old.table.stages().iter().enumerate() {
            draft.begin_stage(stage.name, stage.semantics);
            let mut news = Vec::new();
            for &index in &fresh {
                let route = self.new.route(index);
                if route.stage() == id {
                    news.push((Piece::of(route), index));
                }
            }
            let first = self.old.table.len() as u32;
            let push_news = |draft: &mut Draft| -> Result<(), TranslateError> {
                for (piece, index) in &news {
                    draft.push(piece, Some(first + index))?;
                }
                Ok(())
            };
            if new_first {
                push_news(&mut draft)?;
            }
            for index in stage.first..stage.end {
                for &new in replaced.get(&index).into_iter().flatten() {
                    draft.push(&Piece::of(self.new.route(new)), Some(first + new))?;
                }
                if !gone.contains(&index) {
                    draft.push(&Piece::of(self.old.route(index)), Some(index))?;
                }
            }
            if !new_first {
                push_news(&mut draft)?;
            }
        }
        Ok(draft.finish()?)
    }
}

/// New routes behind old ones that leave them no mail: the first old one that takes all of it, and the new one.
fn shadowed(
    request: &Request,
    made: &mut Drafted,
    merger: &Merger<'_>,
) -> Result<Vec<(u32, u32)>, TranslateError> {
    let old = merger.old.table.len() as u32;
    let product = made.document.table.product;
    let empty = Draft::new(product).finish()?.document;
    let store = request.store(std::mem::replace(&mut made.document, empty));
    let mut found = Vec::new();
    for (id, stage) in store.document().table.stages().iter().enumerate() {
        for index in stage.first..stage.end {
            let from = made.from.get(index as usize).copied().flatten();
            // One that is there already is a new one as well.
            let new = from.and_then(|from| match from.checked_sub(old) {
                None => merger.equal.get(&from).copied(),
                new => new,
            });
            let Some(new) = new else { continue };
            let by = shadow(&store, id, stage, store.document().route(index))?;
            let by = by.and_then(|by| made.from.get(by as usize).copied().flatten());
            // One that another new route takes all mail of was dead before; one that does the same takes nothing away.
            let Some(by) = by.filter(|&by| by < old) else {
                continue;
            };
            if !same_deed(merger.old.route(by), merger.new.route(new)) {
                found.push((by, new));
            }
        }
    }
    made.document = store.into_document();
    Ok(found)
}
