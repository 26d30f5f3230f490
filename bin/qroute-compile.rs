//! Writes a table as a constant database, in which a million lines cost what ten cost.

use std::process::ExitCode;

use qroute::cli::{CompileArgs, compile, finish, parse};

fn main() -> ExitCode {
    match parse::<CompileArgs>("qroute-compile") {
        Ok(args) => finish("qroute-compile", compile(args)),
        Err(code) => code,
    }
}
