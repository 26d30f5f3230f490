//! The formats, a folder each, and their registry.
//!
//! A reader turns an [`Input`](crate::source::Input) into a [`Document`](crate::model::Document): it decides nothing. What is
//! wrong with the input is among the document's problems; a damaged file gives a document without routes.

mod contents;
pub mod cpanel;
mod csv;
mod edits;
mod format;
mod head;
pub mod imss;
pub mod imsva;
mod json;
pub mod mspcontrol;
mod names;
mod notes;
mod options;
mod planned;
pub mod postfix_transport;
mod read_back;
mod said;
mod secrets;
pub mod smtproutes;
mod texts;
pub mod xeams;
mod xml;

pub use format::{
    Canonical, Comments, Confidence, Detected, Evidence, FORMATS, Format, FormatId, Known, Output,
    ReadError, Template, WriteError, WriteOptions, Written, detect, find, names,
};
pub use head::{HEAD, Head};
pub use options::{Assumed, BadAssumption, Open, ReadOptions, bind_option};
pub use planned::{PLANNED, Planned};
