//! Where would mail for this address go, and why?

use std::process::ExitCode;

use clap::Parser;
use qroute::cli::{ResolveArgs, finish, resolve};

fn main() -> ExitCode {
    let args = ResolveArgs::parse();
    finish("qroute-resolve", resolve(args))
}
