//! Delivers one message, in the place of qmail-remote.

use std::process::ExitCode;

use qroute::cli::remote;

fn main() -> ExitCode {
    remote(std::env::args_os().skip(1))
}
