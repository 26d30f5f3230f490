//! qroute-compile: a table as one file in which a route is found without reading the table.

mod args;
mod dump;
mod lookups;
mod run;
mod text;

pub use args::CompileArgs;
pub use run::compile;
