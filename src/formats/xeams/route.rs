//! One `Route` element.

use super::super::notes::Notes;
use super::super::options::Assumed;
use super::super::xml::{NodeId, Record, Value};
use super::address::{Pattern, Place, pattern};
use super::{servers, subject};
use crate::diagnostic::{Finding, Severity};
use crate::model::{Action, Choice, Condition, RouteTable, TableFull};
use crate::source::{Input, Span, Text, Visible};

/// The elements of a route, in the vendor's order.
const LEAVES: [&str; 5] = [
    "sender",
    "recipient",
    "recipientExceptions",
    "subject",
    "ip",
];

/// Reads routes of one file.
pub(super) struct Reader<'a> {
    pub notes: Notes<'a>,
    pub table: RouteTable,
    pub assumed: Assumed<'a>,
    pub written: u64,
    pub usable: u64,
    /// How many lists of routes there were so far.
    pub lists: u32,
    /// Assumptions that the route at hand is there by.
    doubts: Vec<&'static str>,
}

impl<'a> Reader<'a> {
    pub fn new(input: &'a Input, table: RouteTable, assumed: Assumed<'a>) -> Self {
        Reader {
            notes: Notes::new(input),
            table,
            assumed,
            written: 0,
            usable: 0,
            lists: 0,
            doubts: Vec::new(),
        }
    }

    /// Nothing read yet, for another part of the same text: see [`Notes::beside`].
    pub fn beside(&self, before: usize, behind: usize) -> Option<Self> {
        let (input, table) = (self.notes.input, self.table.beside());
        Some(Reader {
            notes: self.notes.beside(before, behind)?,
            lists: self.lists,
            ..Reader::new(input, table, self.assumed.clone())
        })
    }

    pub fn doubt(&mut self, key: &'static str) {
        if !self.doubts.contains(&key) {
            self.doubts.push(key);
        }
    }

    pub fn trimmed(&mut self, text: Text) {
        self.notes.warn(
            "blank-around-value",
            self.notes.source(text),
            "blanks stand around the value",
            "taken without them; if the product keeps them, the value is another one",
        );
    }

    pub fn whole_subject(&self) -> bool {
        self.assumed.is("regex", "full")
    }

    pub fn subject_ignores_case(&self) -> bool {
        self.assumed.is("subject-case", "insensitive")
    }

    pub fn unknown_attribute(&mut self, name: Span, value: Value) {
        let shown = Visible(self.notes.bytes(name)).to_string();
        let shown_value = Visible(self.notes.bytes(value.text)).to_string();
        let off = ["enabled", "active", "disabled"].contains(&shown.to_ascii_lowercase().as_str());
        let (message, effect) = match off {
            true => (
                format!(
                    "the attribute {shown}=\"{shown_value}\" is not documented, and there is no such thing"
                ),
                "the route stays in force: it is not switched off by it",
            ),
            false => (
                format!("the attribute `{shown}` is not documented"),
                "none that is known: the product ignores what it does not know",
            ),
        };
        self.notes.warn("unknown-attribute", name, message, effect);
    }

    /// An element that means nothing where it stands; `known` are those that would.
    pub fn unknown_element(&mut self, name: Span, tag: Span, known: &[&str]) {
        let bytes = self.notes.bytes(name).to_vec();
        let shown = Visible(&bytes);
        if let Some(meant) = known
            .iter()
            .find(|known| known.as_bytes().eq_ignore_ascii_case(&bytes))
        {
            let effect = match *meant {
                "subject" => {
                    "ignored, the route would take mail with every subject: it is not used"
                }
                _ => "what it says is not read: it is not used",
            };
            let finding = Finding::new(
                "wrong-case-name",
                Severity::Error,
                name,
                format!("`{shown}` where `{meant}` is meant: names in XML are case-sensitive"),
            )
            .effect(effect)
            .help(format!("write `{meant}`"));
            self.notes.add(finding);
            return;
        }
        let effect = match bytes.eq_ignore_ascii_case(b"port") {
            true => "no port is set by it: mail goes to port 25",
            false => "none that is known: the product ignores what it does not know",
        };
        self.notes.warn(
            "unknown-element",
            tag,
            format!("the element `{shown}` is not documented"),
            effect,
        );
    }

