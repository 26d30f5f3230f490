//! What is checked of a route, in whatever notation it stands.

use std::collections::HashMap;

use smallvec::SmallVec;

use super::super::notes::Notes;
use super::super::options::Assumed;
use super::stated::{Named, Stated};
use super::{CUSTOMER, INBOUND, OUTBOUND, SYSTEM};
use crate::diagnostic::{Finding, Severity};
use crate::model::{Action, Choice, Direction, Hop, Owner};
use crate::source::{Input, Span, Text};

/// What becomes of a route with an error.
pub(super) const UNUSED: &str =
    "the route is not used: what MSPControl would make of it nobody knows";

/// A route that is to be put into the table.
#[derive(Debug)]
pub(super) struct Ready {
    pub number: u64,
    pub whole: Span,
    pub name: Text,
    pub owner: Option<Owner>,
    pub direction: Option<Direction>,
    /// Where the direction is stated.
    pub direction_at: Span,
    pub action: Action,
    /// It is there only if what is assumed of ports is right.
    pub rests_on_port: bool,
}

/// Collects routes.
pub(super) struct Routes<'a> {
    pub notes: Notes<'a>,
    pub assumed: Assumed<'a>,
    /// Names and words in another case are taken for what they resemble.
    pub lenient: bool,
    pub ready: Vec<Ready>,
    /// Routes written down, and those free of errors.
    pub counts: (u64, u64),
    /// Where the list of routes begins.
    pub list: Span,
    names: HashMap<Vec<u8>, Seen>,
    /// By name without blanks around it, in small letters.
    folded: HashMap<String, Seen>,
}

/// The first route of a name.
#[derive(Clone, Copy)]
struct Seen {
    number: u64,
    name: Text,
}

impl<'a> Routes<'a> {
    pub fn new(input: &'a Input, assumed: Assumed<'a>, lenient: bool) -> Self {
        Routes {
            notes: Notes::new(input),
            assumed,
            lenient,
            ready: Vec::new(),
            counts: (0, 0),
            list: Span::default(),
            names: HashMap::new(),
            folded: HashMap::new(),
        }
    }

    /// The route as messages name it.
    pub fn named(&self, number: u64, name: Option<Text>) -> Named {
        let name = name.filter(|name| !self.notes.bytes(*name).is_empty());
        Named {
            number,
            name: name.map(|name| self.notes.shown(name)),
        }
    }

    /// Where a value stands: its text, or for an empty one what is around it.
    pub fn place(&self, text: Text, around: Span) -> Span {
        match self.notes.source(text) {
            span if span.is_empty() => around,
            span => span,
        }
    }

    /// `text` without blanks around it; they are told.
    pub fn trimmed(&mut self, text: Text, of: &Named, field: &str) -> Text {
        let bytes = self.notes.bytes(text);
        let lead = bytes.len() - bytes.trim_ascii_start().len();
        let inner = bytes.trim_ascii();
        let trimmed = Span::new(text.start + lead as u32, inner.len() as u32);
        if inner.is_empty() || inner.len() == bytes.len() {
            return trimmed;
        }
        let new = inner.to_vec();
        let finding = Finding::new(
            "blank-around-value",
            Severity::Warning,
            self.notes.source(text),
            format!("{of}: blanks stand around the {field}"),
        )
        .effect("none here: it is taken without them")
        .help("delete them");
        self.notes.add_fixed(finding, text, &new);
        trimmed
    }

    /// Checks a route and keeps it.
    pub fn route(&mut self, stated: &Stated) {
        self.counts.0 += 1;
        self.notes.broken = stated.broken;
        let of = self.named(stated.number, stated.name);
        let owner = self.word(
            stated,
            &of,
            stated.kind,
            "type",
            "bad-type",
            [SYSTEM, CUSTOMER],
        );
        let owner = owner.map(|first| {
            if first {
                Owner::System
            } else {
                Owner::Customer
            }
        });
        let way = [INBOUND, OUTBOUND];
        let direction = self.word(
            stated,
            &of,
            stated.direction,
            "route type",
            "bad-direction",
            way,
        );
        let direction = direction.map(|first| match first {
            true => Direction::Inbound,
            false => Direction::Outbound,
        });
        let name = stated.name.filter(|&name| self.name(stated, &of, name));
        let (hops, rests_on_port) = self.destinations(stated, &of);
        let broken = self.notes.broken;
        self.counts.1 += u64::from(!broken);
        // A route without a name cannot be bound: no mail is ever its.
        let Some(name) = name else { return };
        let action = match broken {
            false => self.relay(hops),
            true => Action::undecided(format!(
                "{of} has errors and is not used: qroute-lint explains them"
            )),
        };
        let direction_at = stated
            .direction
            .map_or(stated.head, |text| self.place(text, stated.head));
        self.ready.push(Ready {
            number: stated.number,
            whole: stated.whole,
            name,
            owner,
            direction,
            direction_at,
            action,
            rests_on_port: rests_on_port && !broken,
        });
    }

