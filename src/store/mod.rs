//! Where keys are found: the table in memory, or the raw text searched for one question.
//!
//! Both answer the same for the same bytes; tests hold them to each other over all vectors and over random files.

mod index;
mod memory;
mod pairs;
mod scan;
mod search;
mod sieve;

pub use memory::MemoryStore;
pub use scan::ScanStore;
