//! The canonical form: values without blanks around them, domains and hosts in small letters, numbers without zeros before them.
//! Keys keep their order; comments, and what nobody knows, stay where they are.

use super::super::edits::Edits;
use super::super::format::Canonical;
use super::super::texts::Texts;
use super::super::xml::{
    Damage, Item, NodeId, Record, Value, Walker, attribute_place, escaped, escaped_attribute, form,
};
use super::host::Parts;
use super::values::Named;
use super::{DEFAULT, META};
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
                Item::Open { name, tag } if depth == 1 => {
                    let record = walker.record(name, tag, &mut self.texts)?;
                    self.key(record);
                }
                Item::End => return Ok(()),
                _ => {}
            }
        }
    }

    fn text(&self, value: Value) -> &[u8] {
        self.texts.bytes(&self.document.input, value.text)
    }

    /// The attribute of element `id` that is called `wanted`.
    fn attribute(&self, record: &Record, id: NodeId, wanted: &[u8]) -> Option<(Span, Value)> {
        let mut all = record.attributes(id).iter();
        all.find(|(name, _)| self.document.bytes(*name) == wanted)
            .copied()
    }

    fn key(&mut self, record: &Record) {
        if self.document.bytes(record.root().name) != b"key" {
            return;
        }
        let domain = self.attribute(record, 0, b"domain");
        let section = self.attribute(record, 0, b"section");
        if let Some((name, value)) = domain {
            self.domain(name, value);
        } else if section.is_none_or(|(_, value)| {
            let text = self.text(value);
            text != DEFAULT.as_bytes() && text != META.as_bytes()
        }) {
            // What is in a section that nobody knows is nobody's to form.
            return;
        }
        for id in record.children(0) {
            if self.document.bytes(record.node(id).name) != b"value" {
                continue;
            }
            let name = self.attribute(record, id, b"name");
            let named = name.and_then(|(_, value)| Named::of(self.text(value)));
            let form = match named {
                Some((Named::SmartCount | Named::DnsCount, None)) => number,
                Some((Named::Smart(_), None)) => smart_host,
                Some((Named::Method | Named::Dns(_), None)) => as_is,
                _ => continue,
            };
            self.value(record, id, form);
        }
    }

    fn domain(&mut self, name: Span, value: Value) {
        let text = self.text(value).to_vec();
        let plain = match text.strip_suffix(b".") {
            Some(plain) if !plain.is_empty() => {
                self.canonical.rest_on("final-dot");
                plain
            }
            _ => &text,
        };
        let formed = plain.to_ascii_lowercase();
        if formed != plain {
            self.canonical.rest_on("case");
        }
        if formed != text || value.trimmed {
            let place = attribute_place(&self.document.input, name);
            self.edits.replace(place, escaped_attribute(&formed));
        }
    }

    /// Writes a value as `form` has it, where that differs. A value in several pieces stays as it is.
    fn value(&mut self, record: &Record, id: NodeId, form: fn(&[u8]) -> Vec<u8>) {
        let node = record.node(id);
        let content = self.document.bytes(node.content);
        if memchr::memchr2(b'<', b'&', content).is_some() || node.content.is_empty() {
            return;
        }
        let text = self.text(node.value);
        // A blank may belong to the password.
        let is_secret = node.value.trimmed && Parts::of(text).password.is_some();
        let formed = form(text);
        if is_secret || formed == text && !node.value.trimmed {
            return;
        }
        self.edits.replace(node.content, escaped(&formed));
    }
}

fn as_is(text: &[u8]) -> Vec<u8> {
    text.to_vec()
}

fn number(text: &[u8]) -> Vec<u8> {
    let zeros = text.iter().take_while(|&&b| b == b'0').count();
    let from = match text.iter().all(u8::is_ascii_digit) {
        true => zeros.min(text.len().saturating_sub(1)),
        false => 0,
    };
    text[from..].to_vec()
}

/// Host and port; the rest is what it is, letter by letter.
fn smart_host(text: &[u8]) -> Vec<u8> {
    let parts = Parts::of(text);
    let host = parts.host.to_ascii_lowercase();
    let rest = &text[host.len()..];
    match parts.port {
        None => host,
        Some(port) => [&host, &b":"[..], &number(port), &rest[1 + port.len()..]].concat(),
    }
}
