//! Proof that a rewritten table says the same, before anything is written.

use anyhow::Result;

use crate::equivalence::{same_in_any_order, same_in_order};
use crate::formats::HEAD;
use crate::formats::smtproutes::{Dialect, read, stated_dialect};
use crate::model::Document;
use crate::source::Input;
use crate::store::MemoryStore;

/// How two tables may be the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    /// The same routes in the same order.
    Kept,
    /// The same routes, ordered so that they decide alike.
    Free,
}

/// True when every dialect of `promise` does the same with all mail by `old` and by `new`, credentials included, and both
/// name the same dialect at their top.
///
/// Both are read by the dialects' own readers, one dialect after another; each is given back as it was.
///
/// # Errors
/// A table is too large to be read.
pub(super) fn same(
    old: &mut Vec<u8>,
    new: &mut Vec<u8>,
    promise: &[&'static Dialect],
    order: Order,
) -> Result<bool> {
    let names = |text: &[u8]| {
        let stated = [&text[..text.len().min(HEAD)], text].map(stated_dialect);
        stated.map(|name| name.map(<[u8]>::to_vec))
    };
    if old == new {
        return Ok(true);
    }
    if names(old) != names(new) {
        return Ok(false);
    }
    for (n, &dialect) in promise.iter().enumerate() {
        // s/qmail and aQmail keep the same table in different directories.
        if promise[..n].iter().any(|&before| alike(before, dialect)) {
            continue;
        }
        let documents = [document(old, dialect)?, document(new, dialect)?];
        let (same, documents) = match order {
            Order::Kept => (same_in_order(&documents[0], &documents[1]), documents),
            Order::Free => same_for_all(documents)?,
        };
        let [a, b] = documents.map(|document| document.input.into_bytes());
        (*old, *new) = (a, b);
        if !same {
            return Ok(false);
        }
    }
    Ok(true)
}

/// True when two dialects read one table in the same way.
fn alike(a: &Dialect, b: &Dialect) -> bool {
    (a.lines, a.value, a.siblings) == (b.lines, b.value, b.siblings)
        && (a.semantics, a.product, a.file) == (b.semantics, b.product, b.file)
}

fn document(text: &mut Vec<u8>, dialect: &'static Dialect) -> Result<Document> {
    let input = Input::single(dialect.file, "-", std::mem::take(text))?;
    Ok(read(input, dialect)?)
}

fn same_for_all(documents: [Document; 2]) -> Result<(bool, [Document; 2])> {
    let [old, new] = documents.map(MemoryStore::new);
    let same = same_in_any_order(&old, &new)?;
    Ok((same, [old.into_document(), new.into_document()]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::smtproutes::DIALECTS;

    fn proved(old: &str, new: &str, order: Order) -> bool {
        let promise: Vec<&'static Dialect> = DIALECTS.iter().collect();
        let mut texts = [old, new].map(|text| text.as_bytes().to_vec());
        let [a, b] = &mut texts;
        let same = same(a, b, &promise, order).unwrap();
        assert!(!same || texts == [old, new].map(|text| text.as_bytes().to_vec()));
        same
    }

    #[test]
    fn every_dialect_is_asked() {
        use Order::{Free, Kept};
        assert!(proved("z:MX:0025 \n", "z:mx:25\n", Kept));
        assert!(!proved("A:mx\n", "a:mx\n", Kept));
        assert!(!proved("a:mx:0025x", "a:mx:25", Kept));
        assert!(proved("a:x\nb:y\n", "b:y\na:x\n", Free));
        assert!(!proved(":x\nb:y\n", "b:y\n:x\n", Free));
        let directive = "# qroute: dialect courier\n";
        assert!(!proved(&format!("\n{directive}"), directive, Kept));
    }
}
