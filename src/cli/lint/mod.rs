//! qroute-lint: from paths to findings, and the fixes of what can be repaired.

#[allow(dead_code, reason = "called by the run")]
mod dns;
mod engine;
mod fix;
mod products;
#[allow(dead_code, reason = "called by the run")]
mod site;

pub use engine::{lint_bytes, lint_bytes_with_dns, lint_directory, notation};
pub use fix::{Fixed, fix_bytes};
