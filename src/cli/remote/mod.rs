//! The run of qroute-remote: arguments, control files, decision, plan, delivery, report.
//!
//! It takes the place of qmail-remote, and is judged by qmail-rspawn: a report on standard output, nothing on standard error,
//! exit status 0, or 111 when the report cannot be written. Whatever goes wrong here is a report, too.

mod control;
mod decide;
mod failure;
mod help;
mod message;
mod policy;

use std::ffi::OsString;
use std::fs::File;
use std::io::Write;
use std::os::fd::AsFd;
use std::os::unix::ffi::OsStrExt;
use std::process::ExitCode;

use self::control::Control;
use self::message::Standard;
use crate::lookup::{Envelope, Recipient, Sender, select};
use crate::model::Decision;
use crate::smtp::{Job, Letter, Report, TimeoutTable, deliver};

/// qmail-rspawn throws the report away and tries again later.
const NO_REPORT: u8 = 111;

/// Delivers as the arguments say, those behind the program's name: `HOST SENDER RECIPIENT…`. There are no options, because all three
/// come from strangers; one single argument `--help` or `--version` is answered, since no delivery has a single argument.
///
/// A panic anywhere ends the process by SIGABRT, with nothing on either stream: qmail-rspawn reads that as a failure that passes
/// ("qmail-remote crashed"), text on standard error as the report, and exit status 101 as a bounce (`qmail-rspawn.c`, `report`).
pub fn remote(arguments: impl Iterator<Item = OsString>) -> ExitCode {
    // Set here, so that no program can forget it, and before the arguments are looked at.
    std::panic::set_hook(Box::new(|_| std::process::abort()));
    let arguments: Vec<OsString> = arguments.collect();
    let output = match arguments.as_slice() {
        [only] if only == "--help" => help::HELP.as_bytes().to_vec(),
        [only] if only == "--version" => help::VERSION.as_bytes().to_vec(),
        [host, sender, recipients @ ..] if !recipients.is_empty() => {
            let recipients = recipients.iter().map(|r| r.as_bytes()).collect();
            report(host.as_bytes(), sender.as_bytes(), recipients).unwrap_or_else(|report| report)
        }
        _ => Report::of(
            Letter::Bounced,
            "I (qmail-remote) was invoked improperly. (#5.3.5)",
        ),
    };
    // Written once and unbuffered: a reader that goes away in between must not find half a verdict.
    let written = std::io::stdout()
        .as_fd()
        .try_clone_to_owned()
        .and_then(|stdout| File::from(stdout).write_all(&output));
    match written {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::from(NO_REPORT),
    }
}

/// The report of a delivery; as an error when it does not come to one.
fn report(host: &[u8], sender: &[u8], recipients: Vec<&[u8]>) -> Result<Vec<u8>, Vec<u8>> {
    let control = Control::open()?;
    let store = control.routes()?;
    let policy = control.policy(host)?;
    let envelope = Envelope::new(Recipient::Host(host), Sender::from_bytes(sender));
    let decision = match select(store.as_ref(), &envelope, false) {
        Ok(selection) => selection.decision,
        Err(_) => return Err(control::unreadable()),
    };
    let product = store.document().table.product;
    // A table may be large, and a delivery long.
    drop(store);
    let relay = match decision {
        Decision::Relay(relay) => relay,
        other => return Err(failure::of_decision(other)),
    };
    let plan = decide::plan_of(&relay, product)?;
    if let Some(why) = &plan.failure {
        return Err(failure::of_plan(&relay, why));
    }
    let candidates: Vec<_> = plan.candidates().cloned().collect();
    let settings = control.settings()?;
    let job = Job {
        helo: &settings.helo,
        sender,
        recipients,
        relay: &relay,
        policy,
        source: settings.source,
        limits: settings.limits,
        timeouts: TimeoutTable::new(control.home().join("queue/lock/tcpto"), std::process::id()),
    };
    let mut message = Standard::input().map_err(|_| failure::message())?;
    Ok(deliver(&job, &candidates, &mut message))
}
