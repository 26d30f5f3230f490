//! The canonical form: values without blanks around them, domains and hosts in small letters, operands written out. Elements,
//! comments, and what nobody knows stay where they are.

use super::super::edits::Edits;
use super::super::format::Canonical;
use super::super::texts::Texts;
use super::super::xml::{Damage, Item, NodeId, Record, Walker, escaped, form};
use crate::model::Document;
use crate::source::Span;

/// The form of a document's table. A damaged one stays as it is.
pub(super) fn canonical(document: &Document) -> Canonical {
    form(document, |bytes, base, edits, canonical| {
        let mut former = Former {
            document,
            texts: Texts::new(&document.input),
            edits,
            canonical,
        };
        former.file(bytes, base)?;
        Ok(true)
    })
}

struct Former<'a> {
    document: &'a Document,
    texts: Texts,
    edits: &'a mut Edits,
    canonical: &'a mut Canonical,
}

impl Former<'_> {
    fn file(&mut self, bytes: &[u8], base: u32) -> Result<(), Damage> {
        let mut walker = Walker::new(bytes, base)?;
        loop {
            let depth = walker.depth();
            match walker.next()? {
                Item::Open { name, tag } if depth == 2 => {
                    let is_route = self.document.bytes(name) == b"Route";
                    let record = walker.record(name, tag, &mut self.texts)?;
                    if is_route {
                        self.route(record);
                    }
                }
                Item::Open { name, tag }
                    if depth == 1 && self.document.bytes(name) != b"Routes" =>
                {
                    walker.record(name, tag, &mut self.texts)?;
                }
                Item::End => return Ok(()),
                _ => {}
            }
        }
    }

    fn route(&mut self, record: &Record) {
        for id in record.children(0) {
            match self.document.bytes(record.node(id).name) {
                b"sender" | b"recipient" => self.value(record, id, address),
                b"recipientExceptions" => {
                    self.value(record, id, |text, notes| list(text, notes, address))
                }
                b"ip" => self.value(record, id, |text, notes| list(text, notes, server)),
                b"subject" => {
                    self.operand(record, id);
                    self.value(record, id, |text, _| text.to_vec());
                }
                _ => {}
            }
        }
    }

    /// Writes the value of a leaf as `form` has it, where that differs. A value in several pieces stays as it is.
    fn value(&mut self, record: &Record, id: NodeId, form: impl Fn(&[u8], &mut Notes) -> Vec<u8>) {
        let node = record.node(id);
        let content = self.document.bytes(node.content);
        let pieces = memchr::memmem::find(content, b"<").is_some();
        if pieces || node.content.is_empty() {
            return;
        }
        let text = self.texts.bytes(&self.document.input, node.value.text);
        let mut notes = Notes::default();
        let formed = form(text, &mut notes);
        if node.value.trimmed {
            notes.0.push("trim");
        }
        if formed == text && !node.value.trimmed {
            return;
        }
        self.edits.replace(node.content, escaped(&formed));
        for key in notes.0 {
            self.canonical.rest_on(key);
        }
    }

    /// A missing operand is `cn` (documented). What stands there instead of one is left for people to look at.
    fn operand(&mut self, record: &Record, id: NodeId) {
        let named = |(name, _): &(Span, _)| self.document.bytes(*name) == b"operand";
        if !record.attributes(id).iter().any(named) {
            let behind = Span::new(record.node(id).name.end(), 0);
            self.edits.replace(behind, " operand=\"cn\"");
        }
    }
}

/// Assumptions that a change rests on.
#[derive(Default)]
struct Notes(Vec<&'static str>);

impl Notes {
    /// `new`, and that it rests on `key` when it differs from `old`.
    fn changed(&mut self, key: &'static str, old: &[u8], new: Vec<u8>) -> Vec<u8> {
        if new != old {
            self.0.push(key);
        }
        new
    }
}

fn list(text: &[u8], notes: &mut Notes, form: impl Fn(&[u8], &mut Notes) -> Vec<u8>) -> Vec<u8> {
    let items = text.split(|&b| b == b'|').map(<[u8]>::trim_ascii);
    let items: Vec<Vec<u8>> = items
        .filter(|item| !item.is_empty())
        .map(|item| form(item, notes))
        .collect();
    items.join(&b'|')
}

fn address(text: &[u8], notes: &mut Notes) -> Vec<u8> {
    if text.eq_ignore_ascii_case(b"ANY") {
        return notes.changed("any-spelling", text, b"ANY".to_vec());
    }
    let Some(at) = text.iter().rposition(|&b| b == b'@') else {
        return text.to_vec();
    };
    let domain = &text[at + 1..];
    let plain = match domain.strip_suffix(b".") {
        Some(plain) if !plain.is_empty() => notes.changed("final-dot", domain, plain.to_vec()),
        _ => domain.to_vec(),
    };
    let lower = notes.changed("case", &plain, plain.to_ascii_lowercase());
    [&text[..=at], &lower].concat()
}

/// A host: names are the same in any case to DNS.
fn server(text: &[u8], _: &mut Notes) -> Vec<u8> {
    text.to_ascii_lowercase()
}
