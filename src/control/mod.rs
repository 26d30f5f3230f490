//! qmail control files: how they are opened, and the lines that `control.c` makes of them.

mod file;
mod lines;

pub use file::{read, read_from, size_of};
pub use lines::{entries, first_line, for_each_entry, strip_trailing};
