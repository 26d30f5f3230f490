//! Constant databases (D. J. Bernstein's cdb), from bytes that may be anything: all records of one in memory, and single keys
//! of one on disk.

mod find;
mod records;

pub use find::{Cdb, CdbRecord};
pub use records::cdb_records;

/// The key of the record in which a compiled table says what it was made of. No route has it: a `:` ends keys.
pub const RESERVED: &[u8] = b":qroute";
