//! The raw text of a large table, searched for one question: no table, no index, a bounded buffer.

use std::borrow::Cow;
use std::fs::File;
use std::ops::Range;
use std::rc::Rc;

use super::MemoryStore;
use super::search::{Keep, Place, read_at, search};
use crate::control::for_each_entry;
use crate::formats::smtproutes::{CredentialRule, Dialect, Siblings, read_line};
use crate::lookup::{Candidates, Found, Hit, Store, StoreError, prefers};
use crate::model::{Document, Precedence, Semantics, StageId, Walk};

/// Most lines with one key that an explanation is given, and one more than it shows. Each is read from the start of its
/// line, which may be long and hold thousands.
const MOST_HITS: usize = 101;

/// A table whose text is searched at every question; what stands beside it is held in memory.
#[derive(Debug)]
pub struct ScanStore {
    beside: MemoryStore,
    file: File,
    path: String,
    dialect: &'static Dialect,
    table: Option<StageId>,
    bounce: Option<StageId>,
}

/// The place that decides.
struct Best {
    precedence: Precedence,
    best: Option<Place>,
}

impl Keep for Best {
    fn add(&mut self, place: Place) {
        let wins = |b: Place| {
            prefers(
                self.precedence,
                (place.rank, order(place)),
                (b.rank, order(b)),
            )
            .is_lt()
        };
        if self.best.is_none_or(wins) {
            self.best = Some(place);
        }
    }

    fn places(self) -> Vec<Place> {
        self.best.into_iter().collect()
    }
}

/// The first places of each key, and the last one: it may be the one that decides.
struct Examples(Vec<Vec<Place>>);

impl Keep for Examples {
    fn add(&mut self, place: Place) {
        let same_key = &mut self.0[place.rank];
        if same_key.len() == MOST_HITS {
            same_key.pop();
        }
        same_key.push(place);
    }

    fn places(self) -> Vec<Place> {
        let mut places: Vec<Place> = self.0.into_iter().flatten().collect();
        places.sort_by_key(|&place| order(place));
        places
    }
}

impl ScanStore {
    /// Searches `file` for the table's stage of `document`, which was read with the table's file in state
    /// [`Unread`](crate::source::State::Unread).
    ///
    /// The dialect must read each line by itself ([`Dialect::lines_are_independent`]).
    pub fn new(document: Document, dialect: &'static Dialect, file: File, path: String) -> Self {
        let stages = document.table.stages();
        // indimail's variable takes the place of the file, which is then not asked at all.
        let asked =
            dialect.siblings != Siblings::Indimail || document.input.file("SMTPROUTE").is_none();
        let table = stages.iter().position(|s| asked && s.name == dialect.file);
        let bounce = stages
            .iter()
            .position(|s| asked && s.semantics.walk == Walk::NullSender);
        ScanStore {
            beside: MemoryStore::new(document),
            file,
            path,
            dialect,
            table,
            bounce,
        }
    }

    fn is_scanned(&self, stage: StageId) -> bool {
        Some(stage) == self.table || Some(stage) == self.bounce
    }

    fn failed(&self, source: std::io::Error) -> StoreError {
        StoreError {
            path: self.path.clone(),
            source,
        }
    }

    /// The line at `place`, and as much behind it as shows the next entry when the dialect may take it for a password.
    fn line_and_next(&self, place: Place) -> Result<(Vec<u8>, Range<usize>), StoreError> {
        let mut bytes = Vec::new();
        let mut step = 4096;
        loop {
            let held = bytes.len();
            bytes.resize(held + step, 0);
            let read = read_at(&self.file, &mut bytes[held..], place.line_at + held as u64)
                .map_err(|e| self.failed(e))?;
            bytes.truncate(held + read);
            let ends = read < step;
            let complete = if ends {
                bytes.len()
            } else {
                memchr::memrchr(b'\n', &bytes).map_or(0, |at| at + 1)
            };
            let mut entry = None;
            let mut next = false;
            for_each_entry(&bytes[..complete], |range| {
                next |= entry.is_some();
                if range.start == place.entry_at {
                    entry = Some(range);
                }
            });
            let enough = next || self.dialect.value.credentials == CredentialRule::None;
            match entry {
                Some(entry) if enough || ends => return Ok((bytes, entry)),
                None if ends => return Ok((bytes, 0..0)),
                _ => step = step.saturating_mul(2),
            }
        }
    }

