//! What nobody's mail notices: names and comments.

use super::Request;
use super::ledger::Ledger;
use super::loss::{Effect, Loss};
use super::words::called;
use crate::formats::Comments;
use crate::model::{Document, Feature};

/// Enters names that are not written, and comments, which no writer takes over: one loss each.
pub(super) fn names_and_comments(
    source: &Document,
    target: &Document,
    request: &Request,
    ledger: &mut Ledger,
) {
    let called = called(request.target, &request.options);
    let kept: std::collections::HashSet<&[u8]> =
        target.routes().filter_map(|route| route.name()).collect();
    let mut lost = source
        .routes()
        .filter(|route| route.name().is_some_and(|name| !kept.contains(name)));
    if let Some(first) = lost.next() {
        let count = 1 + lost.count();
        let text = format!(
            "{count} {} not written: {called} has no place for names",
            if count == 1 { "name is" } else { "names are" }
        );
        let loss = Loss::new(Feature::Name, Effect::Cosmetic, first.index(), text);
        ledger.add(loss);
    }
    let count = comments(source);
    if count > 0 {
        ledger.add(Loss {
            feature: Feature::Comment,
            effect: Effect::Cosmetic,
            route: None,
            text: format!(
                "{count} {} not written",
                if count == 1 {
                    "comment is"
                } else {
                    "comments are"
                }
            ),
            chosen: false,
        });
    }
}

/// Number of comments in the source's files, by what begins one.
fn comments(source: &Document) -> usize {
    let mut count = 0;
    for file in source.input.files() {
        let Some(bytes) = file.state.bytes().filter(|_| !file.name.is_empty()) else {
            continue;
        };
        let is_markup = bytes
            .iter()
            .find(|b| !b.is_ascii_whitespace())
            .is_some_and(|&b| b == b'<');
        count += match is_markup {
            true => count_of(Comments::Markup, bytes),
            false => count_of(Comments::Hash, bytes),
        };
    }
    count
}

fn count_of(comments: Comments, bytes: &[u8]) -> usize {
    match comments {
        Comments::Hash => bytes
            .split(|&b| b == b'\n')
            .filter(|line| line.starts_with(b"#") && !line.starts_with(b"# qroute:"))
            .count(),
        Comments::Markup => memchr::memmem::find_iter(bytes, b"<!--").count(),
        Comments::None => 0,
    }
}
