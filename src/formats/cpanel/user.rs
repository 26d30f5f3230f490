//! An excerpt of a user file: `MXCHECK-DOMAIN=value`, what the panel was told.

use super::listed::{IS_LOCAL, IS_SECONDARY, Listed};
use super::{LOCAL, SECONDARY, USER};
use crate::diagnostic::{Finding, Severity};
use crate::formats::names::name;
use crate::formats::notes::Notes;
use crate::formats::options::Assumed;
use crate::model::Exchanger;
use crate::source::{Span, Text};

/// What the panel was told of a domain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Setting {
    Local,
    Remote,
    Secondary,
    Auto,
}

impl Setting {
    /// The word of the API (`set_always_accept`, `mxcheck`).
    pub fn of(word: &[u8]) -> Option<Self> {
        Some(match word {
            b"local" => Setting::Local,
            b"remote" => Setting::Remote,
            b"secondary" => Setting::Secondary,
            b"auto" => Setting::Auto,
            _ => return None,
        })
    }

    pub fn word(self) -> &'static str {
        match self {
            Setting::Local => "local",
            Setting::Remote => "remote",
            Setting::Secondary => "secondary",
            Setting::Auto => "auto",
        }
    }

    /// Whose mail it makes of a domain's; `None` for the automatic one.
    pub fn exchanger(self) -> Option<Exchanger> {
        Some(match self {
            Setting::Local => Exchanger::Local,
            Setting::Remote => Exchanger::Remote,
            Setting::Secondary => Exchanger::Backup,
            Setting::Auto => return None,
        })
    }
}

/// A setting of a domain.
#[derive(Debug)]
pub(super) struct Told {
    pub domain: Text,
    pub value: Text,
    pub whole: Span,
    /// `None` for a value that nobody documents.
    pub setting: Option<Setting>,
    /// It is a word, not the number that a public tool writes.
    pub is_word: bool,
}

/// The settings of a user file; other lines are no business of ours.
pub(super) fn settings(
    notes: &mut Notes<'_>,
    assumed: &Assumed<'_>,
    bytes: &[u8],
    base: u32,
) -> Vec<Told> {
    const PREFIX: &[u8] = b"MXCHECK-";
    let mut all = Vec::new();
    let mut start = 0;
    for line in bytes.split(|&b| b == b'\n') {
        let text = line.trim_ascii_end();
        let (from, end) = (start, start + text.len());
        start += line.len() + 1;
        let Some(rest) = text.strip_prefix(PREFIX) else {
            continue;
        };
        let Some(equals) = memchr::memchr(b'=', rest) else {
            continue;
        };
        let domain = Span::at(base, from + PREFIX.len()..from + PREFIX.len() + equals);
        let value = Span::at(base, from + PREFIX.len() + equals + 1..end);
        if let Err(bad) = name(&rest[..equals]) {
            let shown = notes.shown(domain);
            notes.warn(
                "bad-address",
                domain,
                format!("`{shown}` is not a domain: {bad}"),
                "none that is known: the setting is of no domain",
            );
            continue;
        }
        let word = &rest[equals + 1..];
        let words = assumed.is("user-words", "as-api");
        let setting = match word {
            b"0" => Some(Setting::Local),
            word if words => Setting::of(word),
            _ => None,
        };
        all.push(Told {
            domain,
            value,
            whole: Span::at(base, from..end),
            setting,
            is_word: word != b"0",
        });
    }
    all
}

/// Compares what the panel was told with what the lists make Exim do.
pub(super) fn compare(notes: &mut Notes<'_>, told: &[Told], listed: &mut Listed) {
    for one in told {
        let key = notes.bytes(one.domain).to_vec();
        let Some(setting) = one.setting else {
            undocumented(notes, one, Severity::Warning);
            continue;
        };
        let places = listed.of(&key);
        let (local, secondary) = (places.at[IS_LOCAL], places.at[IS_SECONDARY]);
        let (stands, other) = match setting {
            Setting::Auto => continue,
            Setting::Local => (local.is_none(), None),
            Setting::Remote if local.is_some() => (true, local),
            Setting::Remote => (secondary.is_some(), secondary),
            Setting::Secondary if local.is_some() => (true, local),
            Setting::Secondary => (secondary.is_none(), None),
        };
        if !stands {
            continue;
        }
        let shown = notes.shown(one.domain);
        let (word, file) = (
            setting.word(),
            match (setting, local) {
                (Setting::Local, _) => format!("is not in {LOCAL}"),
                (Setting::Secondary, None) => format!("is not in {SECONDARY}"),
                (_, Some(_)) => format!("is in {LOCAL}"),
                _ => format!("is in {SECONDARY}"),
            },
        );
        let finding = Finding::new(
            "mismatch",
            Severity::Error,
            one.value,
            format!("{USER} says that {shown} is {word}, and it {file}"),
        )
        .effect("the lists decide what Exim does, whatever the panel shows")
        .help(format!(
            "set it again: uapi Email set_always_accept domain={shown} mxcheck={word}"
        ));
        notes.add(match other {
            Some(place) => finding.label(place, "decides"),
            None => finding,
        });
        listed.break_(&key);
    }
}

/// A value that nobody documents.
pub(super) fn undocumented(notes: &mut Notes<'_>, one: &Told, severity: Severity) {
    let (shown, domain) = (notes.shown(one.value), notes.shown(one.domain));
    let finding = Finding::new(
        "unknown-mxcheck",
        severity,
        one.value,
        format!("`{shown}` is no setting of {domain} that is documented"),
    )
    .effect("what the panel makes of it is not known")
    .help(
        "set it again: uapi Email set_always_accept, with mxcheck=local, remote, secondary or auto",
    );
    notes.add(finding);
}
