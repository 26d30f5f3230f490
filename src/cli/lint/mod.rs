//! qroute-lint: from paths to findings, and the fixes of what can be repaired.

mod engine;
mod fix;

pub use engine::{lint_bytes, lint_files, notation};
pub use fix::{Fixed, fix_bytes};
