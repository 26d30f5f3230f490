//! qroute-lint as users and scripts meet it.

mod baseline;
mod choosing;
mod fixing;
mod forms;
mod many;
mod paths;
mod suppression;

use std::ffi::OsStr;
use std::path::Path;
use std::process::Command;

pub use super::support::linter as program;
use super::support::{Ran, run};

/// The program, which may read configuration.
pub fn bare() -> Command {
    super::support::bare(env!("CARGO_BIN_EXE_qroute-lint"))
}

/// Lints `path`, one line a finding.
pub fn lint<I: AsRef<OsStr>>(path: &Path, args: impl IntoIterator<Item = I>) -> Ran {
    run(program()
        .args(["--output-format", "concise"])
        .args(args)
        .arg(path))
}

/// The names of the rules that spoke, in the order of the output.
pub fn rules(ran: &Ran) -> Vec<String> {
    let rule = |line: &str| {
        let (_, rule) = line.rsplit_once('[').unwrap();
        rule.trim_end_matches(']').to_owned()
    };
    ran.out().lines().map(rule).collect()
}
