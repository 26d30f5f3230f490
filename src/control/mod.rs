//! qmail control files: how they are opened, and the lines that `control.c` makes of them.

mod file;
mod lines;
mod number;

pub use file::{read, read_from, size_of};
pub use lines::{entries, first_line, for_each_entry, strip_trailing};
pub use number::{scan_ulong, strtol, strtoul};
