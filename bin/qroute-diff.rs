//! For which mail do two tables decide differently?

use std::process::ExitCode;

use qroute::cli::{DiffArgs, diff, finish, parse};

fn main() -> ExitCode {
    match parse::<DiffArgs>("qroute-diff") {
        Ok(args) => finish("qroute-diff", diff(args)),
        Err(code) => code,
    }
}
