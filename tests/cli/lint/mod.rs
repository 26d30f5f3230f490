//! qroute-lint as users and scripts meet it.

mod baseline;
mod choosing;
mod fixing;
mod forms;
mod paths;
mod suppression;

use std::ffi::OsStr;
use std::path::Path;
use std::process::{Command, Stdio};

use super::support::{Ran, run};

/// The program with nothing of this environment but the path, and without configuration.
pub fn program() -> Command {
    let mut command = bare();
    command.arg("--no-config");
    command
}

/// The program with nothing of this environment but the path.
pub fn bare() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_qroute-lint"));
    command
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap())
        .stdin(Stdio::null());
    command
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