    fn relay(&self, hops: SmallVec<[Hop; 1]>) -> Action {
        let in_order = hops.len() == 1 || self.assumed.is("destination-order", "as-written");
        Action::relay(
            match in_order {
                true => Choice::InOrder,
                // None of them has a preference: any may come first.
                false => Choice::ByPreference,
            },
            hops,
        )
    }

    /// One of two words: true for the first.
    fn word(
        &mut self,
        stated: &Stated,
        of: &Named,
        text: Option<Text>,
        field: &str,
        rule: &'static str,
        words: [&str; 2],
    ) -> Option<bool> {
        let text = text?;
        let found = self.trimmed(text, of, field);
        let bytes = self.notes.bytes(found);
        let near = words
            .iter()
            .position(|word| word.as_bytes().eq_ignore_ascii_case(bytes));
        let exact = words.iter().position(|word| word.as_bytes() == bytes);
        if let Some(at) = exact.or(near.filter(|_| self.lenient)) {
            return Some(at == 0);
        }
        let span = self.place(found, self.place(text, stated.head));
        let message = match bytes.is_empty() {
            true => format!("{of}: the {field} is empty"),
            false => format!("{of}: the {field} is `{}`", self.notes.shown(found)),
        };
        let help = match near {
            Some(at) => format!("write `{}`", words[at]),
            None => format!("write `{}` or `{}`", words[0], words[1]),
        };
        self.notes.error(rule, span, message, UNUSED, help);
        None
    }

    /// Whether a name names a route. Another route with the same one is told; so is one with nearly the same.
    fn name(&mut self, stated: &Stated, of: &Named, name: Text) -> bool {
        let bytes = self.notes.bytes(name).to_vec();
        let span = self.place(name, stated.head);
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let trimmed = text.trim();
        if trimmed.is_empty() {
            let message = format!("route {}: the name is empty", stated.number);
            let help = "give it a name of its own";
            self.notes.error("bad-name", span, message, UNUSED, help);
            return false;
        }
        if text.chars().any(char::is_control) {
            let message = format!("{of}: a control character in the name");
            self.notes.error(
                "bad-name",
                span,
                message,
                UNUSED,
                "write a name in one line",
            );
            return true;
        }
        let this = Seen {
            number: stated.number,
            name,
        };
        if let Some(&first) = self.names.get(&bytes) {
            let before = self.place(first.name, self.list);
            let finding = Finding::new(
                "duplicate-name",
                Severity::Error,
                span,
                format!("{of} has the name of route {}", first.number),
            )
            .effect(
                "names are unique in MSPControl, also across directions: which of the two it keeps nobody knows, and this one is not used",
            )
            .help("give each route a name of its own")
            .label(before, "the first");
            self.notes.add(finding);
            return true;
        }
        self.names.insert(bytes, this);
        let folded = trimmed.to_lowercase();
        if let Some(&first) = self.folded.get(&folded) {
            let before = self.place(first.name, self.list);
            let message = format!(
                "{of} differs from route {} `{}` {}",
                first.number,
                self.notes.shown(first.name),
                self.difference(first.name, &text)
            );
            let finding = Finding::new("near-duplicate", Severity::Warning, span, message)
                .effect("people take one for the other; whether MSPControl does nobody knows")
                .help("give each route a name of its own")
                .label(before, "the first");
            self.notes.add(finding);
            return true;
        }
        self.folded.insert(folded, this);
        if trimmed.len() != text.len() {
            self.notes.warn(
                "blank-around-value",
                span,
                format!("{of}: blanks stand around the name"),
                "none here: --bind names it without them",
            );
        }
        true
    }

    /// How two names differ that are nearly the same.
    fn difference(&self, first: Text, text: &str) -> &'static str {
        let first = String::from_utf8_lossy(self.notes.bytes(first)).into_owned();
        match (
            first.trim() == text.trim(),
            first.to_lowercase() == text.to_lowercase(),
        ) {
            (true, _) => "only by blanks around it",
            (false, true) => "only by upper and lower case",
            (false, false) => "only by case and blanks around it",
        }
    }
}