    fn hit(&self, stage: StageId, place: Place) -> Result<Hit<'_>, StoreError> {
        let (bytes, entry) = self.line_and_next(place)?;
        let table = &self.beside.document().table;
        let document = read_line(
            self.dialect,
            table,
            stage,
            &self.path,
            bytes,
            entry,
            place.line,
        )
        .map_err(|e| self.failed(std::io::Error::other(e)))?;
        Ok(Hit {
            found: Found::Made(Rc::new(document)),
            rank: place.rank,
            order: order(place),
        })
    }

    /// A hit beside the table, numbered so that it stands before or behind every line of the table: the database is asked
    /// after it, all else before it, and the last of equals wins.
    fn beside<'s>(&self, hit: Hit<'s>) -> Hit<'s> {
        let view = hit.found.view();
        let before = view
            .document()
            .input
            .file_of(view.origin())
            .is_some_and(|f| f.name == "moresmtproutes.cdb");
        let order = if before {
            hit.order
        } else {
            BEHIND + hit.order
        };
        Hit { order, ..hit }
    }
}

/// Orders below belong to the database, from here on to the table's lines …
const TABLE: u64 = 1 << 32;
/// … and from here on to what decides before them.
const BEHIND: u64 = 1 << 62;

fn order(place: Place) -> u64 {
    TABLE + place.line_at + place.entry_at as u64
}

impl Store for ScanStore {
    fn document(&self) -> &Document {
        self.beside.document()
    }

    fn best(&self, stage: StageId, keys: &[Cow<'_, [u8]>]) -> Result<Option<Hit<'_>>, StoreError> {
        let beside = self.beside.best(stage, keys)?;
        if !self.is_scanned(stage) {
            return Ok(beside);
        }
        let precedence = self.dialect.semantics.precedence;
        let kept = search(&self.file, keys, || Best {
            precedence,
            best: None,
        });
        let best = kept.map_err(|e| self.failed(e))?.best;
        let scanned = best.map(|place| self.hit(stage, place)).transpose()?;
        Ok(match (beside.map(|hit| self.beside(hit)), scanned) {
            (Some(a), Some(b)) => {
                let first = prefers(precedence, (a.rank, a.order), (b.rank, b.order)).is_lt();
                Some(if first { a } else { b })
            }
            (a, b) => a.or(b),
        })
    }

    fn all(&self, stage: StageId, keys: &[Cow<'_, [u8]>]) -> Result<Vec<Hit<'_>>, StoreError> {
        let mut hits = self.beside.all(stage, keys)?;
        if self.is_scanned(stage) {
            hits = hits.into_iter().map(|hit| self.beside(hit)).collect();
            let kept = search(&self.file, keys, || Examples(vec![Vec::new(); keys.len()]));
            for place in kept.map_err(|e| self.failed(e))?.places() {
                hits.push(self.hit(stage, place)?);
            }
            hits.sort_by_key(|hit| hit.order);
        }
        Ok(hits)
    }

    fn candidates<'s>(
        &'s self,
        stage: StageId,
        semantics: &Semantics,
        keys: &[Cow<'_, [u8]>],
        senders: Option<&[Cow<'_, [u8]>]>,
    ) -> Result<Candidates<'s>, StoreError> {
        self.beside.candidates(stage, semantics, keys, senders)
    }

    fn witnesses(&self, stage: StageId, limit: usize) -> Option<Vec<Vec<u8>>> {
        // The bounce stage decides for the null sender alone, which is always tried.
        if Some(stage) == self.bounce {
            Some(Vec::new())
        } else {
            self.beside.witnesses(stage, limit)
        }
    }

    fn addresses_at(&self, stage: StageId, host: &[u8]) -> Vec<Vec<u8>> {
        self.beside.addresses_at(stage, host)
    }

    fn is_empty(&self, stage: StageId) -> bool {
        !self.is_scanned(stage) && self.beside.is_empty(stage)
    }
}
