//! qroute-lint: from paths to findings, and the fixes of what can be repaired.

mod args;
mod baseline;
mod choose;
mod dns;
mod engine;
mod fix;
mod listing;
mod other;
mod paths;
mod products;
mod run;
mod site;
mod unit;

pub use args::LintArgs;
pub(in crate::cli) use engine::errors;
pub use engine::{
    lint_bytes, lint_bytes_portable, lint_bytes_with_dns, lint_directory, lint_files, notation,
};
pub use fix::{Fixed, fix_bytes};
pub use other::{fix_format, lint_format, lint_format_with_dns};
pub use run::lint;
