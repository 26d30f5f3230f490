//! qroute-diff: for which mail do two tables decide differently?
//!
//! Both sides are opened as qroute-resolve opens a table; `equivalence` finds the classes of mail that differ, one witness each;
//! the witness is put to both tables once more, and what they answer is what is shown. Given addresses are asked one by one.

mod args;
mod logs;
mod recipients;
mod rests;
mod run;
mod side;
mod weigh;

pub use args::DiffArgs;
pub use run::diff;
