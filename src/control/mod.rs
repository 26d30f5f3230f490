//! qmail control files: how they are opened, the lines that `control.c` makes of them, and constant databases.

mod cdb;
mod file;
mod lines;
mod number;

pub use cdb::{Cdb, CdbRecord, RESERVED, cdb_records};
pub use file::{read, read_from, size_of};
pub use lines::{entries, first_line, for_each_entry, only_word, strip_trailing};
pub use number::{scan_ulong, strtol, strtoul};
