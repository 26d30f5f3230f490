//! qroute-fmt: tables in one form, and mail as before.
//!
//! Each file goes through `canonical` and, where it changes, through `cli::proof`; what is not proved is not written. In place,
//! all new files are complete on disk before the first is renamed.

mod args;
mod form;
mod other;
mod run;
mod walk;

pub use args::FmtArgs;
pub(in crate::cli) use other::{mask_of, without_secrets};
pub use run::fmt;
