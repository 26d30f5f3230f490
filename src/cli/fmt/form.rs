//! One table: its form, proved.

use anyhow::{Result, bail};

use crate::cli::dialect::unknown;
use crate::cli::messages::Messages;
use crate::cli::proof::{Order, same};
use crate::formats::smtproutes::{
    Canonical, DIALECTS, Depth, Dialect, Kept, Left, canonical, sorted,
};

/// What is kept, and to whom.
pub(super) struct Former {
    /// The dialects that must not notice.
    pub promise: Vec<&'static Dialect>,
    /// Blocks are sorted.
    pub sort: bool,
}

impl Former {
    /// As the options say: `names` are those of `--for`, none for all dialects.
    ///
    /// # Errors
    /// A name is no dialect's.
    pub fn new(names: &[String], sort: bool) -> Result<Self> {
        let mut promise: Vec<&'static Dialect> = Vec::new();
        for name in names {
            let Some(dialect) = Dialect::find(name) else {
                bail!("{}", unknown(name, "--for"));
            };
            if !promise.iter().any(|known| known.name == dialect.name) {
                promise.push(dialect);
            }
        }
        if promise.is_empty() {
            promise = DIALECTS.iter().collect();
        }
        Ok(Former { promise, sort })
    }

    /// The form of `old`. What was left because of a dialect is said under the name `shown`.
    ///
    /// # Errors
    /// The table is too large.
    pub fn form(&self, old: &mut Vec<u8>, shown: &str, messages: &Messages) -> Result<Vec<u8>> {
        let mut new = self.proved(old, shown, messages)?;
        if self.sort {
            let mut order = sorted(&new, &self.promise);
            if order.bytes != new {
                if same(&mut new, &mut order.bytes, &self.promise, Order::Free)? {
                    new = order.bytes;
                } else {
                    messages.hint(&format!(
                        "{shown}: not sorted, because some dialect could tell"
                    ));
                }
            }
            if let Some(first) = order.left.first() {
                messages.hint(&format!(
                    "{shown}: {} not sorted (first: line {first} of the result), because some dialect could tell; --for NAME[,…] names those that read this table",
                    counted(order.left.len(), "block is", "blocks are")
                ));
            }
        }
        Ok(new)
    }

    fn proved(&self, old: &mut Vec<u8>, shown: &str, messages: &Messages) -> Result<Vec<u8>> {
        for depth in [Depth::Whole, Depth::Layout] {
            let Canonical { mut bytes, left } = canonical(old, &self.promise, depth);
            if same(old, &mut bytes, &self.promise, Order::Kept)? {
                self.say_what_is_left(&left, shown, messages);
                return Ok(bytes);
            }
        }
        messages.hint(&format!(
            "{shown}: left as it is, because it cannot be proved that no dialect notices"
        ));
        Ok(old.clone())
    }

    fn say_what_is_left(&self, left: &[Left], shown: &str, messages: &Messages) {
        if left.is_empty() {
            return;
        }
        let parts: Vec<String> = left.iter().map(|left| self.words(left)).collect();
        messages.hint(&format!(
            "{shown}: {}; --for NAME[,…] names the dialects that read this table, and others no longer count",
            parts.join("; ")
        ));
    }

    /// `2 lines (first: line 7) keep …, because … (skarnet)`.
    fn words(&self, left: &Left) -> String {
        let names = left.kept.because_of(&self.promise);
        let names = match (left.kept, names.len()) {
            (Kept::CarriageReturn, 4..) => "every dialect but courier".to_owned(),
            _ => names.join(", "),
        };
        let lines = match left.lines {
            1 => format!("line {} keeps", left.first),
            many => format!("{many} lines (first: line {}) keep", left.first),
        };
        format!("{lines} {} ({names})", left.kept.words())
    }
}

fn counted(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}
