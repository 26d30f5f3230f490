//! The formats, a folder each, and their registry.
//!
//! A reader turns an [`Input`](crate::source::Input) into a [`Document`](crate::model::Document): it decides nothing.

mod format;
pub mod smtproutes;

pub use format::{
    Confidence, Evidence, FORMATS, Format, FormatId, Known, PLANNED, ReadError, ReadOptions,
    detect, find,
};
