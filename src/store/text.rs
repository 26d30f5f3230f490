//! The raw text of a large table: searched for one question, or asked for the one line that its compiled file names. No table,
//! no index, a bounded buffer.

use std::borrow::Cow;
use std::fs::File;
use std::ops::Range;
use std::rc::Rc;

use super::MemoryStore;
use super::compiled::Compiled;
use super::search::{Keep, Place, read_at, search};
use crate::control::for_each_entry;
use crate::formats::smtproutes::{CredentialRule, Dialect, Siblings, read_entry, read_line};
use crate::lookup::{Candidates, Found, Hit, Store, StoreError, equal, prefers};
use crate::model::{Document, Precedence, Semantics, StageId, Walk};

/// Most lines with one key that an explanation is given, and one more than it shows. Each is read from the start of its
/// line, which may be long and hold thousands.
const MOST_HITS: usize = 101;

/// A table whose text is asked at every question; what stands beside it is held in memory.
#[derive(Debug)]
pub struct TextStore {
    compiled: Option<Compiled>,
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

impl TextStore {
    /// Searches `file` for the table's stage of `document`, which was read with the table's file in state
    /// [`Unread`](crate::source::State::Unread).
    ///
    /// The dialect must read each line by itself ([`Dialect::lines_are_independent`]), or the store be given a compiled file.
    pub fn new(document: Document, dialect: &'static Dialect, file: File, path: String) -> Self {
        let stages = document.table.stages();
        // indimail's variable takes the place of the file, which is then not asked at all.
        let asked =
            dialect.siblings != Siblings::Indimail || document.input.file("SMTPROUTE").is_none();
        let table = stages.iter().position(|s| asked && s.name == dialect.file);
        let bounce = stages
            .iter()
            .position(|s| asked && s.semantics.walk == Walk::NullSender);
        TextStore {
            compiled: None,
            beside: MemoryStore::new(document),
            file,
            path,
            dialect,
            table,
            bounce,
        }
    }

    /// The same store, which finds lines by the compiled file of the text. That file must be
    /// [current](Compiled::current). [`Store::all`] searches the text where lines can be read by themselves, and knows of the
    /// routes that decide alone where they cannot.
    #[must_use]
    pub fn with_compiled(mut self, compiled: Compiled) -> Self {
        self.compiled = Some(compiled);
        self
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

    /// The line at `place` and nothing behind it.
    fn line(&self, place: Place) -> Result<Vec<u8>, StoreError> {
        let mut bytes = Vec::new();
        loop {
            let held = bytes.len();
            bytes.resize(2 * held + 512, 0);
            let read = read_at(&self.file, &mut bytes[held..], place.line_at + held as u64)
                .map_err(|e| self.failed(e))?;
            let ends = held + read < bytes.len();
            bytes.truncate(held + read);
            // What is behind the entry's own end of line is not of this line.
            let from = held.max(place.entry_at).min(bytes.len());
            match memchr::memchr(b'\n', &bytes[from..]) {
                Some(end) => {
                    bytes.truncate(from + end);
                    return Ok(bytes);
                }
                None if ends => return Ok(bytes),
                None => {}
            }
        }
    }

    /// The hit at `place`, whose key is equal to `key`.
    fn hit(&self, stage: StageId, place: Place, key: &[u8]) -> Result<Hit<'_>, StoreError> {
        let (dialect, table) = (self.dialect, &self.beside.document().table);
        let document = if dialect.lines_are_independent() {
            let (bytes, entry) = self.line_and_next(place)?;
            read_line(dialect, table, stage, &self.path, bytes, entry, place.line)
        } else {
            let (bytes, at) = (self.line(place)?, place.entry_at);
            read_entry(dialect, table, stage, &self.path, bytes, at, place.line)
        };
        let document = document.map_err(|e| self.failed(std::io::Error::other(e)))?;
        let case = dialect.semantics.key_case;
        if document.table.len() != 1 || !equal(case, document.route(0).key(), key) {
            let text = "it changed while it was read; ask again";
            return Err(self.failed(std::io::Error::other(text)));
        }
        Ok(Hit {
            found: Found::Made(Rc::new(document)),
            rank: place.rank,
            order: order(place),
        })
    }

    /// The place that decides.
    fn best_place(&self, keys: &[Cow<'_, [u8]>]) -> std::io::Result<Option<Place>> {
        if let Some(compiled) = &self.compiled {
            return compiled.best(keys);
        }
        let precedence = self.dialect.semantics.precedence;
        let best = None;
        let kept = search(&self.file, keys, || Best { precedence, best })?;
        Ok(kept.best)
    }

    /// All places that an explanation shows.
    fn places(&self, keys: &[Cow<'_, [u8]>]) -> std::io::Result<Vec<Place>> {
        if let Some(compiled) = &self.compiled
            && !self.dialect.lines_are_independent()
        {
            let mut places = Vec::new();
            for (rank, key) in keys.iter().enumerate() {
                let found = compiled.best(std::slice::from_ref(key))?;
                places.extend(found.map(|place| Place { rank, ..place }));
            }
            places.sort_by_key(|&place| order(place));
            return Ok(places);
        }
        let kept = search(&self.file, keys, || Examples(vec![Vec::new(); keys.len()]))?;
        Ok(kept.places())
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

impl Store for TextStore {
    fn document(&self) -> &Document {
        self.beside.document()
    }

    fn best(&self, stage: StageId, keys: &[Cow<'_, [u8]>]) -> Result<Option<Hit<'_>>, StoreError> {
        let beside = self.beside.best(stage, keys)?;
        if !self.is_scanned(stage) {
            return Ok(beside);
        }
        let precedence = self.dialect.semantics.precedence;
        let best = self.best_place(keys).map_err(|e| self.failed(e))?;
        let scanned = best.map(|place| self.hit(stage, place, &keys[place.rank]));
        let scanned = scanned.transpose()?;
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
            for place in self.places(keys).map_err(|e| self.failed(e))? {
                hits.push(self.hit(stage, place, &keys[place.rank])?);
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
