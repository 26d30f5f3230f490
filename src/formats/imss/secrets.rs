//! Where passwords stand.

use super::super::secrets::{is_address, is_secret_name};
use super::super::xml::{NodeId, Record};
use super::host::Parts;
use super::routes::Reader;
use super::values::SMART;
use crate::source::{Span, Text};

/// Hides what may be a password anywhere in `record`, whether it is read or not: in values under other names, in sections that
/// nobody knows. What every XML hides is hidden too.
pub(super) fn hide(reader: &mut Reader<'_>, record: &Record) {
    for id in record.all() {
        for (_, value) in record.attributes(id) {
            let hidden = blindly(reader.notes.bytes(value.text));
            hide_from(reader, value.text, hidden);
        }
        let text = record.node(id).value.text;
        let hidden = in_value(reader, record, id, text);
        hide_from(reader, text, hidden);
    }
}

/// From which byte on the text of an element is hidden.
fn in_value(reader: &Reader<'_>, record: &Record, id: NodeId, text: Text) -> usize {
    let bytes = reader.notes.bytes(text);
    let name = record
        .attributes(id)
        .iter()
        .find(|(name, _)| reader.notes.bytes(*name).eq_ignore_ascii_case(b"name"));
    let name = name.map_or(&b""[..], |(_, value)| reader.notes.bytes(value.text));
    let begins = |with: &str| {
        let start = name.get(..with.len());
        start.is_some_and(|start| start.eq_ignore_ascii_case(with.as_bytes()))
    };
    if is_secret_name(name) {
        0
    } else if begins(SMART) && !is_address(bytes) {
        Parts::of(bytes).open()
    } else {
        blindly(bytes)
    }
}

/// How many bytes may be shown of a text that is no smart host where it stands: up to the third colon of what is like
/// `host:port:auth:user:password`, all of an IPv6 address.
pub(super) fn blindly(bytes: &[u8]) -> usize {
    let colon = memchr::memchr_iter(b':', bytes).nth(2);
    match colon {
        Some(colon) if !is_address(bytes) => colon + 1,
        _ => bytes.len(),
    }
}

/// Hides `text` from byte `open` on; of text that was made, all of its source.
fn hide_from(reader: &mut Reader<'_>, text: Text, open: usize) {
    if open >= text.len as usize {
        return;
    }
    let hidden = Span::new(text.start + open as u32, text.len - open as u32);
    let source = reader.notes.source(text);
    reader.secrets.push(hidden);
    if source != text {
        reader.secrets.push(source);
    }
}
