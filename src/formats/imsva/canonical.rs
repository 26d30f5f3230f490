//! The canonical form of `neutral-1`: values without blanks around them, names in small letters, numbers without zeros before
//! them, switches as `true` and `false`. Comments, and what nobody knows, stay where they are; so does any other file.

use super::super::edits::Edits;
use super::super::format::Canonical;
use super::super::texts::Texts;
use super::super::xml::{
    Damage, Item, NodeId, Record, Walker, attribute_place, escaped_attribute, form,
};
use super::values::boolean;
use super::{ROOT, SCHEMA};
use crate::model::Document;
use crate::source::Span;

/// The form of a document's table. One that is damaged, or not ours, stays as it is.
pub(super) fn canonical(document: &Document) -> Canonical {
    form(document, |bytes, base, edits, canonical| {
        let mut former = Former {
            document,
            texts: Texts::new(&document.input),
            edits,
            canonical,
        };
        former.file(bytes, base)
    })
}

struct Former<'a> {
    document: &'a Document,
    texts: Texts,
    edits: &'a mut Edits,
    canonical: &'a mut Canonical,
}

impl Former<'_> {
    /// Makes the edits of a file; false for one that is not ours.
    fn file(&mut self, bytes: &[u8], base: u32) -> Result<bool, Damage> {
        let mut walker = Walker::new(bytes, base)?;
        loop {
            let depth = walker.depth();
            match walker.next()? {
                Item::Open { name, .. } if depth == 0 => {
                    let attributes = walker.attributes(&mut self.texts)?;
                    let is_schema = |(name, value): &(Span, super::super::xml::Value)| {
                        self.document.bytes(*name) == b"schema"
                            && self.texts.bytes(&self.document.input, value.text)
                                == SCHEMA.as_bytes()
                    };
                    let ours = self.document.bytes(name) == ROOT.as_bytes()
                        && attributes.iter().any(is_schema);
                    if !ours {
                        return Ok(false);
                    }
                }
                Item::Open { name, tag } => {
                    let is_entry = self.document.bytes(name) == b"Entry";
                    let record = walker.record(name, tag, &mut self.texts)?;
                    if is_entry {
                        self.entry(record);
                    }
                }
                Item::End => return Ok(true),
                _ => {}
            }
        }
    }

    fn entry(&mut self, record: &Record) {
        self.attributes(record, 0, |name| match name {
            b"recipient" => Some(recipient),
            b"method" => Some(as_is),
            _ => None,
        });
        for id in record.children(0) {
            match self.document.bytes(record.node(id).name) {
                b"Server" => self.attributes(record, id, |name| match name {
                    b"address" => Some(host),
                    b"port" | b"preference" => Some(number),
                    b"enabled" => Some(switch),
                    _ => None,
                }),
                b"Mx" => self.attributes(record, id, |name| match name {
                    b"name" => Some(host),
                    b"port" => Some(number),
                    _ => None,
                }),
                _ => {}
            }
        }
    }

    fn attributes(&mut self, record: &Record, id: NodeId, form: impl Fn(&[u8]) -> Option<Form>) {
        for (name, value) in record.attributes(id) {
            let Some(form) = form(self.document.bytes(*name)) else {
                continue;
            };
            let text = self.texts.bytes(&self.document.input, value.text);
            let (formed, rests_on) = form(text);
            if formed == text && !value.trimmed {
                continue;
            }
            if let Some(key) = rests_on.filter(|_| formed != text) {
                self.canonical.rest_on(key);
            }
            let place = attribute_place(&self.document.input, *name);
            self.edits.replace(place, escaped_attribute(&formed));
        }
    }
}

/// A value in its form, and what is assumed where that differs.
type Form = fn(&[u8]) -> (Vec<u8>, Option<&'static str>);

fn as_is(text: &[u8]) -> (Vec<u8>, Option<&'static str>) {
    (text.to_vec(), None)
}

/// A recipient: the domain in small letters.
fn recipient(text: &[u8]) -> (Vec<u8>, Option<&'static str>) {
    let at = text.iter().rposition(|&b| b == b'@').map_or(0, |at| at + 1);
    let (local, domain) = text.split_at(at);
    let plain = domain.strip_suffix(b".").filter(|plain| !plain.is_empty());
    let rests_on = match plain {
        Some(_) => "final-dot",
        None => "case",
    };
    let lower = plain.unwrap_or(domain).to_ascii_lowercase();
    ([local, &lower].concat(), Some(rests_on))
}

/// A host: names are the same in any case to DNS.
fn host(text: &[u8]) -> (Vec<u8>, Option<&'static str>) {
    (text.to_ascii_lowercase(), None)
}

fn number(text: &[u8]) -> (Vec<u8>, Option<&'static str>) {
    let zeros = text.iter().take_while(|&&b| b == b'0').count();
    let digits = text.iter().all(u8::is_ascii_digit);
    let from = match digits {
        true => zeros.min(text.len().saturating_sub(1)),
        false => 0,
    };
    (text[from..].to_vec(), None)
}

fn switch(text: &[u8]) -> (Vec<u8>, Option<&'static str>) {
    let formed = match boolean(text) {
        Some(true) => b"true".to_vec(),
        Some(false) => b"false".to_vec(),
        None => text.to_vec(),
    };
    (formed, None)
}
