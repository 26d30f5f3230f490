//! From an entry to a route.

use smallvec::smallvec;

use super::dialect::{CredentialRule, Dialect, Lines};
use super::grammar::{self, RawPassword};
use super::{courier, qsmtp, skarnet};
use crate::model::{
    Action, Choice, FailureKind, Hop, HopLookup, Password, Port, Protocol, Secret,
    StatedCredentials, Tls,
};
use crate::source::{Span, Text};

/// Which file an entry comes from; it says how the value is read and what an empty one means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// The table: an empty value is the domain's own MX.
    Table,
    /// qmtproutes: the same, with QMTP.
    Qmtp,
    /// The bounce key in the table: an empty value says nothing.
    Bounce,
    /// The bounce key in qmtproutes.
    BounceQmtp,
    /// authsenders: an empty value says nothing.
    AuthSenders,
    /// virtualdomains: an empty value means that the domain is remote.
    VirtualDomains,
}

/// The action of a value; `base` is the offset of its first byte, `next` the entry behind it.
pub(super) fn action(
    dialect: &Dialect,
    role: Role,
    base: u32,
    text: &[u8],
    next: Option<Span>,
) -> Action {
    let qmtp = matches!(role, Role::Qmtp | Role::BounceQmtp);
    match role {
        Role::VirtualDomains if text.is_empty() => return Action::Continue,
        Role::VirtualDomains => return Action::Local,
        Role::AuthSenders | Role::Bounce | Role::BounceQmtp if text.is_empty() => {
            return Action::Continue;
        }
        _ if text.is_empty() => return Action::to(hop(HopLookup::OwnMx, None, Protocol::Smtp)),
        _ => {}
    }
    let mut rules = dialect.value;
    if role == Role::AuthSenders && rules.checked {
        match text.iter().filter(|&&b| b == b'|').count() {
            0 => {}
            1 => return without_password(),
            _ => rules.credentials = CredentialRule::Separated(b'|'),
        }
    }
    if role == Role::AuthSenders
        && matches!(dialect.siblings, super::Siblings::SQmail)
        && text.iter().filter(|&&b| b == b'|').count() < 2
    {
        // Here s/qmail tests the right index: without both separators nothing is cut off (aQmail
        // `qmail-remote.c`, authsenders).
        rules.credentials = CredentialRule::None;
    }
    let value = grammar::value(&rules, text);
    if let Some(why) = value.bad_port {
        return Action::Refused {
            kind: FailureKind::BadPort,
            report: Vec::new(),
            temporary: true,
            text: format!("{why}; the mail is deferred, write relay or relay:25"),
        };
    }
    let span = |range: std::ops::Range<usize>| Span::at(base, range);
    let credentials = value.credentials.map(|(user, password)| StatedCredentials {
        user: span(user),
        password: match password {
            RawPassword::Here(range) => Password::Stated(Secret::new(span(range))),
            RawPassword::NextEntry => next.map_or(Password::Undefined, |next| {
                Password::FromNextLine(Secret::new(next))
            }),
        },
    });
    let protocol = protocol(dialect, qmtp, value.port);
    let lookup = HopLookup::Address(span(value.host));
    let families = None;
    let memory = value.memory;
    let hop = hop(lookup, value.port.map(Port::scanned), protocol);
    Action::Relay {
        choice: Choice::InOrder,
        hops: smallvec![Hop { credentials, ..hop }],
        tls: Tls::default(),
        families,
        memory,
        resolvers: Vec::new(),
    }
}

/// Where sagredo takes the next line for the password, the checked dialect stops.
fn without_password() -> Action {
    Action::undecided(
        "a user without a password: the mail is deferred; write relay|user|password, or relay alone",
    )
}

/// s/qmail and indimail know QMTP by file and TLS by port (aQmail `qmail-remote.c`, qmtpsend;
/// indimail `qmail-remote.c:3506-3517`).
fn protocol(dialect: &Dialect, qmtp: bool, port: Option<u64>) -> Protocol {
    let indimail = dialect.value.penalty_fields;
    match port {
        Some(6209) if qmtp || indimail => Protocol::Qmtps,
        Some(465) if indimail => Protocol::Smtps,
        Some(587) if indimail => Protocol::Smtp,
        _ if qmtp => Protocol::Qmtp,
        _ => Protocol::Smtp,
    }
}

