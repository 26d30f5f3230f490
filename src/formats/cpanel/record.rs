//! One domain of an answer of `list_mxs`.

use super::reader::refused;
use super::user::Setting;
use crate::diagnostic::{Finding, Severity};
use crate::formats::json::{Kind, NodeId, Record};
use crate::formats::names::name;
use crate::formats::notes::Notes;
use crate::model::{Action, Exchanger, Hop, HopLookup, RouteTable, TableFull};
use crate::source::{Span, Text, Visible};

/// Reads a domain and pushes its route.
pub(super) fn read(
    notes: &mut Notes<'_>,
    table: &mut RouteTable,
    record: &Record,
) -> Result<(), TableFull> {
    for (first, again) in record.repeated(0, notes) {
        let called = record.node(again).name.unwrap_or_default();
        let finding = Finding::new(
            "repeated-name",
            Severity::Error,
            notes.source(called),
            format!("`{}` stands twice in one object", notes.shown(called)),
        )
        .effect("which of the two values counts is not defined")
        .help("take the answer as the server gave it");
        let before = record.node(first).name.unwrap_or_default();
        let before = notes.source(before);
        notes.add(finding.label(before, "the first one"));
    }
    let mut domain = Domain { notes, record };
    let Some(key) = domain.key() else {
        return Ok(());
    };
    let setting = domain.setting(key);
    domain.facts(key);
    domain.status(key);
    let action = match setting {
        Some(_) if domain.notes.broken => None,
        Some(setting) => Some(domain.action(key, setting)),
        None => None,
    };
    let action =
        action.unwrap_or_else(|| refused("its record in the answer has errors".to_owned()));
    table.push(record.root().whole, key, action)
}

/// What stands for yes or no.
pub(super) fn flag(notes: &Notes<'_>, kind: Kind) -> Option<bool> {
    match kind {
        Kind::Bool(value) => Some(value),
        Kind::Number(text) | Kind::String(text) => match notes.bytes(text) {
            b"0" => Some(false),
            b"1" => Some(true),
            _ => None,
        },
        _ => None,
    }
}

struct Domain<'r, 'a> {
    notes: &'r mut Notes<'a>,
    record: &'r Record,
}

impl Domain<'_, '_> {
    fn member(&self, name: &str) -> Option<NodeId> {
        let found = self.record.member(0, self.notes, name.as_bytes());
        found.filter(|&id| self.record.node(id).kind != Kind::Null)
    }

    fn whole(&self, id: NodeId) -> Span {
        self.record.node(id).whole
    }

    /// The text of a member, when it is text.
    fn text(&self, name: &str) -> Option<(Text, NodeId)> {
        let id = self.member(name)?;
        match self.record.node(id).kind {
            Kind::String(text) => Some((text, id)),
            _ => None,
        }
    }

    fn is_set(&self, name: &str) -> Option<bool> {
        let id = self.member(name)?;
        flag(self.notes, self.record.node(id).kind)
    }

    fn bad(&mut self, id: NodeId, what: &str, wanted: &str) {
        let node = self.record.node(id);
        let shown = match node.kind {
            Kind::String(text) | Kind::Number(text) => format!("`{}`", self.notes.shown(text)),
            kind => kind.words().to_owned(),
        };
        self.notes.error(
            "bad-value",
            node.whole,
            format!("{what} is {shown}, and not {wanted}"),
            "what the server meant is not known: the record is not used",
            "take the answer as the server gave it",
        );
    }

    fn missing(&mut self, what: &str) {
        let place = self.record.root().whole;
        let place = Span::new(place.start, place.len.min(1));
        self.notes.error(
            "missing-value",
            place,
            format!("the record has no {what}"),
            "what the server meant is not known: the record is not used",
            "take the answer as the server gave it",
        );
    }

    /// The domain.
    fn key(&mut self) -> Option<Text> {
        let Some(id) = self.member("domain") else {
            self.missing("domain");
            return None;
        };
        let Kind::String(text) = self.record.node(id).kind else {
            self.bad(id, "the domain", "a string");
            return None;
        };
        let found = name(self.notes.bytes(text)).err();
        if let Some(bad) = found {
            let shown = self.notes.shown(text);
            let place = self.notes.source(text);
            self.notes.error(
                "bad-address",
                place,
                format!("`{shown}` is not a domain: {bad}"),
                "no mail is for it",
                "take the answer as the server gave it",
            );
        }
        Some(text)
    }

    /// The setting that is configured.
    fn setting(&mut self, key: Text) -> Option<Setting> {
        let Some(id) = self.member("mxcheck") else {
            self.missing("mxcheck");
            return None;
        };
        let Kind::String(text) = self.record.node(id).kind else {
            self.bad(id, "mxcheck", "local, remote, secondary or auto");
            return None;
        };
        let word = self.notes.bytes(text).to_vec();
        if word == b"backup" {
            let place = self.notes.source(text);
            let finding = Finding::new(
                "mxcheck-word",
                Severity::Warning,
                place,
                "`backup` is the word of the user interface; the API documents `secondary`",
            )
            .effect("read as secondary: mail is held here for a better MX")
            .help("write `secondary`");
            self.notes.add(finding);
            return Some(Setting::Secondary);
        }
        let setting = Setting::of(&word);
        if setting.is_none() {
            let shown = self.notes.shown(text);
            let (place, domain) = (self.notes.source(text), self.notes.shown(key));
            self.notes.error(
                "unknown-mxcheck",
                place,
                format!("`{shown}` is no setting of {domain} that is documented"),
                "what the server makes of it is not known: the record is not used",
                "local, remote, secondary and auto are documented",
            );
        }
        setting
    }

