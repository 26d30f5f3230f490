//! Routes as they are read, whatever file they stand in.

use std::hash::{BuildHasher, Hasher};

use hashbrown::hash_table::Entry;
use hashbrown::{DefaultHashBuilder, HashTable};
use smallvec::SmallVec;

use super::super::notes::Notes;
use super::super::options::Assumed;
use crate::diagnostic::{Finding, Severity};
use crate::model::{Action, Choice, Hop, HopLookup, Port, RouteTable, TableFull};
use crate::source::{Input, Span, Text};

/// What becomes of mail for an entry with an error.
pub(super) const UNUSED: &str = "the entry is not used: mail for it is not decided by this file";

/// Where mail for an entry goes.
pub(super) enum Delivery {
    /// To the MX of a name.
    Mx(Text, Option<Port>),
    /// To servers.
    Static(SmallVec<[Hop; 1]>),
}

/// The first entry for its recipient.
struct Seen {
    hash: u64,
    route: u32,
    /// It counts among those free of errors.
    counts: bool,
}

/// Collects routes.
pub(super) struct Routes<'a> {
    pub notes: Notes<'a>,
    pub assumed: Assumed<'a>,
    /// Names in another case, and methods in other words, are taken for what they resemble.
    pub lenient: bool,
    pub table: RouteTable,
    /// Entries written down, and those free of errors.
    pub counts: (u64, u64),
    doubts: Vec<&'static str>,
    /// By hash of the recipient in small letters.
    seen: HashTable<Seen>,
    hasher: DefaultHashBuilder,
}

impl<'a> Routes<'a> {
    pub fn new(input: &'a Input, table: RouteTable, assumed: Assumed<'a>, lenient: bool) -> Self {
        Routes {
            notes: Notes::new(input),
            assumed,
            lenient,
            table,
            counts: (0, 0),
            doubts: Vec::new(),
            seen: HashTable::new(),
            hasher: DefaultHashBuilder::default(),
        }
    }

    /// No entries yet, for another part of the same text: see [`Notes::beside`].
    pub fn beside(&self, before: usize, behind: usize) -> Option<Self> {
        let (input, table) = (self.notes.input, self.table.beside());
        Some(Routes {
            notes: self.notes.beside(before, behind)?,
            hasher: self.hasher.clone(),
            ..Routes::new(input, table, self.assumed.clone(), self.lenient)
        })
    }

    /// True when an entry of `other` has the recipient of one of these.
    pub fn has_any_of(&self, other: &Self) -> bool {
        other.seen.iter().any(|seen| {
            let key = other.notes.bytes(other.table.key_text(seen.route));
            let same = |own: &Seen| is_for(&self.notes, &self.table, own, seen.hash, key);
            self.seen.find(seen.hash, same).is_some()
        })
    }

    /// Takes in entries that stand behind these, none with the recipient of another.
    ///
    /// # Errors
    /// The table is full.
    pub fn append(&mut self, other: Self) -> Result<(), TableFull> {
        self.notes.append(other.notes);
        self.table.append(other.table)?;
        self.counts.0 += other.counts.0;
        self.counts.1 += other.counts.1;
        Ok(())
    }

    /// Begins an entry.
    pub fn begin(&mut self) {
        self.counts.0 += 1;
        self.doubts.clear();
        self.notes.broken = false;
    }

    /// Notes that the entry at hand is there only if what is assumed of `key` is right.
    pub fn doubt(&mut self, key: &'static str) {
        if !self.doubts.contains(&key) {
            self.doubts.push(key);
        }
    }

    /// Ends the entry: `origin` is all of it, `key` whose mail it takes, `delivery` where that goes; `None` when there were
    /// errors in them.
    ///
    /// # Errors
    /// The table is full.
    pub fn end(
        &mut self,
        origin: Span,
        key: Option<Text>,
        delivery: Option<Delivery>,
    ) -> Result<(), TableFull> {
        let Some(key) = key else { return Ok(()) };
        if let Some(Delivery::Static(hops)) = &delivery {
            self.look_at_servers(origin, hops);
        }
        let doubts = std::mem::take(&mut self.doubts);
        let as_assumed = |key: &&'static str| self.assumed.is(key, self.assumed.first(key));
        if !doubts.iter().all(as_assumed) {
            self.counts.1 += u64::from(!self.notes.broken);
            return Ok(());
        }
        let hash = self.hash(key);
        let excluded = self.look_for_others(hash, key)?;
        let usable = !self.notes.broken;
        let action = match delivery {
            _ if excluded => undecided(TWICE),
            Some(delivery) if usable => {
                self.counts.1 += 1;
                action(delivery)
            }
            // Whose mail it is is known, and what becomes of it is not.
            _ => undecided("the entry has errors: mail for it is not decided by this file"),
        };
        self.remember(hash, key, usable);
        self.table.push(origin, key, action)?;
        for doubt in doubts {
            self.table.doubt_last(doubt);
        }
        Ok(())
    }