/// The routes of a file whose entries depend on one another; `Err` is the offset and kind of what makes the file unusable.
pub(super) fn dependent_routes(
    dialect: &Dialect,
    base: u32,
    bytes: &[u8],
    mut found: impl FnMut(Span, Text, Action),
) -> Result<(), Unusable> {
    match dialect.lines {
        // Not of this kind; `super::reader` reads it line by line.
        Lines::Control => {}
        Lines::Qsmtp => match qsmtp::list(bytes, qsmtp::is_bad_route) {
            qsmtp::List::StrayBlank(at) => return Err(Unusable::StrayBlank(at)),
            qsmtp::List::Entries(entries) => {
                for entry in entries {
                    let (key, action) =
                        qsmtp_route(base + entry.start as u32, &bytes[entry.clone()]);
                    found(Span::at(base, entry), key, action);
                }
            }
        },
        Lines::Skarnet => match skarnet::entries(bytes) {
            Err(skarnet::Bad::Syntax(at)) => return Err(Unusable::Syntax(at)),
            Err(skarnet::Bad::Port(at)) => return Err(Unusable::Port(at)),
            Ok(entries) => {
                for entry in entries {
                    let lookup = HopLookup::Address(Span::at(base, entry.host));
                    let action =
                        Action::to(hop(lookup, entry.port.map(Port::scanned), Protocol::Smtp));
                    found(
                        Span::at(base, entry.line),
                        Span::at(base, entry.key),
                        action,
                    );
                }
            }
        },
        Lines::Courier => {
            for entry in courier::entries(bytes) {
                let origin = Span::at(
                    base,
                    entry.key.start..entry.value.end.max(entry.key.end + 1),
                );
                let action = courier_action(base + entry.value.start as u32, &bytes[entry.value]);
                found(origin, Span::at(base, entry.key), action);
            }
        }
    }
    Ok(())
}

/// Why a whole file is unusable, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unusable {
    /// Qsmtp: a blank that is not at the end of its line.
    StrayBlank(usize),
    /// skarnet: a byte that cannot stand there.
    Syntax(usize),
    /// skarnet: a port that is empty or too large.
    Port(usize),
}

/// A route of Qsmtp's list. An entry without a colon kills the program when the search comes to it: it matches everything.
fn qsmtp_route(base: u32, entry: &[u8]) -> (Text, Action) {
    const SIGSEGV: i32 = 11;
    let Ok((_, (key, value))) = grammar::entry(entry) else {
        return (Span::new(base, 0), Action::Crash(SIGSEGV));
    };
    let mut parts = value.splitn(2, |&b| b == b':');
    let host = parts.next().unwrap_or(b"");
    let host_at = Span::new(base + key.len() as u32 + 1, host.len() as u32);
    (
        Span::new(base, key.len() as u32),
        qsmtp_action(host_at, parts.next()),
    )
}

/// An empty relay is the domain's own MX, on the route's port.
pub(super) fn qsmtp_action(host: Text, port: Option<&[u8]>) -> Action {
    let number = match port.map(qsmtp::port) {
        None => None,
        Some(Some(number)) => Some(Port::scanned(number)),
        Some(None) => {
            return Action::Refused {
                kind: FailureKind::BadPort,
                report: QSMTP_CONFIGURATION_ERROR.to_vec(),
                temporary: true,
                text:
                    "Qremote refuses the port: the mail is deferred; write a number from 1 to 65535"
                        .to_owned(),
            };
        }
    };
    let lookup = if host.is_empty() {
        HopLookup::OwnMx
    } else {
        HopLookup::Address(host)
    };
    Action::to(hop(lookup, number, Protocol::Smtp))
}

/// What Qremote reports for every mistake it notices.
pub(super) const QSMTP_CONFIGURATION_ERROR: &[u8] = b"Z4.3.0 Configuration error.\n\0";

fn courier_action(base: u32, text: &[u8]) -> Action {
    let value = courier::value(text);
    let lookup = match value.relay.is_empty() {
        true => HopLookup::OwnMx,
        false => HopLookup::MxOf(Span::at(base, value.host)),
    };
    let hops = smallvec![hop(lookup, value.port.map(Port::scanned), Protocol::Smtp)];
    Action::Relay {
        choice: Choice::InOrder,
        hops,
        tls: value.tls,
        families: value.families,
        memory: None,
        resolvers: Vec::new(),
    }
}

fn hop(lookup: HopLookup, port: Option<Port>, protocol: Protocol) -> Hop {
    Hop {
        port,
        protocol,
        ..Hop::to(lookup)
    }
}