    /// What the server found, in force for the automatic setting.
    fn detected(&self) -> Option<Setting> {
        let (text, _) = self.text("detected")?;
        match self.notes.bytes(text) {
            b"backup" => Some(Setting::Secondary),
            word => Setting::of(word).filter(|found| *found != Setting::Auto),
        }
    }

    fn action(&mut self, key: Text, setting: Setting) -> Action {
        let detected = self.detected();
        self.contradictions(key, setting, detected);
        match setting {
            Setting::Local => Action::Local,
            Setting::Secondary => Action::Backup,
            Setting::Remote => Action::to(Hop::to(HopLookup::OwnMx)),
            Setting::Auto => {
                let found = detected.and_then(Setting::exchanger);
                if found.is_none() {
                    let place = self
                        .member("mxcheck")
                        .map_or(Span::default(), |id| self.whole(id));
                    let shown = self.notes.shown(key);
                    self.notes.warn(
                        "auto-undetected",
                        place,
                        format!("{shown} is automatic, and what the server detected is not in the answer"),
                        "whose mail it is only its MX records tell",
                    );
                }
                Action::Automatic(found.unwrap_or(Exchanger::Unknown))
            }
        }
    }

    /// Members that say something else than the setting.
    fn contradictions(&mut self, key: Text, setting: Setting, detected: Option<Setting>) {
        let mut said = Vec::new();
        let in_force = match setting {
            Setting::Auto => detected,
            setting => Some(setting),
        };
        if let (Some(found), Some(in_force)) = (detected, in_force)
            && found != in_force
        {
            said.push(format!("detected is {}", found.word()));
        }
        if let Some(accepts) = self.is_set("alwaysaccept") {
            let is_local = in_force == Some(Setting::Local);
            // The automatic setting is alwaysaccept 0, whatever it found.
            let contradicts = match (accepts, setting) {
                (true, _) => !is_local && in_force.is_some(),
                (false, Setting::Local) => true,
                (false, _) => false,
            };
            if contradicts {
                said.push(format!("alwaysaccept is {}", u8::from(accepts)));
            }
        }
        for other in [Setting::Local, Setting::Remote, Setting::Secondary] {
            let set = self.is_set(other.word());
            let is_other = in_force.is_some_and(|in_force| in_force != other);
            if set == Some(true) && is_other {
                said.push(format!("{} is 1", other.word()));
            }
        }
        if said.is_empty() {
            return;
        }
        let place = self
            .member("mxcheck")
            .map_or(Span::default(), |id| self.whole(id));
        let finding = Finding::new(
            "contradiction",
            Severity::Warning,
            place,
            format!(
                "mxcheck of {} is {}, and {}",
                self.notes.shown(key),
                setting.word(),
                said.join(", ")
            ),
        )
        .effect("mxcheck is what is configured, and is what is read here")
        .help("set it again: uapi Email set_always_accept, with the mxcheck that is meant");
        self.notes.add(finding);
    }

    /// A domain whose own records could not be fetched.
    fn status(&mut self, key: Text) {
        if self.is_set("status") != Some(false) {
            return;
        }
        let place = self
            .member("status")
            .map_or(Span::default(), |id| self.whole(id));
        let why = self
            .text("statusmsg")
            .map(|(text, _)| self.notes.bytes(text).to_vec());
        let why = why.map_or_else(String::new, |text| format!(": {}", Visible(&text)));
        let shown = self.notes.shown(key);
        self.notes.error(
            "api-failed",
            place,
            format!("the call failed for {shown} (status 0){why}"),
            "the record says nothing of the domain",
            "repeat the call",
        );
    }

    /// The MX records: facts, not routes.
    fn facts(&mut self, key: Text) {
        let list = self.record.member(0, self.notes, b"entries");
        let kind = list.map(|id| self.record.node(id).kind);
        let records: Vec<NodeId> = match (list, kind) {
            (Some(id), Some(Kind::Array)) => self.record.children(id).collect(),
            (Some(id), Some(kind)) if kind != Kind::Null => {
                self.bad(id, "entries", "an array");
                return;
            }
            _ => Vec::new(),
        };
        if records.is_empty() {
            // API 2 gave none: it had another call for them.
            if list.is_none() && self.member("detected").is_none() {
                return;
            }
            let place = list.map_or_else(
                || {
                    let root = self.record.root().whole;
                    Span::new(root.start, root.len.min(1))
                },
                |id| self.whole(id),
            );
            let shown = self.notes.shown(key);
            self.notes.warn(
                "no-entries",
                place,
                format!("{shown} has no MX record"),
                "the world delivers its mail to the address of the domain itself, if there is one",
            );
        }
        for id in records {
            if self.record.node(id).kind != Kind::Object {
                self.bad(id, "an entry", "an object");
                continue;
            }
            let Some(priority) = self.record.member(id, self.notes, b"priority") else {
                continue;
            };
            let is_number = match self.record.node(priority).kind {
                Kind::Number(text) | Kind::String(text) => {
                    let text = self.notes.bytes(text);
                    let digits = text.iter().all(u8::is_ascii_digit);
                    let number = std::str::from_utf8(text).ok().filter(|_| digits);
                    number.is_some_and(|number| number.parse::<u16>().is_ok())
                }
                _ => false,
            };
            if !is_number {
                self.bad(priority, "the priority", "a number from 0 to 65535");
            }
        }
    }
}
