//! What is this table in another product's format, and what is lost?

use std::process::ExitCode;

use qroute::cli::{ConvertArgs, convert, finish, parse};

fn main() -> ExitCode {
    match parse::<ConvertArgs>("qroute-convert") {
        Ok(args) => finish("qroute-convert", convert(args)),
        Err(code) => code,
    }
}
