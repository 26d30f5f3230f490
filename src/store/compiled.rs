//! A compiled table: which lines of a text have a key, without reading the text.

use std::borrow::Cow;
use std::fs::{File, Metadata};
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use super::search::Place;
use super::stamp::Stamp;
use crate::control::{Cdb, RESERVED};
use crate::formats::smtproutes::Dialect;
use crate::lookup::fold;
use crate::model::{KeyCase, Precedence};

/// Bytes of a place: offset of the record, number of the line, offset of the line, offset of the entry in it.
pub(super) const PLACE: usize = 16;

/// Most bytes that the stamp needs.
const STAMP: usize = 512;

/// Why a compiled table is not used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum NotCurrent {
    /// It is missing, or cannot be read.
    #[error("{0}")]
    Unreadable(#[source] io::Error),
    /// Another program made it, or another version of this one.
    #[error("it was not made by this version of qroute-compile")]
    Foreign,
    /// It was made for another dialect.
    #[error("it was made for dialect {0}")]
    Dialect(String),
    /// The text is another one than it was made of, or was changed since.
    #[error("the text has changed since")]
    Changed,
    /// It is not newer than the text by the steps of the clock: a change might not show.
    #[error("it is not newer than the text")]
    NotNewer,
}

impl NotCurrent {
    /// True when there is none, which is no reason to say anything.
    pub fn is_missing(&self) -> bool {
        matches!(self, NotCurrent::Unreadable(error) if error.kind() == io::ErrorKind::NotFound)
    }
}

/// A compiled table on disk.
#[derive(Debug)]
pub struct Compiled {
    cdb: Cdb,
    stamp: Stamp,
    case: KeyCase,
    precedence: Precedence,
    /// Where the places begin, and how many there are.
    places: (u64, u64),
}

impl Compiled {
    /// Opens the database at `path`, for tables of `dialect`. Whether it is current is another question.
    ///
    /// # Errors
    /// [`NotCurrent::Unreadable`] and [`NotCurrent::Foreign`].
    pub fn open(path: &Path, dialect: &Dialect) -> Result<Self, NotCurrent> {
        // A pipe would wait for its writer.
        let meta = std::fs::metadata(path).map_err(NotCurrent::Unreadable)?;
        if !meta.is_file() {
            return Err(NotCurrent::Foreign);
        }
        let file = File::open(path).map_err(NotCurrent::Unreadable)?;
        let foreign = |_| NotCurrent::Foreign;
        let cdb = Cdb::open(file).map_err(foreign)?;
        let record = cdb.find(RESERVED).map_err(foreign)?;
        let record = record.ok_or(NotCurrent::Foreign)?;
        let length = record.data.end - record.data.start;
        let mut head = vec![0; STAMP.min(usize::try_from(length).unwrap_or(STAMP))];
        cdb.read(&mut head, record.data.start).map_err(foreign)?;
        let (stamp, rest) = Stamp::read(&head).ok_or(NotCurrent::Foreign)?;
        // The hash of the text, for people and for lint.
        let end = memchr::memchr(b'\n', rest).ok_or(NotCurrent::Foreign)?;
        let begin = record.data.start + (head.len() - rest.len() + end + 1) as u64;
        if !(record.data.end - begin).is_multiple_of(PLACE as u64) {
            return Err(NotCurrent::Foreign);
        }
        Ok(Compiled {
            cdb,
            stamp,
            case: dialect.semantics.key_case,
            precedence: dialect.semantics.precedence,
            places: (begin, (record.data.end - begin) / PLACE as u64),
        })
    }

    /// Opens the database at `path` when it is what `text`, which is open, says in `dialect`.
    ///
    /// # Errors
    /// Why it is not.
    pub fn current(path: &Path, dialect: &Dialect, text: &Metadata) -> Result<Self, NotCurrent> {
        let compiled = Compiled::open(path, dialect)?;
        compiled.check(dialect, text)?;
        Ok(compiled)
    }

    fn check(&self, dialect: &Dialect, text: &Metadata) -> Result<(), NotCurrent> {
        if self.stamp.dialect != dialect.name {
            return Err(NotCurrent::Dialect(self.stamp.dialect.clone()));
        }
        if self.stamp != Stamp::of(dialect, text) {
            return Err(NotCurrent::Changed);
        }
        let own = self.cdb.file().metadata();
        let own = own.map_err(NotCurrent::Unreadable)?;
        match (own.mtime(), own.mtime_nsec()) < self.stamp.settled() {
            true => Err(NotCurrent::NotNewer),
            false => Ok(()),
        }
    }

    /// What it was made of.
    pub fn stamp(&self) -> &Stamp {
        &self.stamp
    }

    /// How many routes it holds.
    pub fn len(&self) -> u64 {
        self.places.1
    }

    /// True when it holds no route.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The place that decides among those with one of `keys`, most specific first.
    pub(super) fn best(&self, keys: &[Cow<'_, [u8]>]) -> io::Result<Option<Place>> {
        let mut best: Option<Place> = None;
        for (rank, key) in keys.iter().enumerate() {
            let Some(record) = self.cdb.find(&fold(self.case, key))? else {
                continue;
            };
            let place = self.place(record.at, rank)?;
            // Of those that can decide at all the most specific one is the first, but for the dots of Courier.
            if self.precedence != Precedence::FirstMatch {
                return Ok(Some(place));
            }
            let at = |place: Place| (place.line_at, place.entry_at);
            if best.is_none_or(|best| at(place) < at(best)) {
                best = Some(place);
            }
        }
        Ok(best)
    }

    /// The place of the record at `at`.
    fn place(&self, at: u32, rank: usize) -> io::Result<Place> {
        let (begin, count) = self.places;
        let (mut low, mut high) = (0, count);
        while low < high {
            let middle = low + (high - low) / 2;
            let mut place = [0; PLACE];
            self.cdb.read(&mut place, begin + middle * PLACE as u64)?;
            let [record, line, line_at, entry_at] = std::array::from_fn(|n| {
                u32::from_le_bytes([0, 1, 2, 3].map(|byte| place[4 * n + byte]))
            });
            match record.cmp(&at) {
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Greater => high = middle,
                std::cmp::Ordering::Equal => {
                    return Ok(Place {
                        rank,
                        line_at: line_at.into(),
                        line: line.into(),
                        entry_at: entry_at as usize,
                    });
                }
            }
        }
        Err(io::Error::new(
            io::ErrorKind::InvalidData,
            "the compiled table does not know the place of a route",
        ))
    }
}
