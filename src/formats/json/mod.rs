//! JSON as the formats that are written in it need it: strict, hostile, with the place of every name and every value.
//!
//! Not a format. [`Parser`] splits a text into tokens and holds it to RFC 8259: no comments, no comma before a bracket, no number
//! that other readers take for text, no half of a surrogate pair, 64 levels, 64 KiB a string. [`Walker`] goes through objects and
//! arrays and takes records whole, so that a file of a million records is read in the memory of one [`Record`]. Text without
//! escapes is named where it stands; text with some is made in [`Texts`](super::texts::Texts), which remembers its place. What
//! keeps a file from being read is one [`Damage`](super::xml::Damage): nothing of a damaged file is used.
//!
//! Bytes are decoded by [`decode`](super::xml::decode) before: a byte order mark and UTF-16 are what PowerShell writes.

mod number;
mod parser;
mod record;
mod secrets;
mod string;

pub(in crate::formats) use parser::{Parser, Token, TokenKind};
pub(in crate::formats) use record::{Item, Kind, Node, NodeId, Record, Walker};
pub(in crate::formats) use secrets::secrets;
pub(in crate::formats) use string::quoted;

use super::xml::Damage;

/// Deepest nesting of objects and arrays.
const DEEPEST: usize = 64;

/// The text is no JSON.
fn malformed(at: usize, message: impl std::fmt::Display) -> Damage {
    Damage::new("malformed-json", at, format!("not JSON: {message}"))
}

/// The text is beyond a limit.
fn limit(at: usize, message: impl Into<String>) -> Damage {
    Damage::new("json-limit", at, message)
}
