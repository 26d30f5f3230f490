//! Where would mail for this address go, and why?

use std::process::ExitCode;

use qroute::cli::{ResolveArgs, finish, parse, resolve};

fn main() -> ExitCode {
    match parse::<ResolveArgs>("qroute-resolve") {
        Ok(args) => finish("qroute-resolve", resolve(args)),
        Err(code) => code,
    }
}
