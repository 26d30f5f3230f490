//! A translation put into a table that is there already.

use std::collections::HashMap;

use super::frame::read;
use super::piece::{Draft, Drafted, Piece};
use super::reduce::is_shadowed;
use super::translation::{Request, TranslateError};
use crate::equivalence::{CompareOptions, compare};
use crate::formats::Output;
use crate::lookup::{Store, carry_out};
use crate::model::{Condition, Document, Precedence, RouteView};
use crate::source::{Text, Visible};

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
    /// The files; `None` when there are conflicts and they are not to be settled.
    pub output: Option<Output>,
    /// The conflicts.
    pub conflicts: Vec<Conflict>,
    /// Number of routes that were there and that came.
    pub routes: (usize, usize),
}

/// Puts the routes of `new`, which a translation read back, into the table of `old`: both of the target's format.
///
/// Equal routes are no conflict. In a table whose first match decides new routes stand behind the old ones, or before them when they
/// replace; a new route that an old one leaves no mail is a conflict too. The result is read back and compared with what was merged.
///
/// # Errors
/// As [`translate`](super::translate): what was written must decide as what was merged.
pub fn merge(
    old: &dyn Store,
    new: &Document,
    request: &Request,
    on_conflict: OnConflict,
) -> Result<Merged, TranslateError> {
    let mut merger = Merger {
        old: old.document(),
        new,
        on_conflict,
        conflicts: Vec::new(),
        added: 0,
    };
    let mut made = merger.run(false)?;
    let first_match = |document: &Document| {
        let mut stages = document.table.stages().iter();
        stages.any(|stage| stage.semantics.precedence == Precedence::FirstMatch)
    };
    if first_match(&made.document) {
        let shadowed = shadowed(request, &mut made, merger.old.table.len())?;
        let mut conflicts: Vec<Conflict> = Vec::new();
        for (old, new) in shadowed {
            conflicts.push(Conflict { old, new });
        }
        if !conflicts.is_empty() {
            merger.conflicts.extend(conflicts);
            if on_conflict == OnConflict::Replace {
                let kept = std::mem::take(&mut merger.conflicts);
                merger.added = 0;
                made = merger.run(true)?;
                merger.conflicts = kept;
            }
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
    let read = read(request.target, &request.read_back, output.files.clone())?;
    if let Some(problem) = read.error() {
        return Err(TranslateError::Broken(problem.message.clone()));
    }
    let (merged, read) = (request.store(made.document), request.store(read));
    let options = CompareOptions {
        max_classes: request.max_classes,
        ..CompareOptions::default()
    };
    let compared = compare(&merged, &read, &options)?;
    if let Some(difference) = compared.differences.first() {
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
        output: Some(output),
        conflicts: merger.conflicts,
        routes,
    })
}

struct Merger<'a> {
    old: &'a Document,
    new: &'a Document,
    on_conflict: OnConflict,
    conflicts: Vec<Conflict>,
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
    (route.stage(), route.key().to_ascii_lowercase(), rest)
}

fn same_deed(a: RouteView<'_>, b: RouteView<'_>) -> bool {
    match (
        carry_out(a, b"domain.example"),
        carry_out(b, b"domain.example"),
    ) {
        (Some(a), Some(b)) => a.same_mail(&b),
        (None, None) => true,
        _ => false,
    }
}

impl Merger<'_> {
    fn run(&mut self, new_first: bool) -> Result<Drafted, TranslateError> {
        let mut draft = Draft::new(self.old.table.product);
        let mut there: HashMap<Whose, u32> = HashMap::new();
        for route in self.old.routes() {
            there.entry(whose(route)).or_insert(route.index());
        }
        // The new route that takes the place of an old one.
        let mut replaced: HashMap<u32, u32> = HashMap::new();
        let mut fresh: Vec<u32> = Vec::new();
        for route in self.new.routes() {
            match there.get(&whose(route)) {
                None => fresh.push(route.index()),
                Some(&old) if same_deed(self.old.route(old), route) => {}
                Some(&old) => {
                    self.conflicts.push(Conflict {
                        old,
                        new: route.index(),
                    });
                    if self.on_conflict == OnConflict::Replace {
                        replaced.insert(old, route.index());
                    }
                }
            }
        }
        self.added = fresh.len();
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
                let piece = match replaced.get(&index) {
                    Some(&new) => Piece::of(self.new.route(new)),
                    None => Piece::of(self.old.route(index)),
                };
                draft.push(&piece, Some(index))?;
            }
            if !new_first {
                push_news(&mut draft)?;
            }
        }
        Ok(draft.finish()?)
    }
}

/// New routes behind old ones that leave them no mail: the old one that stands first, as far as it is known, and the new one.
fn shadowed(
    request: &Request,
    made: &mut Drafted,
    old: usize,
) -> Result<Vec<(u32, u32)>, TranslateError> {
    let product = made.document.table.product;
    let empty = Draft::new(product).finish()?.document;
    let store = request.store(std::mem::replace(&mut made.document, empty));
    let mut found = Vec::new();
    for (id, stage) in store.document().table.stages().iter().enumerate() {
        for index in stage.first..stage.end {
            let from = made.from.get(index as usize).copied().flatten();
            let Some(new) = from.and_then(|from| from.checked_sub(old as u32)) else {
                continue;
            };
            if is_shadowed(&store, id, stage, store.document().route(index))? {
                found.push((stage.first, new));
            }
        }
    }
    made.document = store.into_document();
    Ok(found)
}
