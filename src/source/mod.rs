//! The bytes of a file or of a set of files, and places in them.
//!
//! An [`Input`] is what a reader is given: one file, or the files of a directory, each with its [`State`]. All of them
//! share one space of offsets, so that a [`Span`] (or the [`Text`] it covers) says which file and which bytes with eight
//! bytes. [`Visible`] shows hostile bytes harmlessly.

mod input;
mod lines;
mod mask;
mod span;
mod visible;

pub use input::{File, Input, Place, State, TooLarge};
pub use lines::{LineIndex, line_count};
pub use mask::{masked, masked_entry, masked_line, open_len, open_len_of_entry};
pub use span::{Span, Text};
pub use visible::{Visible, harmless, is_deceptive, push_field};
