//! Brings smtproutes tables into one form, and keeps what happens to mail.

use std::process::ExitCode;

use qroute::cli::{FmtArgs, finish, fmt, parse};

fn main() -> ExitCode {
    match parse::<FmtArgs>("qroute-fmt") {
        Ok(args) => finish("qroute-fmt", fmt(args)),
        Err(code) => code,
    }
}
