//! Where keys are found: the table in memory, the raw text searched for one question, or its compiled file.
//!
//! All answer the same for the same bytes; tests hold them to each other over all vectors and over random files.

mod compile;
mod compiled;
mod exim;
mod index;
mod memory;
mod pairs;
mod search;
mod sieve;
mod stamp;
mod text;

pub use compile::{NotCompilable, Records};
pub use compiled::{Compiled, NotCurrent};
pub use exim::{NotRouteData, route_data};
pub use memory::MemoryStore;
pub use stamp::Stamp;
pub use text::TextStore;
