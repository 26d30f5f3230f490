//! What becomes of all mail when a control file cannot be used.

use super::dialect::{Dialect, Lines, Siblings};
use crate::control::first_line;
use crate::model::{FailureKind, FileVerdict};
use crate::source::{Input, State};

/// All mail is deferred when a file that the deliverer reads at its start is unreadable or missing where it must not be
/// (notqmail `qmail-remote.c, getcontrols`). Only files in the input are asked about.
pub(super) fn control_files(dialect: &Dialect, input: &Input) -> Option<FileVerdict> {
    if dialect.lines != Lines::Control {
        return None;
    }
    let mut names = vec![
        "me",
        "timeoutremote",
        "timeoutconnect",
        "helohost",
        dialect.file,
    ];
    if matches!(dialect.siblings, Siblings::SQmail | Siblings::Indimail) {
        names.push("qmtproutes");
    }
    if matches!(dialect.siblings, Siblings::AuthSenders | Siblings::SQmail) {
        names.push("authsenders");
    }
    for name in names {
        let Some(file) = input.file(name) else {
            continue;
        };
        match file.state {
            State::Directory => return Some(unreadable(dialect, &file.path, "is a directory")),
            State::Unreadable(errno) => {
                return Some(unreadable(dialect, &file.path, &reason(errno)));
            }
            _ => {}
        }
    }
    if missing(input, "me") && missing(input, "helohost") && dialect.siblings != Siblings::Indimail
    {
        return Some(defer(
            b"ZUnable to read control files. (#4.3.0)\n\0",
            "neither control/me nor control/helohost exists: all mail is deferred".to_owned(),
        ));
    }
    if !reads_outgoing_ip(dialect) {
        return None;
    }
    let address = input
        .file("outgoingip")
        .and_then(|file| file.state.bytes())
        .map(first_line);
    if address.is_some_and(|address| !is_scannable(address)) {
        return Some(defer(
            b"Zinvalid ipaddr in control/outgoingip (#4.3.0)\n\0",
            "control/outgoingip holds no IPv4 address: all mail is deferred".to_owned(),
        ));
    }
    None
}

/// Dialects whose deliverer reads `outgoingip`.
pub(super) fn reads_outgoing_ip(dialect: &Dialect) -> bool {
    matches!(dialect.name, "sagredo" | "qmail-ldap" | "qroute")
}

/// What an unreadable table does in the dialects that are not qmail's own.
pub(super) fn table_state(dialect: &Dialect, state: &State, path: &str) -> Option<FileVerdict> {
    match (dialect.lines, state) {
        (Lines::Qsmtp, State::Directory | State::Unreadable(_)) => {
            Some(FileVerdict::IgnoredWhole(format!(
                "{path} cannot be read: Qremote goes on without it and sends all mail to its MX"
            )))
        }
        (Lines::Skarnet, State::Directory) => Some(skarnet(
            "Unable to read control/smtproutes: Is a directory",
            "it is a directory: all mail is deferred",
        )),
        (Lines::Skarnet, State::Unreadable(errno)) => {
            let report = format!("Unable to open control/smtproutes: {}", reason(*errno));
            Some(skarnet(
                &report,
                "it cannot be opened: all mail is deferred",
            ))
        }
        // fopen succeeds on a directory, fread does not: the program stops without a report (readfile.c).
        (Lines::Courier, State::Directory) => Some(defer(
            b"",
            format!("{path} is a directory: the program stops and all mail is deferred"),
        )),
        // A file that cannot be opened is a missing one.
        _ => None,
    }
}

/// All mail deferred by skarnet's qmail-remote.
pub(super) fn skarnet(report: &str, text: &str) -> FileVerdict {
    let report = format!("Z{report}\n\0").into_bytes();
    FileVerdict::DeferAll {
        report,
        kind: FailureKind::DeferAll,
        text: text.to_owned(),
    }
}

fn unreadable(dialect: &Dialect, path: &str, why: &str) -> FileVerdict {
    let report: &[u8] = match dialect.siblings {
        Siblings::Indimail => b"ZUnable to read control file smtproutes\n",
        _ => b"ZUnable to read control files. (#4.3.0)\n\0",
    };
    defer(
        report,
        format!("{path} cannot be read ({why}): all mail is deferred"),
    )
}

fn defer(report: &[u8], text: String) -> FileVerdict {
    FileVerdict::DeferAll {
        report: report.to_vec(),
        kind: FailureKind::DeferAll,
        text,
    }
}

fn missing(input: &Input, name: &str) -> bool {
    input
        .file(name)
        .is_none_or(|file| file.state == State::Missing)
        && input.file("me").is_some()
}

/// The words of `strerror`.
fn reason(errno: i32) -> String {
    let text = std::io::Error::from_raw_os_error(errno).to_string();
    text.split(" (os error")
        .next()
        .unwrap_or_default()
        .to_owned()
}

/// Begins with four decimal runs and dots between them (`ip_scan` returns how far it came, not whether that is all).
fn is_scannable(address: &[u8]) -> bool {
    let mut parts = address.split(|&b| b == b'.');
    (0..4).all(|_| {
        parts
            .next()
            .is_some_and(|part| part.first().is_some_and(u8::is_ascii_digit))
    })
}