    /// Reads a `Route` and adds it to the table.
    ///
    /// # Errors
    /// The table is full.
    pub fn route(&mut self, record: &Record) -> Result<(), TableFull> {
        self.written += 1;
        self.doubts.clear();
        self.notes.broken = false;
        for (name, value) in record.attributes(0) {
            self.unknown_attribute(*name, *value);
        }
        let mut leaves: [Option<NodeId>; LEAVES.len()] = [None; LEAVES.len()];
        for id in record.children(0) {
            let node = record.node(id);
            let name = self.notes.bytes(node.name);
            let known = LEAVES.iter().position(|leaf| leaf.as_bytes() == name);
            let Some(leaf) = known else {
                self.unknown_element(node.name, node.tag, &LEAVES);
                continue;
            };
            self.look_into(record, id, leaf);
            if let Some(first) = leaves[leaf] {
                let finding = Finding::new(
                    "repeated-element",
                    Severity::Error,
                    node.tag,
                    format!("a second `{}` in one route", LEAVES[leaf]),
                )
                .effect("which of them counts is not documented: the route is not used")
                .help("write one route for each")
                .label(record.node(first).tag, "the first");
                self.notes.add(finding);
            } else {
                leaves[leaf] = Some(id);
            }
        }
        let sender = self.address(record, leaves[0], Place::Sender);
        let recipient = self.address(record, leaves[1], Place::Recipient);
        let except = self.exceptions(record, leaves[2], recipient);
        let subject = match leaves[3] {
            Some(id) => subject::test(self, record, id).unwrap_or(None),
            None => None,
        };
        let hops = self
            .value(record, leaves[4], LEAVES[4])
            .and_then(|text| servers::hops(self, text));
        let origin = record.root().whole;
        let condition = Condition {
            direction: None,
            sender: match sender {
                Some(Pattern::Key(key)) => Some(key),
                _ => None,
            },
            except,
            subject,
            unbound: false,
        };
        let Some(recipient) = recipient else {
            return Ok(());
        };
        let key = match recipient {
            Pattern::Any => Span::new(origin.start, 0),
            Pattern::Key(key) => key,
        };
        let action = match (hops, sender, self.notes.broken) {
            (Some(hops), Some(_), false) => {
                self.usable += 1;
                Action::relay(
                    if hops.len() > 1 {
                        Choice::OneAtRandom
                    } else {
                        Choice::InOrder
                    },
                    hops,
                )
            }
            // Whose mail it is is known, and what becomes of it is not.
            _ => Action::undecided(
                "the route has errors, and what the product does with it is not documented",
            ),
        };
        let doubts = std::mem::take(&mut self.doubts);
        let there = |key: &&'static str| self.assumed.is(key, self.assumed.first(key));
        if !doubts.iter().all(there) {
            return Ok(());
        }
        self.table
            .push_conditional(origin, key, action, condition)?;
        for doubt in doubts {
            self.table.doubt_last(doubt);
        }
        Ok(())
    }

    /// Attributes and elements in a leaf, which has neither but the operand of a subject.
    fn look_into(&mut self, record: &Record, id: NodeId, leaf: usize) {
        if LEAVES[leaf] != "subject" {
            for (name, value) in record.attributes(id) {
                self.unknown_attribute(*name, *value);
            }
        }
        for child in record.children(id) {
            let node = record.node(child);
            self.unknown_element(node.name, node.tag, &[]);
        }
    }

    /// The value of a leaf that must be there and say something.
    fn value(&mut self, record: &Record, leaf: Option<NodeId>, name: &str) -> Option<Text> {
        const EFFECT: &str = "what becomes of its mail is not documented: the product may skip the route, or refuse the whole file";
        let Some(id) = leaf else {
            let message = format!("the route has no `{name}`");
            let finding = Finding::new(
                "missing-element",
                Severity::Error,
                record.root().tag,
                message,
            );
            self.notes
                .add(finding.effect(EFFECT).help(format!("write a `{name}`")));
            return None;
        };
        let node = record.node(id);
        if node.value.text.is_empty() {
            let message = format!("`{name}` is empty");
            let finding = Finding::new("missing-value", Severity::Error, node.tag, message);
            self.notes.add(
                finding
                    .effect(EFFECT)
                    .help(format!("write what `{name}` is")),
            );
            return None;
        }
        if node.value.trimmed {
            self.trimmed(node.value.text);
            // Of hosts it is known that they are found or not.
            if name != LEAVES[4] {
                self.doubt("trim");
            }
        }
        Some(node.value.text)
    }

    fn address(&mut self, record: &Record, leaf: Option<NodeId>, place: Place) -> Option<Pattern> {
        let name = LEAVES[usize::from(place == Place::Recipient)];
        let text = self.value(record, leaf, name)?;
        pattern(self, place, text)
    }

    /// The exceptions. They apply only where the recipient is ANY (documented).
    fn exceptions(
        &mut self,
        record: &Record,
        leaf: Option<NodeId>,
        recipient: Option<Pattern>,
    ) -> Vec<Text> {
        let Some(node) = leaf.map(|id| record.node(id)) else {
            return Vec::new();
        };
        let text = node.value.text;
        if text.is_empty() {
            return Vec::new();
        }
        if matches!(recipient, Some(Pattern::Key(_))) {
            self.notes.warn(
                "exceptions-without-any",
                self.notes.source(text),
                "exceptions of a route whose recipient is not ANY",
                "none: the vendor documents that they apply only when the recipient is ANY, and mail for them takes this route",
            );
            let bytes = self.notes.held(text);
            if bytes
                .split(|&b| b == b'|')
                .any(|item| item.trim_ascii().eq_ignore_ascii_case(b"ANY"))
            {
                pattern(self, Place::Exception, text_of_any(&bytes, text));
            }
            return Vec::new();
        }
        let bytes = self.notes.held(text);
        let mut except = Vec::new();
        let (mut empty, mut blank) = (false, false);
        for item in bytes.split(|&b| b == b'|') {
            let at = item.as_ptr() as usize - bytes.as_ptr() as usize;
            let lead = item.len() - item.trim_ascii_start().len();
            let inner = item.trim_ascii();
            blank |= inner.len() != item.len();
            empty |= inner.is_empty();
            if inner.is_empty() {
                continue;
            }
            let place = Span::new(text.start + (at + lead) as u32, inner.len() as u32);
            if let Some(Pattern::Key(key)) = pattern(self, Place::Exception, place) {
                except.push(key);
            }
        }
        if empty {
            let span = self.notes.source(text);
            self.notes.warn(
                "empty-item",
                span,
                "nothing stands between two `|`, or before or behind one",
                "none",
            );
        }
        if blank || node.value.trimmed {
            self.trimmed(text);
        }
        except
    }
}

/// Where `ANY` stands in a list.
fn text_of_any(bytes: &[u8], text: Text) -> Text {
    let at = bytes
        .windows(3)
        .position(|three| three.eq_ignore_ascii_case(b"ANY"));
    at.map_or(text, |at| Span::new(text.start + at as u32, 3))
}
