//! From files to a document.

use super::list::{Entry, ListReader, What};
use super::listed::{FILES, IS_LOCAL, IS_MANUAL, IS_SECONDARY, Listed, Which};
use super::user::{self, Setting, Told};
use super::{LOCAL, OPEN, REMOTE, SECONDARY, USER, api};
use crate::diagnostic::{Finding, Severity};
use crate::formats::contents::Contents;
use crate::formats::format::ReadError;
use crate::formats::head::Head;
use crate::formats::notes::Notes;
use crate::formats::options::{Assumed, ReadOptions};
use crate::model::{
    Action, Delimiters, Document, Exchanger, Families, Hop, HopLookup, HostLiterals, KeyCase,
    LiteralRule, NameCheck, Precedence, Product, RouteTable, Semantics, Subject, TableFull,
    Unmatched, Unresolvable, Variation, Walk,
};
use crate::source::{Input, Span, State};

/// What becomes of a domain in no list, when nobody knows.
const UNKNOWN: Unmatched = Unmatched::Product(
    "the lists do not show the routers of the server: most send what is submitted here to the domain's MX",
);

/// `lsearch`, of a whole domain.
pub(super) const SEMANTICS: Semantics = Semantics {
    precedence: Precedence::MostSpecific {
        last_of_equals: false,
    },
    walk: Walk::Exact,
    key_case: KeyCase::AsciiInsensitive,
    subject: Subject::Host,
    delimiters: Delimiters::NONE,
};

/// What happens around the lists: Exim, whose `manualroute` looks hosts up by address and waits for one that it does not find.
pub(super) fn product(unmatched: Unmatched) -> Product {
    Product {
        literals: LiteralRule::Plain,
        host_literals: HostLiterals::Routed,
        own_mx_names: NameCheck::None,
        unresolvable: Unresolvable::Defer,
        families: Families::Both,
        unmatched,
        drops_final_dot: false,
    }
}

/// Reads lists, a user file, or the answer of `list_mxs`, the first file of `input`.
///
/// # Errors
/// An assumption that is none; an encoding of lists; too many bytes or routes. What is wrong with the files is among the document's problems.
pub(super) fn read(input: Input, options: &ReadOptions) -> Result<Document, ReadError> {
    let assumed = Assumed::new(OPEN, &options.assume)?;
    if is_json(&input) {
        return api::read(input, options);
    }
    if options.encoding.is_some() {
        return Err(ReadError::Encoding("lists and user files of cPanel are"));
    }
    let mut lists = Lists::new(&input, &assumed);
    let (entries, told) = lists.read();
    let unmatched = match assumed.is("unlisted", "mx") {
        true => Unmatched::OwnMx,
        false => UNKNOWN,
    };
    let mut table = RouteTable::new(product(unmatched));
    match told {
        Some(told) => lists.push_settings(&mut table, &told)?,
        None => lists.push(&mut table, entries)?,
    }
    let Lists { notes, listed, .. } = lists;
    // The files have no place for a password.
    let mut document = Contents::new(notes, table, listed.counts()).into_document(input)?;
    document.assumptions = assumed.assumptions(
        |_| SEMANTICS,
        |key| match (key, assumed.is("unlisted", "mx")) {
            ("unlisted", true) => Some(Variation::Unmatched(UNKNOWN)),
            ("unlisted", false) => Some(Variation::Unmatched(Unmatched::OwnMx)),
            _ => None,
        },
    );
    Ok(document)
}

/// True for the answer of a call of the API.
fn is_json(input: &Input) -> bool {
    let [file] = input.files() else { return false };
    let head = Head::new(file.state.bytes().unwrap_or(b""), &file.path);
    head.text.starts_with('{') || head.is_json()
}

struct Lists<'a> {
    notes: Notes<'a>,
    listed: Listed,
    assumed: &'a Assumed<'a>,
}

impl<'a> Lists<'a> {
    fn new(input: &'a Input, assumed: &'a Assumed<'a>) -> Self {
        Lists {
            notes: Notes::new(input),
            listed: Listed::default(),
            assumed,
        }
    }

    /// The entries of all lists; or what a user file says, when it stands alone.
    fn read(&mut self) -> ([Vec<Entry>; 4], Option<Vec<Told>>) {
        let input = self.notes.input;
        let bytes_of = |name: &str| {
            let file = input.file(name)?;
            Some((file.base(), file.state.bytes()?))
        };
        let mut entries: [Vec<Entry>; 4] = Default::default();
        for which in 0..FILES.len() {
            if let Some((base, bytes)) = bytes_of(FILES[which]) {
                entries[which] = ListReader {
                    notes: &mut self.notes,
                    listed: &mut self.listed,
                    assumed: self.assumed,
                    which,
                    base,
                }
                .read(bytes);
                if which == IS_LOCAL && entries[which].is_empty() {
                    empty(&mut self.notes, Span::new(base, 0));
                }
            }
        }
        self.listed.conflicts(&mut self.notes);
        let told = bytes_of(USER)
            .map(|(base, bytes)| user::settings(&mut self.notes, self.assumed, bytes, base));
        let is_alone = FILES.iter().all(|name| bytes_of(name).is_none());
        match told {
            Some(told) if is_alone => (entries, Some(told)),
            told => {
                self.missing();
                if let Some(told) = told {
                    user::compare(&mut self.notes, &told, &mut self.listed);
                }
                (entries, None)
            }
        }
    }

