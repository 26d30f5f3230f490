//! What is wrong or suspicious in these files?

use std::process::ExitCode;

use qroute::cli::lint::{LintArgs, lint};
use qroute::cli::{finish, parse};

fn main() -> ExitCode {
    match parse::<LintArgs>("qroute-lint") {
        Ok(args) => finish("qroute-lint", lint(args)),
        Err(code) => code,
    }
}
