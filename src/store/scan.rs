//! The raw text of a large table, searched for one question: no table, no index, a bounded buffer.

use std::borrow::Cow;
use std::fs::File;
use std::ops::Range;
use std::os::unix::fs::FileExt;
use std::rc::Rc;

use super::MemoryStore;
use crate::control::for_each_entry;
use crate::formats::smtproutes::{CredentialRule, Dialect, Siblings, read_line};
use crate::lookup::{Found, Hit, Store, StoreError, prefers};
use crate::model::{Document, StageId, Walk};
use crate::source::line_count;

/// Bytes read at once. A line that is longer makes the buffer grow to its length.
const CHUNK: usize = 256 * 1024;

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

/// An entry with one of the keys asked for.
#[derive(Clone, Copy, Debug)]
struct Place {
    rank: usize,
    /// Offset of its line.
    line_at: u64,
    /// Number of its line, from 1.
    line: u64,
    /// Offset of the entry in its line.
    entry_at: usize,
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

    /// Calls `found` with every entry whose key is one of `keys`, in the order of the file.
    fn search(
        &self,
        keys: &[Cow<'_, [u8]>],
        mut found: impl FnMut(Place),
    ) -> Result<(), StoreError> {
        // Filled with zeros once: `held` bytes of it are text.
        let mut space: Vec<u8> = vec![0; 2 * CHUNK];
        let mut held = 0;
        let mut chunk_at = 0u64;
        let mut line = 1u64;
        loop {
            if space.len() < held + CHUNK {
                space.resize(2 * space.len(), 0);
            }
            let read = self.fill(&mut space[held..held + CHUNK], chunk_at + held as u64)?;
            let buffer = &mut space[..held + read];
            if buffer.is_empty() {
                return Ok(());
            }
            let last = read < CHUNK;
            // What was held has no line end: only the new bytes are searched for one.
            let whole = match memchr::memrchr(b'\n', &buffer[held..]) {
                _ if last => buffer.len(),
                Some(at) => held + at + 1,
                None => {
                    held += read;
                    continue;
                }
            };
            let lines = &buffer[..whole];
            // Lines are counted up to a hit, and no byte twice.
            let (mut counted, mut number) = (0, line);
            candidates(lines, keys, |start, end| {
                for_each_entry(&lines[start..end], |entry| {
                    let Some(rank) = rank_of(&lines[start..end][entry.clone()], keys) else {
                        return;
                    };
                    number += line_count(&lines[counted..start]) as u64;
                    counted = start;
                    found(Place {
                        rank,
                        line_at: chunk_at + start as u64,
                        line: number,
                        entry_at: entry.start,
                    });
                });
            });
            if last {
                return Ok(());
            }
            line = number + line_count(&lines[counted..]) as u64;
            chunk_at += whole as u64;
            held = buffer.len() - whole;
            buffer.copy_within(whole.., 0);
        }
    }

    /// Reads until `buffer` is full or the file ends.
    fn fill(&self, buffer: &mut [u8], mut at: u64) -> Result<usize, StoreError> {
        let mut done = 0;
        while done < buffer.len() {
            match self.file.read_at(&mut buffer[done..], at) {
                Ok(0) => break,
                Ok(n) => {
                    done += n;
                    at += n as u64;
                }
                Err(e) if e.kind() == std::io::ErrorKind::Interrupted => {}
                Err(e) => return Err(self.failed(e)),
            }
        }
        Ok(done)
    }

    /// The line at `place`, and as much behind it as shows the next entry when the dialect may take it for a password.
    fn line_and_next(&self, place: Place) -> Result<(Vec<u8>, Range<usize>), StoreError> {
        let mut bytes = Vec::new();
        let mut step = 4096;
        loop {
            let held = bytes.len();
            bytes.resize(held + step, 0);
            let read = self.fill(&mut bytes[held..], place.line_at + held as u64)?;
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

/// Which of `keys` the entry has.
fn rank_of(entry: &[u8], keys: &[Cow<'_, [u8]>]) -> Option<usize> {
    let key = &entry[..memchr::memchr(b':', entry)?];
    keys.iter().position(|k| k.eq_ignore_ascii_case(key))
}

/// Calls `candidate` with the range of every line that may hold an entry with one of `keys`: a `:` behind bytes equal to the
/// key. Lines with NUL hold several entries and are all candidates.
fn candidates(lines: &[u8], keys: &[Cow<'_, [u8]>], mut candidate: impl FnMut(usize, usize)) {
    let nul = memchr::memchr(0, lines).is_some();
    let keys: Vec<&[u8]> = keys.iter().map(AsRef::as_ref).collect();
    let mut start = 0;
    for end in memchr::memchr_iter(b'\n', lines).chain(std::iter::once(lines.len())) {
        // The byte behind the key is looked at first: it rules out nearly all lines, and lies in a cache line that is there.
        let may_match = |key: &&[u8]| {
            let colon = start + key.len();
            colon < end && lines[colon] == b':' && lines[start..colon].eq_ignore_ascii_case(key)
        };
        if keys.iter().any(may_match)
            || (nul && start < end && memchr::memchr(0, &lines[start..end]).is_some())
        {
            candidate(start, end);
        }
        start = end + 1;
    }
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
        let mut best: Option<Place> = None;
        self.search(keys, |place| {
            let wins = |b: Place| {
                prefers(precedence, (place.rank, order(place)), (b.rank, order(b))).is_lt()
            };
            if best.is_none_or(wins) {
                best = Some(place);
            }
        })?;
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
            let mut places: Vec<Vec<Place>> = vec![Vec::new(); keys.len()];
            self.search(keys, |place| {
                let same_key = &mut places[place.rank];
                // The last one is kept: it may be the one that decides.
                if same_key.len() == MOST_HITS {
                    same_key.pop();
                }
                same_key.push(place);
            })?;
            for place in places.into_iter().flatten() {
                hits.push(self.hit(stage, place)?);
            }
            hits.sort_by_key(|hit| hit.order);
        }
        Ok(hits)
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