    /// Lists that are not there although others are.
    fn missing(&mut self) {
        let input = self.notes.input;
        if input.files().len() < 2 {
            return;
        }
        let is_there = |name: &&str| {
            let file = input.file(name);
            file.is_some_and(|file| file.state.bytes().is_some())
        };
        let none = !FILES.iter().any(is_there);
        if none {
            let finding = Finding::new(
                "missing-file",
                Severity::Error,
                Span::new(0, 0),
                "none of the lists is there",
            );
            self.notes.add(
                finding
                    .effect("there is nothing to say of any domain")
                    .help("name the directory that holds them: /etc"),
            );
            return;
        }
        for name in [LOCAL, SECONDARY, REMOTE, super::MANUAL] {
            let file = input.file(name);
            let span = Span::new(file.map_or(0, |file| file.base()), 0);
            let (severity, message, effect) = match file.map(|file| &file.state) {
                Some(State::Bytes(_)) => continue,
                Some(State::Missing) | None if name == super::MANUAL => continue,
                Some(State::Missing) | None if name == REMOTE => (
                    Severity::Info,
                    format!("{name} is missing: it is read as empty"),
                    "none that is known: no published configuration of Exim looks it up, but the panel keeps it",
                ),
                Some(State::Missing) | None => (
                    Severity::Warning,
                    format!("{name} is missing: it is read as empty"),
                    "a missing file is not an empty one to Exim: it logs that it cannot open it, and gives up on the message",
                ),
                Some(_) => (
                    Severity::Error,
                    format!("{name} cannot be read"),
                    "which domains it lists is not known here",
                ),
            };
            let finding = Finding::new("missing-file", severity, span, message);
            self.notes.add(
                finding
                    .effect(effect)
                    .help(format!("create it, empty if need be: touch {name}")),
            );
        }
    }

    /// The stages, in the order in which they decide.
    fn order(&self) -> [Which; 4] {
        use super::listed::IS_REMOTE;
        let behind = self.assumed.is("manualmx", "behind-backup");
        let [second, third] = match behind {
            true => [IS_SECONDARY, IS_MANUAL],
            false => [IS_MANUAL, IS_SECONDARY],
        };
        match self.assumed.is("overlap", "local") {
            true => [IS_LOCAL, second, third, IS_REMOTE],
            false => [second, third, IS_REMOTE, IS_LOCAL],
        }
    }

    fn push(&self, table: &mut RouteTable, mut entries: [Vec<Entry>; 4]) -> Result<(), TableFull> {
        for which in self.order() {
            table.begin_stage(FILES[which], SEMANTICS);
            for entry in std::mem::take(&mut entries[which]) {
                let places = self.listed.of(self.notes.bytes(entry.key));
                let mut doubt = None;
                let action = match entry.what {
                    What::Refused(why) => refused(why),
                    What::Hosts(value) => {
                        doubt = value.rests_on;
                        value.action
                    }
                    What::Listed => match which {
                        IS_LOCAL => Action::Local,
                        IS_SECONDARY => Action::Backup,
                        _ => Action::to(Hop::to(HopLookup::OwnMx)),
                    },
                };
                table.push(entry.whole, entry.key, action)?;
                if let Some(doubt) = doubt {
                    table.doubt_last(doubt);
                }
                let others = places.at.iter().flatten().count() > 1;
                if which == IS_LOCAL && others {
                    table.doubt_last("overlap");
                }
                if which == IS_MANUAL && places.at[IS_SECONDARY].is_some() {
                    table.doubt_last("manualmx");
                }
            }
        }
        Ok(())
    }

    /// The settings of a user file as routes.
    fn push_settings(&mut self, table: &mut RouteTable, told: &[Told]) -> Result<(), TableFull> {
        table.begin_stage(USER, SEMANTICS);
        for one in told {
            let key = self.notes.bytes(one.domain).to_vec();
            self.listed.add(IS_LOCAL, &key, one.domain);
            let action = match one.setting {
                None => {
                    user::undocumented(&mut self.notes, one, Severity::Error);
                    self.listed.break_(&key);
                    refused("the setting of its domain is not documented".to_owned())
                }
                Some(Setting::Local) => Action::Local,
                Some(Setting::Secondary) => Action::Backup,
                Some(Setting::Remote) => Action::to(Hop::to(HopLookup::OwnMx)),
                Some(Setting::Auto) => Action::Automatic(Exchanger::Unknown),
            };
            table.push(one.whole, one.domain, action)?;
            if one.is_word {
                table.doubt_last("user-words");
            }
        }
        Ok(())
    }
}

/// A line that is an error: what becomes of the mail is not said.
pub(super) fn refused(why: String) -> Action {
    Action::undecided(format!(
        "{why}: what becomes of its mail is not told before that is put right"
    ))
}

/// The host's own name belongs there.
fn empty(notes: &mut Notes<'_>, span: Span) {
    let finding = Finding::new(
        "empty-list",
        Severity::Warning,
        span,
        format!("{LOCAL} is empty"),
    );
    notes.add(
        finding
            .effect("mail for the server itself, as reports of its programs are, is not local")
            .help("list the name of the host"),
    );
}
