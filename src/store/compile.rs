//! Compiling a table.

use std::borrow::Cow;
use std::fs::File;
use std::io;
use std::ops::Range;

use sha2::{Digest, Sha256};

use super::MemoryStore;
use super::compiled::PLACE;
use super::stamp::Stamp;
use crate::control::RESERVED;
use crate::formats::smtproutes::{Dialect, Lines, read_entry};
use crate::lookup::{Store, StoreError, carry_out, fold, reachable, reduces};
use crate::model::{Action, Document, FileVerdict, KeyCase, Password, RouteView, StageId, Walk};
use crate::source::{Place, Visible, line_count};

/// Why a table cannot be compiled: what a key and a value cannot carry.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum NotCompilable {
    /// The product does something else with the file than to read routes from it.
    #[error("{0}")]
    WholeFile(String),
    /// A route cannot be carried.
    #[error("{place}: {why}")]
    Route {
        /// Where it stands.
        place: Place,
        /// Why, and what to do.
        why: String,
    },
    /// The store could not be asked.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The records of a table: one for each route that some mail can reach, in the order of the file.
#[derive(Debug)]
pub struct Records<'s> {
    document: &'s Document,
    case: KeyCase,
    text: &'s [u8],
    base: u32,
    routes: Vec<u32>,
}

impl<'s> Records<'s> {
    /// The records of the table that `store` holds, read as `dialect`.
    ///
    /// # Errors
    /// What cannot be carried.
    pub fn of(store: &'s MemoryStore, dialect: &'static Dialect) -> Result<Self, NotCompilable> {
        let document = store.document();
        match &document.table.verdict {
            FileVerdict::Normal => {}
            FileVerdict::IgnoredWhole(why) => return Err(NotCompilable::WholeFile(why.clone())),
            FileVerdict::DeferAll { text, .. } => {
                return Err(NotCompilable::WholeFile(text.clone()));
            }
        }
        let file = document.input.file(dialect.file);
        let text = file.and_then(|file| file.state.bytes()).unwrap_or(b"");
        let mut records = Records {
            document,
            case: dialect.semantics.key_case,
            text,
            base: file.map_or(0, |file| file.base()),
            routes: Vec::new(),
        };
        let stages = document.table.stages();
        let is_table = |stage: &crate::model::Stage| {
            stage.name == dialect.file && stage.semantics.walk != Walk::NullSender
        };
        let Some(stage) = stages.iter().position(is_table) else {
            return Ok(records);
        };
        records.check_all(dialect, stage)?;
        records.routes = reachable(store, stage)?;
        for &number in &records.routes {
            if !reduces(store, stage, number)? {
                return Err(records.refused(
                    number,
                    "another route stands before it for some spellings of its key; write its dots and letters plainly",
                ));
            }
        }
        records.prove(dialect, stage)?;
        Ok(records)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.routes.len()
    }

    /// True when there are none.
    pub fn is_empty(&self) -> bool {
        self.routes.is_empty()
    }

    /// Key and value of each: the key as equal ones share it, and what stands right of it.
    pub fn iter(&self) -> impl Iterator<Item = (Cow<'s, [u8]>, &'s [u8])> {
        self.routes.iter().map(|&number| {
            let route = self.document.route(number);
            let value = &self.text[self.value(route)];
            (fold(self.case, route.key()), value)
        })
    }

    /// Writes the database: the records, and the one that says what they were made of.
    ///
    /// # Errors
    /// As `write(2)`; a database holds less than 4 GiB.
    pub fn write(&self, file: File, stamp: &Stamp) -> io::Result<()> {
        std::thread::scope(|scope| {
            let hash = scope.spawn(|| Sha256::digest(self.text));
            let (mut make, places) = self.write_routes(file)?;
            let hash = hash.join().unwrap_or_else(|_| Sha256::digest(self.text));
            let hex: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
            let mut data = format!("{stamp}sha256 {hex}\n").into_bytes();
            data.extend(places);
            make.add(RESERVED, &data)?;
            make.finish()
        })
    }

    fn write_routes(&self, file: File) -> io::Result<(cdb2::CDBMake, Vec<u8>)> {
        let mut make = cdb2::CDBMake::new(file)?;
        let mut places = Vec::with_capacity(self.routes.len() * PLACE);
        // Records stand behind a header of 2048 bytes.
        let mut at = 2048u32;
        let mut line = Line::default();
        for (&number, (key, value)) in self.routes.iter().zip(self.iter()) {
            make.add(&key, value)?;
            let entry = self.entry(self.document.route(number));
            line.go_to(self.text, entry.start);
            for word in [
                at,
                line.number,
                line.start as u32,
                (entry.start - line.start) as u32,
            ] {
                places.extend(word.to_le_bytes());
            }
            at = at.saturating_add(8 + (key.len() + value.len()) as u32);
        }
        Ok((make, places))
    }

