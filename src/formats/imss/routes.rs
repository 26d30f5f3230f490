//! Routes as they are read, and what is said of names on the way.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher, RandomState};

use super::super::notes::Notes;
use super::super::options::Assumed;
use super::super::xml::{NodeId, Record, Value};
use super::DEFAULT;
use super::entry::Method;
use super::secrets::blindly;
use crate::diagnostic::{Finding, Severity};
use crate::model::{Action, LiteralRule, RouteTable, TableFull};
use crate::source::{Input, Span, Text, Visible};

/// The first key for a domain.
struct Seen {
    /// Where its domain is written.
    place: Span,
    /// It counts among those free of errors.
    counts: bool,
    /// There is another one that says something else.
    contradicted: bool,
    /// A hash of what it says; `None` when it has errors.
    says: Option<u64>,
}

/// Reads keys of one file.
pub(super) struct Reader<'a> {
    pub notes: Notes<'a>,
    pub table: RouteTable,
    pub assumed: Assumed<'a>,
    /// Names in another case, spellings that are not documented, and lists that do not fit their counts are read.
    pub lenient: bool,
    /// Keys of domains written down, and those free of errors.
    pub counts: (u64, u64),
    /// Where passwords stand.
    pub secrets: Vec<Span>,
    /// The first section MetaInfo.
    pub meta: Option<Span>,
    /// There is a DefaultRelay.
    pub has_default: bool,
    /// Whose mail the key at hand is about, for people, where it is known.
    pub whose: Option<String>,
    doubts: Vec<&'static str>,
    /// By domain in small letters.
    seen: HashMap<Vec<u8>, Seen>,
    /// Keys `.d` so far.
    below: HashSet<Vec<u8>>,
    hasher: RandomState,
}

impl<'a> Reader<'a> {
    pub fn new(input: &'a Input, table: RouteTable, assumed: Assumed<'a>, lenient: bool) -> Self {
        Reader {
            notes: Notes::new(input),
            table,
            assumed,
            lenient,
            counts: (0, 0),
            secrets: Vec::new(),
            meta: None,
            has_default: false,
            whose: None,
            doubts: Vec::new(),
            seen: HashMap::new(),
            below: HashSet::new(),
            hasher: RandomState::new(),
        }
    }

    /// Begins an element below the root.
    pub fn begin(&mut self) {
        self.doubts.clear();
        self.whose = None;
        self.notes.broken = false;
    }

    /// Notes an error of the key at hand, which is not used then.
    pub fn error(
        &mut self,
        rule: &'static str,
        span: Span,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        let unused = self.unused();
        self.notes.error(rule, span, message, &unused, help);
    }

    /// What becomes of mail for a key with an error.
    pub fn unused(&self) -> String {
        let whose = self.whose.as_deref().unwrap_or("it");
        format!("the key is not used: mail for {whose} is not decided by this file")
    }

    /// Notes that the route at hand is there only if what is assumed of `key` is right.
    pub fn doubt(&mut self, key: &'static str) {
        if !self.doubts.contains(&key) {
            self.doubts.push(key);
        }
    }

    /// A text as it may be shown: a smart host at a wrong place holds a password too.
    pub fn shown(&self, text: Text) -> String {
        let bytes = self.notes.bytes(text);
        let open = blindly(bytes);
        let shown = Visible(bytes.get(..open).unwrap_or(bytes)).to_string();
        match open < bytes.len() {
            true => format!("{shown}…"),
            false => shown,
        }
    }

    /// Adds a route: `origin` is all of its element, `key` whose mail it takes, empty for everybody's, written at `place`;
    /// `action` what it does, `None` when there were errors in it.
    ///
    /// # Errors
    /// The table is full.
    pub fn route(
        &mut self,
        origin: Span,
        key: Text,
        place: Span,
        action: Option<Action>,
    ) -> Result<(), TableFull> {
        let is_default = key.is_empty();
        let name = self.notes.bytes(key).to_ascii_lowercase();
        self.look_for_wider(&name);
        let doubts = std::mem::take(&mut self.doubts);
        let as_assumed = |key: &&'static str| self.assumed.is(key, self.assumed.first(key));
        let there = doubts.iter().all(as_assumed);
        let action = action.filter(|_| !self.notes.broken);
        let says = action.as_ref().map(|action| self.hash(action));
        if there {
            self.look_for_others(key, &name, place, says);
        }
        let action = action.filter(|_| !self.notes.broken);
        let usable = action.is_some();
        if !is_default {
            self.counts.1 += u64::from(usable);
        }
        if !there {
            return Ok(());
        }
        self.seen.entry(name).or_insert(Seen {
            place,
            counts: usable && !is_default,
            contradicted: false,
            says,
        });
        // Whose mail it is is known, and what becomes of it is not.
        let action = action.unwrap_or_else(refused);
        self.table.push(origin, key, action)?;
        for doubt in doubts {
            self.table.doubt_last(doubt);
        }
        Ok(())
    }

    fn hash(&self, action: &Action) -> u64 {
        let method = Method::of(action, LiteralRule::Plain, |text| self.notes.bytes(text));
        self.hasher.hash_one(method.ok())
    }

