//! Delivers one message, in the place of qmail-remote.

use std::process::ExitCode;

use qroute::cli::remote;

fn main() -> ExitCode {
    // qmail-rspawn takes standard error for the report, exit status 101 for a bounce, and an abort for trouble that passes.
    std::panic::set_hook(Box::new(|_| std::process::abort()));
    remote(std::env::args_os().skip(1))
}
