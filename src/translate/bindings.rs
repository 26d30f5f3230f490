//! Matches that have no place in a file, and are given to its reader besides.

use super::frame::read;
use super::translation::{Request, TranslateError};
use crate::formats::{ReadOptions, Written};
use crate::model::{Document, RouteView, Walk};

/// What a reader must be told of routes that it knows by name alone: the name, the route of the source, and the keys.
pub(super) type Bindings = Vec<(String, Option<u32>, Vec<String>)>;

/// What the target's reader makes of `files`, which were written from `made`: told of the matches that have no place there, as the
/// user would tell it.
///
/// # Errors
/// As the reader's; it finds an error in what was written, or fewer routes.
pub(super) fn read_bound(
    request: &Request,
    made: &Document,
    files: &[Written],
) -> Result<(Document, ReadOptions, Bindings), TranslateError> {
    let mut options = request.read_back.clone();
    let mut document = read(request.target, &options, files.to_vec())?;
    if let Some(problem) = document.error() {
        return Err(TranslateError::Broken(problem.message.clone()));
    }
    let bindings = bindings(made, &document)?;
    if !bindings.is_empty() {
        let all = bindings.iter();
        let all = all.map(|(name, _, keys)| (name.clone(), keys.clone()));
        options.bind.extend(all);
        document = read(request.target, &options, files.to_vec())?;
    }
    Ok((document, options, bindings))
}

/// The bindings under which `read` takes the mail of `made`; none for a target with a place for matches.
///
/// # Errors
/// There are fewer routes than were written.
fn bindings(made: &Document, read: &Document) -> Result<Bindings, TranslateError> {
    let is_unbound = |route: &RouteView<'_>| route.condition().is_some_and(|c| c.unbound);
    let mut found: Bindings = Vec::new();
    if !read.routes().any(|route| is_unbound(&route)) {
        return Ok(found);
    }
    let mut names = read.routes().filter_map(|route| route.name());
    let mut last: Option<RouteView<'_>> = None;
    for route in made.routes() {
        let again = last.is_some_and(|last| {
            last.name().is_some()
                && (last.origin(), last.name(), last.owner())
                    == (route.origin(), route.name(), route.owner())
                && last.action() == route.action()
        });
        last = Some(route);
        let walk = made.table.stages()[route.stage()].semantics.walk;
        let key = String::from_utf8_lossy(route.key()).into_owned();
        let keys = match (key.is_empty(), walk) {
            (true, _) => vec!["*".to_owned()],
            (_, Walk::SuffixesWithoutDot | Walk::AddressThenSuffixesWithoutDot) => {
                vec![key.clone(), format!(".{key}")]
            }
            _ => vec![key],
        };
        let unbound = is_unbound(&route);
        match found.last_mut() {
            Some((_, _, all)) if again => all.extend(keys),
            _ => {
                let Some(name) = names.next() else {
                    return Err(TranslateError::Broken("a route is missing".to_owned()));
                };
                let name = String::from_utf8_lossy(name).into_owned();
                let keys = if unbound { Vec::new() } else { keys };
                found.push((name, Some(route.index()), keys));
            }
        }
    }
    found.retain(|(_, _, keys)| !keys.is_empty());
    Ok(found)
}
