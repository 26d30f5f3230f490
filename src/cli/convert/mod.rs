//! qroute-convert: a table in another product's format, proved, and what is lost on the way.
//!
//! The table is opened as qroute-resolve opens one; `translate` does the work; here are the options, the policy (what may be lost
//! without being accepted), the report, and the writing, which is `cli::replace`'s.

mod args;
mod commands;
mod destination;
mod preview;
mod report;
mod run;
mod snapshot;
mod target;

pub use args::ConvertArgs;
pub use run::convert;
