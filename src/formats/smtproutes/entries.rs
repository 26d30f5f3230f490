//! The entries of a file that is read line by line, pushed into a table.

use std::ops::Range;

use super::dialect::Dialect;
use super::grammar;
use super::route::{Role, action};
use crate::control::for_each_entry;
use crate::model::{RouteTable, TableFull};
use crate::source::{Span, line_count};

/// From this size on, a file is read in two halves at the same time.
const WORTH_A_THREAD: usize = 1024 * 1024;

/// A file to read.
pub(super) struct Entries<'a> {
    /// How its values are read.
    pub dialect: &'a Dialect,
    /// What its entries are.
    pub role: Role,
    /// Offset of its first byte in the input.
    pub base: u32,
    /// Its bytes.
    pub bytes: &'a [u8],
    /// Which keys are of interest.
    pub wanted: &'a (dyn Fn(&[u8]) -> bool + Sync),
}

/// The first entry of a part, and the last one, which is not pushed yet: its password may be in the entry behind it.
#[derive(Default)]
struct Ends {
    first: Option<Range<usize>>,
    last: Option<Range<usize>>,
}

impl Entries<'_> {
    /// Pushes all entries that are of interest, in the order of the file.
    ///
    /// # Errors
    /// The table is full.
    pub fn push_all(&self, table: &mut RouteTable) -> Result<(), TableFull> {
        let half = self.bytes.len() / 2;
        let middle = match self.bytes.len() {
            0..WORTH_A_THREAD => None,
            _ => memchr::memchr(b'\n', &self.bytes[half..]).map(|end| half + end + 1),
        };
        let Some(middle) = middle else {
            table.reserve(line_count(self.bytes) + 1);
            let ends = self.part(0..self.bytes.len(), table)?;
            return self.last(ends.last, None, table);
        };
        let mut behind = table.beside();
        let (first, second) = std::thread::scope(|scope| {
            let second = scope.spawn(|| {
                behind.reserve(line_count(&self.bytes[middle..]) + 1);
                self.part(middle..self.bytes.len(), &mut behind)
            });
            // The second half is about as long, and comes to stand here too.
            table.reserve(2 * line_count(&self.bytes[..middle]) + 2);
            let first = self.part(0..middle, table);
            // A thread that could not end has panicked: the panic goes on here.
            (
                first,
                second
                    .join()
                    .unwrap_or_else(|panic| std::panic::resume_unwind(panic)),
            )
        });
        let (first, second) = (first?, second?);
        self.last(first.last, second.first, table)?;
        table.append(behind)?;
        self.last(second.last, None, table)
    }

    fn part(&self, range: Range<usize>, table: &mut RouteTable) -> Result<Ends, TableFull> {
        let mut ends = Ends::default();
        let mut full = Ok(());
        for_each_entry(&self.bytes[range.clone()], |entry| {
            let entry = range.start + entry.start..range.start + entry.end;
            ends.first.get_or_insert_with(|| entry.clone());
            if let Some(before) = ends.last.replace(entry.clone())
                && full.is_ok()
            {
                full = self.push(before, Some(entry), table);
            }
        });
        full.map(|()| ends)
    }

    fn last(
        &self,
        entry: Option<Range<usize>>,
        next: Option<Range<usize>>,
        table: &mut RouteTable,
    ) -> Result<(), TableFull> {
        entry.map_or(Ok(()), |entry| self.push(entry, next, table))
    }

    fn push(
        &self,
        entry: Range<usize>,
        next: Option<Range<usize>>,
        table: &mut RouteTable,
    ) -> Result<(), TableFull> {
        match grammar::entry(&self.bytes[entry.clone()]) {
            Ok((_, (key, value))) if (self.wanted)(key) => {
                let at = self.base + (entry.start + key.len() + 1) as u32;
                let next = next.map(|next| Span::at(self.base, next));
                let action = action(self.dialect, self.role, at, value, next);
                let key = Span::new(self.base + entry.start as u32, key.len() as u32);
                table.push(Span::at(self.base, entry), key, action)
            }
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Document, Semantics};
    use crate::source::Input;

    #[test]
    fn halves_do_not_show() {
        let line = |n: usize| match n % 5 {
            0 => format!("h{n}.example:mx|user{n}\n"),
            1 => format!("# {n}\n"),
            2 => format!("h{n}.example:mx:{n}|u|p\n"),
            3 => "\n".to_owned(),
            _ => format!("h{n}.example:mx{n}\0.e{n}:\n"),
        };
        let dialect = Dialect::find("sagredo").unwrap();
        // The middle falls into a line of every kind.
        for count in 80_000..80_010 {
            let text: String = (0..count).map(line).collect();
            assert!(text.len() > WORTH_A_THREAD);
            let wanted = |key: &[u8]| key.last() != Some(&b'9');
            let (role, bytes) = (Role::Table, text.as_bytes());
            let entries = Entries {
                dialect,
                role,
                base: 0,
                bytes,
                wanted: &wanted,
            };
            let [mut halves, mut whole] = [(); 2].map(|()| {
                let mut table = RouteTable::new(dialect.product);
                table.begin_stage(
                    "smtproutes",
                    Semantics {
                        ..dialect.semantics
                    },
                );
                table
            });
            entries.push_all(&mut halves).unwrap();
            let ends = entries.part(0..bytes.len(), &mut whole).unwrap();
            entries.last(ends.last, None, &mut whole).unwrap();
            let documents = [halves, whole].map(|table| {
                let input = Input::single("smtproutes", "-", bytes.to_vec()).unwrap();
                Document::new(input, table)
            });
            assert_eq!(documents[0].table.len(), documents[1].table.len());
            assert_eq!(documents[0].table.stages(), documents[1].table.stages());
            for (a, b) in documents[0].routes().zip(documents[1].routes()) {
                assert_eq!(
                    (a.origin(), a.key(), a.action()),
                    (b.origin(), b.key(), b.action())
                );
            }
        }
    }
}