    /// Where the entry of a route stands in the text.
    fn entry(&self, route: RouteView<'_>) -> Range<usize> {
        let origin = route.origin();
        let start = (origin.start - self.base) as usize;
        start..start + origin.len as usize
    }

    /// What stands right of the key of a route, and of the colon behind it.
    fn value(&self, route: RouteView<'_>) -> Range<usize> {
        let entry = self.entry(route);
        // skarnet's keys may stand in brackets, which do not belong to them.
        let behind = (route.key_text().end() - self.base) as usize;
        let colon = memchr::memchr(b':', &self.text[behind..entry.end]);
        colon.map_or(entry.end, |colon| behind + colon + 1)..entry.end
    }

    fn refused(&self, number: u32, why: &str) -> NotCompilable {
        let route = self.document.route(number);
        match self.document.place(route.origin()) {
            Some(place) => NotCompilable::Route {
                place,
                why: format!("`{}`: {why}", Visible(route.key())),
            },
            None => NotCompilable::WholeFile(why.to_owned()),
        }
    }

    /// Refuses what no value carries, whether mail reaches it or not: it is a mistake that somebody should see.
    fn check_all(&self, dialect: &Dialect, stage: StageId) -> Result<(), NotCompilable> {
        let stages = self.document.table.stages();
        let Some(stage) = stages.get(stage) else {
            return Ok(());
        };
        for number in stage.first..stage.end {
            let route = self.document.route(number);
            if route.only_hop().is_some() {
                continue;
            }
            match &route.action() {
                Action::Crash(_) => {
                    let why = format!(
                        "{} ends with a crash when a search comes here, and mail waits; write key:relay",
                        dialect.title
                    );
                    return Err(self.refused(number, &why));
                }
                Action::Relay { hops, .. } => {
                    let stated = |hop: &crate::model::Hop| {
                        let credentials = hop.credentials.as_ref();
                        credentials.is_none_or(|c| matches!(c.password, Password::Stated(_)))
                    };
                    if !hops.iter().all(stated) {
                        return Err(self.refused(
                            number,
                            "the product takes the next line for the password of this route, and a value holds one line; write the password, or no user",
                        ));
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Where the lines of a file depend on one another, reads each route's line alone and compares.
    fn prove(&self, dialect: &'static Dialect, stage: StageId) -> Result<(), NotCompilable> {
        // Courier's entries depend on nothing but themselves, and a line may hold thousands.
        if !matches!(dialect.lines, Lines::Qsmtp | Lines::Skarnet) {
            return Ok(());
        }
        let mut line = Line::default();
        for &number in &self.routes {
            let route = self.document.route(number);
            let entry = self.entry(route);
            line.go_to(self.text, entry.start);
            let end = memchr::memchr(b'\n', &self.text[entry.end..]);
            let end = end.map_or(self.text.len(), |at| entry.end + at);
            let alone = read_entry(
                dialect,
                &self.document.table,
                stage,
                "",
                self.text[line.start..end].to_vec(),
                entry.start - line.start,
                1,
            );
            let key = route.key();
            let same = alone.is_ok_and(|alone| {
                alone.table.len() == 1
                    && alone.route(0).key() == key
                    && carry_out(alone.route(0), key) == carry_out(route, key)
            });
            if !same {
                return Err(self.refused(
                    number,
                    "what this line means depends on other lines; repair those that lint names",
                ));
            }
        }
        Ok(())
    }
}

/// The line that holds a place in a text, found by going on from the one before.
#[derive(Debug)]
struct Line {
    number: u32,
    start: usize,
    /// Up to here lines are counted.
    counted: usize,
}

impl Default for Line {
    fn default() -> Self {
        Line {
            number: 1,
            start: 0,
            counted: 0,
        }
    }
}

impl Line {
    /// Goes on to the line that holds `at`; never back.
    fn go_to(&mut self, text: &[u8], at: usize) {
        let between = &text[self.counted.min(at)..at];
        if let Some(end) = memchr::memrchr(b'\n', between) {
            self.number = self
                .number
                .saturating_add(line_count(&between[..=end]) as u32);
            self.start = self.counted + end + 1;
        }
        self.counted = at;
    }
}
