//! XML as the formats that are written in it need it: decoded once, hostile, with the place of every byte.
//!
//! Not a format. [`decode`] makes text of bytes, whatever encoding they declare and truly have. [`Parser`] splits the text into
//! tokens and holds it to what is well-formed: no DOCTYPE, no entity but the five and character references, 64 levels, 64 KiB
//! a value. [`Record`] holds one element with all that is in it, so that a file of a million records is read in the memory of
//! one. What keeps a file from being read is one [`Damage`]: nothing of a damaged file is used.

mod damage;
mod decode;
mod file;
mod grammar;
mod halves;
mod layout;
mod parser;
mod pieces;
mod place;
mod record;
mod root;
mod secrets;
mod tags;
mod token;
mod walker;

pub(in crate::formats) use damage::Damage;
pub(in crate::formats) use decode::{declared_encoding, decode, encode_like};
use file::perhaps_secrets;
pub(in crate::formats) use file::read_file;
pub(in crate::formats) use halves::{Half, Start, in_halves};
#[cfg(test)]
pub(in crate::formats) use halves::{cut_at, said};
pub(in crate::formats) use layout::{escaped, escaped_attribute, form, with_line_feeds};
pub(in crate::formats) use parser::Parser;
pub(in crate::formats) use place::attribute_place;
pub(in crate::formats) use record::{NodeId, Record, Value};
pub(in crate::formats) use root::foreign_root;
pub(in crate::formats) use token::Token;
pub(in crate::formats) use walker::{Item, Walker};
