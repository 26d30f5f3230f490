//! Where values of attributes stand.

use crate::source::{Input, Span};

/// Where the value of the attribute `name` stands, between its quotes.
pub(in crate::formats) fn attribute_place(input: &Input, name: Span) -> Span {
    let file = input.files().first();
    let bytes = file.and_then(|file| file.state.bytes()).unwrap_or(b"");
    let base = file.map_or(0, |file| file.base());
    let behind = (name.end() - base) as usize;
    let rest = &bytes[behind.min(bytes.len())..];
    let open = rest.iter().position(|b| matches!(b, b'"' | b'\''));
    let open = open.unwrap_or(rest.len());
    let quote = rest.get(open).copied().unwrap_or(b'"');
    let inner = &rest[(open + 1).min(rest.len())..];
    let length = memchr::memchr(quote, inner).unwrap_or(0);
    Span::new(name.end() + open as u32 + 1, length as u32)
}
