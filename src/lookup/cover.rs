//! Which routes take all mail of others.

use super::holds::is_key_of;
use super::key::{equal, keys};
use crate::model::{Condition, Document, RouteView, Semantics, SubjectOperator, SubjectTest};
use crate::source::Text;

/// True when `wide` takes all mail that `narrow` takes, as far as keys and conditions tell: false where that is not certain.
///
/// Both are routes of one document, in stages with these `semantics`. A walk tries for a key all that it tries for mail that
/// comes to the key, so that what stands in it covers the key.
pub fn covers(semantics: &Semantics, wide: RouteView<'_>, narrow: RouteView<'_>) -> bool {
    let none = Condition::default();
    let document = narrow.document();
    let key = narrow.key_text();
    let (a, b) = (
        wide.condition().unwrap_or(&none),
        narrow.condition().unwrap_or(&none),
    );
    is_within(document, semantics, key, wide.key_text())
        && rest_covers(document, semantics, a, b)
        && a.except.iter().all(|&except| {
            let excepted = |&other: &Text| is_within(document, semantics, except, other);
            !meet(document, semantics, except, key) || b.except.iter().any(excepted)
        })
}

/// As [`covers`], for conditions that are not about the recipient.
pub(super) fn rest_covers(
    document: &Document,
    semantics: &Semantics,
    wide: &Condition,
    narrow: &Condition,
) -> bool {
    // What takes no mail takes none of another route's, and there is nothing of it to take.
    if wide.unbound || narrow.unbound {
        return false;
    }
    let sender = match (wide.sender, narrow.sender) {
        (None, _) => true,
        (Some(_), None) => false,
        (Some(wide), Some(narrow)) => is_within(document, semantics, narrow, wide),
    };
    let subject = match (&wide.subject, &narrow.subject) {
        (None, _) => true,
        (Some(_), None) => false,
        (Some(wide), Some(narrow)) => implies(document, narrow, wide),
    };
    sender && subject && (wide.direction.is_none() || wide.direction == narrow.direction)
}

/// True when all that `key` stands for, `wide` stands for too.
fn is_within(document: &Document, semantics: &Semantics, key: Text, wide: Text) -> bool {
    let (key, wide) = (document.bytes(key), document.bytes(wide));
    keys(semantics.walk, key)
        .iter()
        .any(|tried| equal(semantics.key_case, tried, wide))
}

/// True unless nothing that one key stands for is what the other one does.
fn meet(document: &Document, semantics: &Semantics, a: Text, b: Text) -> bool {
    is_within(document, semantics, a, b)
        || is_within(document, semantics, b, a)
        || is_key_of(document, semantics, document.bytes(a), b)
}

/// True when every subject that passes `narrow` passes `wide`.
fn implies(document: &Document, narrow: &SubjectTest, wide: &SubjectTest) -> bool {
    use SubjectOperator::{Contains, EndsWith, StartsWith};
    let (text, part) = (document.bytes(narrow.operand), document.bytes(wide.operand));
    if narrow.operator == wide.operator && text == part && narrow.ignore_case == wide.ignore_case {
        return true;
    }
    if narrow.ignore_case || wide.ignore_case {
        return false;
    }
    match (narrow.operator, wide.operator) {
        (Contains | StartsWith | EndsWith, Contains) => memchr::memmem::find(text, part).is_some(),
        (StartsWith, StartsWith) => text.starts_with(part),
        (EndsWith, EndsWith) => text.ends_with(part),
        _ => false,
    }
}
