//! Equality of tables that hold the same routes in another order.

use std::borrow::Cow;

use super::in_order::{Pair, same_frame};
use crate::lookup::{Hit, Store, StoreError, fold};
use crate::model::{KeyCase, Precedence, StageId, Walk};

/// True when it is certain that both tables decide alike for all mail, although their routes may stand in another order; what
/// is the same is what [`same_in_order`](super::same_in_order) takes for it.
///
/// For every key the line that decides must say the same. Where the first line that matches decides, two keys that can match one
/// host must stand in the same order: one of them is then what follows a dot of the other, dot included, or nothing. Walks
/// other than that of suffixes with their dot are not judged there: `false`. Linear in the labels.
///
/// # Errors
/// [`StoreError`] when a store cannot read.
pub fn same_in_any_order(old: &dyn Store, new: &dyn Store) -> Result<bool, StoreError> {
    let (a, b) = (old.document(), new.document());
    if !same_frame(a, b) {
        return Ok(false);
    }
    for (id, stage) in a.table.stages().iter().enumerate() {
        let judge = Judge {
            old,
            new,
            id,
            case: stage.semantics.key_case,
            by_order: stage.semantics.precedence == Precedence::FirstMatch,
        };
        if judge.by_order && stage.semantics.walk != Walk::DotSuffixes {
            return Ok(false);
        }
        for index in stage.first..stage.end {
            let here = judge.same_at(a.route(index).key())?;
            // Keys that only the new table has would otherwise go unseen.
            if !here || judge.best(old, b.route(index).key())?.is_none() {
                return Ok(false);
            }
        }
    }
    Ok(true)
}

struct Judge<'s> {
    old: &'s dyn Store,
    new: &'s dyn Store,
    id: StageId,
    case: KeyCase,
    by_order: bool,
}

impl<'s> Judge<'s> {
    fn best(&self, store: &'s dyn Store, key: &[u8]) -> Result<Option<Hit<'s>>, StoreError> {
        store.best(self.id, &[Cow::Borrowed(key)])
    }

    fn same_at(&self, key: &[u8]) -> Result<bool, StoreError> {
        let (Some(old), Some(new)) = (self.best(self.old, key)?, self.best(self.new, key)?) else {
            return Ok(false);
        };
        let pair = Pair {
            old: old.found.view(),
            new: new.found.view(),
            rule: self.old.document().table.product.literals,
        };
        if !pair.same_action() {
            return Ok(false);
        }
        if !self.by_order {
            return Ok(true);
        }
        // As the reader sees it: an ideographic full stop is a dot to Courier.
        let folded = match key.is_ascii() {
            true => None,
            false => Some(fold(self.case, key)),
        };
        for text in std::iter::once(key).chain(folded.as_deref()) {
            for at in (1..=text.len()).filter(|&at| at == text.len() || text[at] == b'.') {
                let wider = [self.old, self.new].map(|store| self.best(store, &text[at..]));
                let [wider_old, wider_new] = wider;
                let same = match (wider_old?, wider_new?) {
                    (None, None) => true,
                    (Some(a), Some(b)) => (a.order < old.order) == (b.order < new.order),
                    _ => false,
                };
                if !same {
                    return Ok(false);
                }
            }
        }
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::smtproutes::{Dialect, read};
    use crate::source::Input;
    use crate::store::MemoryStore;

    fn same(dialect: &str, old: &str, new: &str) -> bool {
        let dialect = Dialect::find(dialect).unwrap();
        let [old, new] = [old, new].map(|text| {
            let input = Input::single(dialect.file, "-", text.as_bytes().to_vec()).unwrap();
            MemoryStore::new(read(input, dialect).unwrap())
        });
        same_in_any_order(&old, &new).unwrap()
    }

    #[test]
    fn order_counts_where_a_host_can_tell() {
        for (dialect, old, new, expected) in [
            ("notqmail", "a:1\n.b:2\n:3\n", ":3\n.b:2\nA:1\n", true),
            ("notqmail", "a:1\nA:2\n", "a:2\nA:1\n", false),
            ("notqmail", "a:1\nb:2\n", "a:1\na:1\n", false),
            ("notqmail", "a:1\na:1\n", "a:1\nb:2\n", false),
            ("qsmtp", "a:1\nb:2\n", "b:2\na:1\n", true),
            ("qsmtp", "a.d:1\n.d:2\n", ".d:2\na.d:1\n", false),
            ("qsmtp", "b:1\n:2\n", ":2\nb:1\n", false),
            ("qsmtp", ".a.d:1\nd:3\n.d:2\n", "d:3\n.a.d:1\n.d:2\n", true),
            (
                "courier",
                "x.BÜ.d:1\n.bü.d:2\n",
                ".bü.d:2\nx.BÜ.d:1\n",
                false,
            ),
            (
                "courier",
                "x.bücher.d:1\n.xn--bcher-kva.d:2\n",
                ".xn--bcher-kva.d:2\nx.bücher.d:1\n",
                false,
            ),
            ("sagredo", "a:m|u\nb:c\nd:e\n", "a:m|u\nd:e\nb:c\n", false),
            ("skarnet", "A:1\na:2\n", "a:2\nA:1\n", true),
            ("skarnet", "z:1\na:1:\n", "a:1:\nz:1\n", false),
        ] {
            assert_eq!(same(dialect, old, new), expected, "{dialect} {old}");
        }
    }
}
