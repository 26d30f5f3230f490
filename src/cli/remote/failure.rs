//! What is reported when there is nobody to connect to (notqmail `qmail-remote.c:60-85`).

use crate::model::{Decision, Failure, FailureKind, Relay};
use crate::smtp::{Letter, Report, outsafe};
use crate::source::harmless;

/// The routes lead nowhere.
pub(super) fn of_decision(decision: Decision) -> Vec<u8> {
    match decision {
        Decision::Failure(failure) if !failure.report.is_empty() => product_report(&failure),
        Decision::Failure(failure) => {
            let letter = letter(&failure);
            let code = if failure.temporary { "4.3.5" } else { "5.3.5" };
            let text = format!(
                "The route of this mail cannot be used: {}. (#{code})",
                harmless(&failure.text)
            );
            Report::of(letter, &text)
        }
        // No table of qmail says so; whatever it is, the mail is not lost.
        _ => Report::of(
            Letter::Deferred,
            "The routes do not say where this mail goes. (#4.3.5)",
        ),
    }
}

/// The report that the product itself would give; a verdict and its NUL are made sure of.
fn product_report(failure: &Failure) -> Vec<u8> {
    let said: Vec<u8> = failure.report.iter().copied().filter(|&b| b != 0).collect();
    let text = said.strip_prefix(b"Z").or_else(|| said.strip_prefix(b"D"));
    Report::default().finish(letter(failure), text.unwrap_or(&said))
}

fn letter(failure: &Failure) -> Letter {
    match failure.temporary {
        true => Letter::Deferred,
        false => Letter::Bounced,
    }
}

/// DNS knows no address to try.
pub(super) fn of_plan(relay: &Relay, failure: &Failure) -> Vec<u8> {
    let host = relay.hops.first().map_or(&b""[..], |hop| hop.target.name());
    let host = outsafe(host);
    let text = match failure.kind {
        _ if failure.temporary => {
            "Sorry, I couldn't find any host by that name. (#4.1.2)".to_owned()
        }
        FailureKind::NullMx => {
            format!("Sorry, the domain {host} says that it receives no mail. (#5.1.10)")
        }
        FailureKind::LoopsBack => {
            "Sorry. Although I'm listed as a best-preference MX or A for that host,\n\
             it isn't in my control/locals file, so I don't treat it as local. (#5.4.6)"
                .to_owned()
        }
        FailureKind::NoUsableServer => {
            "Sorry, I couldn't find a mail exchanger or IP address. (#5.4.4)".to_owned()
        }
        _ => format!("Sorry, I couldn't find any host named {host}. (#5.1.2)"),
    };
    Report::of(letter(failure), &text)
}

/// There is no message.
pub(super) fn message() -> Vec<u8> {
    Report::of(Letter::Deferred, "Unable to read message. (#4.3.0)")
}

/// The system has something else to do (`temp_oserr`).
pub(super) fn system() -> Vec<u8> {
    Report::of(
        Letter::Deferred,
        "System resources temporarily unavailable. (#4.3.0)",
    )
}