    /// A key `.d` before this one that takes all that this one takes: which decides is not documented.
    fn look_for_wider(&mut self, name: &[u8]) {
        let Some(domain) = name.strip_prefix(b".") else {
            return;
        };
        let mut dots = memchr::memchr_iter(b'.', domain);
        if !self.below.is_empty() && dots.any(|at| self.below.contains(&domain[at..])) {
            self.doubt("nested-wildcards");
        }
        self.below.insert(name.to_vec());
    }

    /// A key for the same domain before this one: an error of both, unless it is said which counts, or both say the same.
    fn look_for_others(&mut self, key: Text, name: &[u8], place: Span, says: Option<u64>) {
        let Some(first) = self.seen.get_mut(name) else {
            return;
        };
        let same = says.is_some() && first.says == says && !first.contradicted;
        if same && !name.is_empty() {
            return;
        }
        first.contradicted = true;
        let message = match name.first() {
            None => format!("a second {DEFAULT}"),
            Some(b'.') => format!("a second key for `*{}`", self.notes.shown(key)),
            Some(_) => format!("a second key for `{}`", self.notes.shown(key)),
        };
        let finding = Finding::new("duplicate-recipient", Severity::Error, place, message)
            .label(first.place, "the first");
        let finding = match self.assumed.value("duplicates") {
            "error" => {
                if std::mem::take(&mut first.counts) {
                    self.counts.1 -= 1;
                }
                finding
                    .effect("which of them the product takes, or whether it refuses the import, is not documented: neither is used")
                    .help("write one key; or say which counts: --assume duplicates=first, or last")
            }
            which => Finding {
                severity: Severity::Warning,
                ..finding.effect(format!("the {which} counts, as it was said"))
            },
        };
        self.notes.add(finding);
    }

    /// Which of `known` the name is that stands at `name`: with its case, which is an error unless it was asked for to take
    /// names without.
    pub fn named<'k>(&mut self, name: Text, known: &[&'k str]) -> Option<&'k str> {
        let bytes = self.notes.bytes(name);
        if let Some(known) = known.iter().find(|known| known.as_bytes() == bytes) {
            return Some(known);
        }
        let mut all = known.iter();
        let meant = all.find(|known| known.as_bytes().eq_ignore_ascii_case(bytes))?;
        self.wrong_case(name, meant);
        Some(meant)
    }

    /// That the name at `name` is `meant` but for its case.
    pub fn wrong_case(&mut self, name: Text, meant: &str) {
        let shown = self.shown(name);
        let message = format!("`{shown}` where `{meant}` is meant: names are case-sensitive");
        let span = self.notes.source(name);
        let finding = Finding::new("wrong-case-name", Severity::Error, span, message);
        let finding = finding.help(format!("write `{meant}`"));
        self.notes.add(match self.lenient {
            true => Finding {
                severity: Severity::Warning,
                ..finding.effect(format!("taken as `{meant}`, as was asked for"))
            },
            false => finding.effect(self.unused()),
        });
    }

    pub fn unknown_element(&mut self, name: Span, tag: Span) {
        let message = format!("the element `{}` is not documented", self.shown(name));
        let effect = "none that is known: it is kept and says nothing";
        self.notes.warn("unknown-element", tag, message, effect);
    }

    pub fn unknown_attribute(&mut self, name: Span) {
        let message = format!("the attribute `{}` is not documented", self.shown(name));
        let effect = "none that is known: it is kept and says nothing";
        self.notes.warn("unknown-attribute", name, message, effect);
    }

    pub fn stray_text(&mut self, text: Text) {
        let span = self.notes.source(text);
        let effect = "none: it says nothing there";
        self.notes
            .warn("stray-text", span, "text stands between elements", effect);
    }

    /// The values of the attributes `known` of element `id`; others are reported.
    pub fn attributes<const N: usize>(
        &mut self,
        record: &Record,
        id: NodeId,
        known: [&str; N],
    ) -> [Option<Value>; N] {
        let mut found = [None; N];
        for (name, value) in record.attributes(id) {
            match self.named(*name, &known) {
                Some(is) => {
                    let at = known.iter().position(|known| *known == is);
                    let place = at.and_then(|at| found.get_mut(at));
                    if place.and_then(|place| place.replace(*value)).is_some() {
                        self.repeated(*name, is, None);
                    }
                }
                None => self.unknown_attribute(*name),
            }
        }
        found
    }

    /// That `what` stands a second time.
    pub fn repeated(&mut self, place: Span, what: &str, first: Option<Span>) {
        let what = Visible(what.as_bytes());
        let message = format!("a second `{what}` in one key");
        let finding = Finding::new("repeated-element", Severity::Error, place, message);
        let finding = finding.effect("which of them counts is not documented: the key is not used");
        let finding = finding.help("write one");
        self.notes.add(match first {
            Some(first) => finding.label(first, "the first"),
            None => finding,
        });
    }

    /// That nothing stands where `what` should.
    pub fn missing_value(&mut self, tag: Span, what: &str) {
        let message = format!("`{}` is empty", Visible(what.as_bytes()));
        let help = format!("write what `{}` is", Visible(what.as_bytes()));
        self.error("missing-value", tag, message, help);
    }
}

/// What a key with errors does.
fn refused() -> Action {
    Action::undecided(
        "the key has errors, or is written as nobody documents: mail for it is not decided by this file",
    )
}
