//! Constant databases (D. J. Bernstein's cdb), from bytes that may be anything: all records of one in memory, and single keys
//! of one on disk.

mod find;
mod records;

pub use find::{Cdb, CdbRecord};
pub use records::cdb_records;