    /// Keys that differ in case alone have the same hash, seeded at random: a file cannot be made to collide.
    fn hash(&self, key: Text) -> u64 {
        let mut state = self.hasher.build_hasher();
        let mut piece = [0; 64];
        for part in self.notes.bytes(key).chunks(piece.len()) {
            let piece = &mut piece[..part.len()];
            piece.copy_from_slice(part);
            piece.make_ascii_lowercase();
            state.write(piece);
        }
        state.finish()
    }

    /// Remembers the entry that is added next, unless there was one for the same recipient.
    fn remember(&mut self, hash: u64, key: Text, counts: bool) {
        let route = self.table.len() as u32;
        let (notes, table) = (&self.notes, &self.table);
        let bytes = notes.bytes(key);
        let same = |seen: &Seen| is_for(notes, table, seen, hash, bytes);
        let seen = Seen {
            hash,
            route,
            counts,
        };
        if let Entry::Vacant(entry) = self.seen.entry(hash, same, |seen| seen.hash) {
            entry.insert(seen);
        }
    }

    /// An entry for the same recipient before this one: an error of both, unless it is said which counts. True when neither
    /// does.
    fn look_for_others(&mut self, hash: u64, key: Text) -> Result<bool, TableFull> {
        let (notes, table) = (&self.notes, &self.table);
        let bytes = notes.bytes(key);
        let same = |seen: &Seen| is_for(notes, table, seen, hash, bytes);
        let Some(first) = self.seen.find_mut(hash, same) else {
            return Ok(false);
        };
        let before = self.notes.source(table.key_text(first.route));
        let span = self.notes.source(key);
        let shown = match bytes.first() {
            None => "*".to_owned(),
            Some(b'.') => format!("*{}", self.notes.shown(key)),
            Some(_) => self.notes.shown(key),
        };
        let message = format!("a second entry for `{shown}`");
        let finding = Finding::new("duplicate-recipient", Severity::Error, span, message)
            .label(before, "the first");
        let counts = match self.assumed.value("order") {
            "first-match" if !self.assumed.is("duplicates", "error") => "first",
            _ => self.assumed.value("duplicates"),
        };
        let finding = match counts {
            "error" => {
                if std::mem::take(&mut first.counts) {
                    self.counts.1 -= 1;
                }
                self.table.replace(first.route, undecided(TWICE))?;
                finding
                    .effect("which of them the product takes, or whether it refuses the import, is not documented: neither is used")
                    .help("write one entry; or say which counts: --assume duplicates=first, or last")
            }
            which => Finding {
                severity: Severity::Warning,
                ..finding.effect(format!("the {which} counts, as it was said"))
            },
        };
        self.notes.add(finding);
        Ok(counts == "error")
    }

    fn look_at_servers(&mut self, origin: Span, hops: &[Hop]) {
        if !hops.is_empty() && hops.iter().all(|hop| hop.disabled) {
            self.doubt("all-disabled");
            self.notes.warn(
                "all-disabled",
                origin,
                "all servers of the entry are switched off",
                "mail for it waits; that the product takes the MX instead is not documented, and not assumed",
            );
        }
        let mut places: SmallVec<[(&[u8], u16); 8]> = SmallVec::new();
        let mut twice = None;
        for hop in hops {
            if let HopLookup::Address(text) = hop.lookup {
                let place = (
                    self.notes.bytes(text),
                    hop.port.unwrap_or(Port::SMTP).wire(),
                );
                let same = |(host, port): &(&[u8], u16)| {
                    *port == place.1 && host.eq_ignore_ascii_case(place.0)
                };
                if places.iter().any(same) {
                    twice.get_or_insert(text);
                }
                if places.len() < MOST_COMPARED {
                    places.push(place);
                }
            }
        }
        drop(places);
        if let Some(text) = twice {
            let shown = self.notes.shown(text);
            let span = self.notes.source(text);
            self.notes.warn(
                "duplicate-host",
                span,
                format!("the server `{shown}` stands twice"),
                "with equal preference it is drawn twice as often as the others, else it is tried twice",
            );
        }
    }
}

/// True when `seen` is for the recipient `key`, whose hash is `hash`.
fn is_for(notes: &Notes<'_>, table: &RouteTable, seen: &Seen, hash: u64, key: &[u8]) -> bool {
    let other = || notes.bytes(table.key_text(seen.route));
    seen.hash == hash && other().eq_ignore_ascii_case(key)
}

/// Why neither of two entries counts.
const TWICE: &str = "two entries are for it, and which of them counts is not documented: say it by --assume duplicates=first, or last";

fn undecided(text: &str) -> Action {
    Action::undecided(text)
}

/// Most servers of one entry that others are compared with.
const MOST_COMPARED: usize = 64;

fn action(delivery: Delivery) -> Action {
    match delivery {
        Delivery::Mx(name, port) => Action::to(Hop {
            port,
            ..Hop::to(HopLookup::MxOf(name))
        }),
        Delivery::Static(hops) => Action::relay(
            match hops.len() {
                1 => Choice::InOrder,
                _ => Choice::ByPreference,
            },
            hops,
        ),
    }
}
