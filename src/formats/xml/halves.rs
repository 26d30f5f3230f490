//! Large files in two halves, read at the same time.
//!
//! Nothing tells where a record begins but all the text before it. The second half is begun on suspicion, behind something
//! that looks like the end of a record; the first half goes on until it comes to the same place. If it does, and the same elements
//! are open there, then what the second half found is what the first one would have found. Else it is thrown away.

use memchr::memmem;

use super::super::contents::Stop;
use super::Walker;

/// Fewer bytes than this are not worth a second thread.
const WORTH_A_THREAD: usize = 1024 * 1024;

/// A reader of records that can be told to begin in the middle.
pub(in crate::formats) trait Half<'t>: Send + Sized {
    /// Reads what `walker` comes to, to the end of the text or to the place where `other` began.
    ///
    /// # Errors
    /// As of the walker; the table is full.
    fn walk(&mut self, walker: &mut Walker<'t>, other: Option<&Start>) -> Result<(), Stop>;

    /// A reader for the last `behind` bytes, where this one has read nothing but the tags around records and will go over
    /// `before` bytes. `None` when there can be none.
    fn beside(&self, before: usize, behind: usize) -> Option<Self>;

    /// True when `other` would have found the same after all that this one found.
    fn agrees_with(&self, other: &Self) -> bool;

    /// Takes in what `other` found behind all that this one did.
    ///
    /// # Errors
    /// The table is full.
    fn append(&mut self, other: Self) -> Result<(), Stop>;
}

/// Where a walker began in the middle: in which elements, by their names' offsets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::formats) struct Start {
    pub at: usize,
    pub open: Vec<usize>,
}

/// Reads on with `half` to the end of the text, from where `walker` is: inside the element whose children are records, which
/// end with `end_tag`.
///
/// # Errors
/// As [`Half::walk`].
pub(in crate::formats) fn in_halves<'t, H: Half<'t>>(
    half: &mut H,
    walker: &mut Walker<'t>,
    end_tag: &str,
) -> Result<(), Stop> {
    let length = walker.rest().len();
    match length < WORTH_A_THREAD {
        true => half.walk(walker, None),
        false => cut_at(length / 2, half, walker, end_tag),
    }
}

/// The same, where the second half begins behind the first `end_tag` that stands `middle` bytes on or farther.
///
/// # Errors
/// As [`Half::walk`].
pub(in crate::formats) fn cut_at<'t, H: Half<'t>>(
    middle: usize,
    half: &mut H,
    walker: &mut Walker<'t>,
    end_tag: &str,
) -> Result<(), Stop> {
    let Some((start, mut behind, mut other)) = begin(middle, half, walker, end_tag) else {
        return half.walk(walker, None);
    };
    std::thread::scope(|scope| {
        let second = scope.spawn(move || {
            let read = other.walk(&mut behind, None);
            read.map(|()| (other, behind))
        });
        half.walk(walker, Some(&start))?;
        if walker.is_at(&start) {
            // A thread that could not end is done again here, where its panic is ours.
            if let Ok(read) = second.join() {
                let (other, behind) = read?;
                if half.agrees_with(&other) {
                    half.append(other)?;
                    walker.append(behind);
                    return Ok(());
                }
            }
        }
        half.walk(walker, None)
    })
}

/// A second walker behind the middle, with its reader.
fn begin<'t, H: Half<'t>>(
    middle: usize,
    half: &H,
    walker: &Walker<'t>,
    end_tag: &str,
) -> Option<(Start, Walker<'t>, H)> {
    let rest = walker.rest().as_bytes();
    let found = memmem::find(rest.get(middle..)?, end_tag.as_bytes())?;
    let before = middle + found + end_tag.len();
    let (start, behind) = walker.farther(before)?;
    let other = half.beside(before, rest.len() - before)?;
    Some((start, behind, other))
}

/// What a document says, wherever text that was made lies.
#[cfg(test)]
pub(in crate::formats) fn said(document: &crate::model::Document) -> String {
    use crate::source::Visible;
    let text = |text| {
        (
            Visible(document.bytes(text)).to_string(),
            document.source_of(text),
        )
    };
    let routes = document.routes().map(|route| {
        let action = route.action();
        let hosts = action.hops().iter().map(|hop| match hop.lookup {
            crate::model::HopLookup::Address(host) | crate::model::HopLookup::MxOf(host) => {
                (text(host), hop.port, hop.preference)
            }
            crate::model::HopLookup::OwnMx => (text(route.key_text()), hop.port, None),
        });
        let hosts: Vec<_> = hosts.collect();
        let condition = route.condition().map(|condition| {
            let except: Vec<_> = condition.except.iter().map(|key| text(*key)).collect();
            let subject = condition
                .subject
                .map(|test| (test.operator, text(test.operand)));
            (condition.sender.map(text), except, subject)
        });
        let doubts: Vec<_> = route.doubts().collect();
        let does = std::mem::discriminant(&route.action());
        format!(
            "{:?} {:?} {does:?} {hosts:?} {condition:?} {doubts:?}",
            text(route.key_text()),
            route.origin()
        )
    });
    let routes: Vec<String> = routes.collect();
    let whole = document.input.files()[0]
        .state
        .bytes()
        .map_or(0, <[u8]>::len);
    let shown = document
        .input
        .shown(crate::source::Span::new(0, whole as u32));
    let stages = document.table.stages();
    format!(
        "{routes:#?}\n{stages:?}\n{:#?}\n{} {}\n{}",
        document.problems,
        document.written,
        document.usable,
        String::from_utf8_lossy(&shown)
    )
}
