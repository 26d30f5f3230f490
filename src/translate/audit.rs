//! What nobody's mail notices: names and comments.

use super::Request;
use super::ledger::Ledger;
use super::loss::{Effect, Loss};
use super::words::called;
use crate::model::{Document, Feature};
use crate::source::Span;

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
    if let Some(loss) = comment_loss(source) {
        ledger.add(loss);
    }
}

/// Most comments whose lines are named.
const MOST_LINES: usize = 8;

/// The comments of `document`, which no writer takes over, as one loss; `None` when it has none.
pub fn comment_loss(document: &Document) -> Option<Loss> {
    let all = comments(document);
    let lines = all.iter().take(MOST_LINES);
    let mut lines: Vec<String> = lines
        .filter_map(|&span| document.place(span))
        .map(|place| place.line.to_string())
        .collect();
    if all.len() > MOST_LINES {
        lines.push("…".to_owned());
    }
    let text = match all.len() {
        0 => return None,
        1 => format!("1 comment is not written (line {})", lines.concat()),
        n => format!("{n} comments are not written (lines {})", lines.join(", ")),
    };
    Some(Loss {
        feature: Feature::Comment,
        effect: Effect::Cosmetic,
        route: None,
        text,
        chosen: false,
    })
}

/// Where the comments of the document's files stand, by what begins one. What the table says about itself (`# qroute: …`) is none.
pub fn comments(document: &Document) -> Vec<Span> {
    let mut found = Vec::new();
    for file in document.input.files() {
        let Some(bytes) = file.state.bytes().filter(|_| !file.name.is_empty()) else {
            continue;
        };
        let is_markup = bytes
            .iter()
            .find(|b| !b.is_ascii_whitespace())
            .is_some_and(|&b| b == b'<');
        let mut push =
            |at: usize, length: usize| found.push(Span::at(file.base(), at..at + length));
        if is_markup {
            memchr::memmem::find_iter(bytes, b"<!--").for_each(|at| push(at, 4));
            continue;
        }
        let mut at = 0;
        for line in bytes.split(|&b| b == b'\n') {
            if line.starts_with(b"#") && !line.starts_with(b"# qroute:") {
                push(at, line.len());
            }
            at += line.len() + 1;
        }
    }
    found
}
