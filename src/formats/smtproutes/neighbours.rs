//! Files and variables beside the table that decide before it or with it.

use std::ops::Range;

use super::super::format::ReadError;
use super::dialect::{Dialect, Siblings};
use super::qsmtp;
use super::reader::system_semantics;
use super::route::{QSMTP_CONFIGURATION_ERROR, Role, action, qsmtp_action};
use super::verdict;
use crate::control::cdb_records;
use crate::model::{
    Action, Document, FailureKind, KeyCase, Precedence, Semantics, Subject, TableFull, Walk,
};
use crate::source::{Span, State, Text};

/// A file that decides before or beside a table in some dialect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Neighbour {
    /// Its name in the control directory.
    pub name: &'static str,
    /// What it does there.
    pub effect: &'static str,
    /// True when an answer for the whole system takes it into account.
    pub read: bool,
}

/// The neighbours that `dialect` itself looks at.
pub fn neighbours(dialect: &Dialect) -> &'static [Neighbour] {
    const fn read(name: &'static str, effect: &'static str) -> Neighbour {
        Neighbour {
            name,
            effect,
            read: true,
        }
    }
    const fn not_read(name: &'static str, effect: &'static str) -> Neighbour {
        Neighbour {
            name,
            effect,
            read: false,
        }
    }
    const AUTHSENDERS: Neighbour = read("authsenders", "routes by sender, asked before the table");
    const QMTPROUTES: Neighbour = read("qmtproutes", "asked before the table at every key");
    match dialect.siblings {
        Siblings::None if dialect.file == "esmtproutes" => {
            const {
                &[not_read(
                    "esmtproutes.dat",
                    "asked when esmtproutes does not exist",
                )]
            }
        }
        Siblings::None => &[],
        Siblings::AuthSenders => const { &[AUTHSENDERS] },
        Siblings::SQmail => {
            const {
                &[
                    AUTHSENDERS,
                    QMTPROUTES,
                    not_read("tlsdestinations", "can change the port of a route"),
                ]
            }
        }
        Siblings::Indimail => {
            const {
                &[
                    QMTPROUTES,
                    read(
                        "moresmtproutes.cdb",
                        "routes by recipient, and asked last at every key",
                    ),
                    not_read("remote_auth.cdb", "credentials of routes that name a token"),
                ]
            }
        }
        Siblings::Directory => {
            const {
                &[read(
                    "smtproutes.d",
                    "one file a host, asked before the table",
                )]
            }
        }
    }
}

/// The files that the deliverer of `dialect` reads for a route, by name in its control directory; the table first.
/// `smtproutes.d` stands for the files in it.
pub fn deliverer_files(dialect: &Dialect) -> Vec<&'static str> {
    let mut files = vec![dialect.file];
    files.extend(
        neighbours(dialect)
            .iter()
            .filter(|n| n.read)
            .map(|n| n.name),
    );
    if dialect.lines_are_independent() {
        files.extend(["me", "helohost", "timeoutremote", "timeoutconnect"]);
        if verdict::reads_outgoing_ip(dialect) {
            files.push("outgoingip");
        }
    }
    files
}

/// The files of qmail-send that decide before a deliverer is started; none for products that have no qmail-send.
pub fn system_files(dialect: &Dialect) -> &'static [&'static str] {
    match dialect.file {
        "esmtproutes" => &[],
        _ => &["me", "percenthack", "locals", "virtualdomains"],
    }
}

/// Qsmtp's `smtproutes.d`: files `HOST`, `*.suffix`, `default`; the first that exists ends the search
/// (`smtproutes.c:206-357`).
pub(super) fn directory_stage(document: &mut Document) -> Result<(), ReadError> {
    const PREFIX: &str = "smtproutes.d/";
    let named: Vec<(usize, String)> = document
        .input
        .files()
        .iter()
        .enumerate()
        .filter_map(|(i, file)| Some((i, file.name.strip_prefix(PREFIX)?.to_owned())))
        .collect();
    if named.is_empty() {
        return Ok(());
    }
    // The keys are file names: text that stands in no file.
    let names = named
        .iter()
        .map(|(_, name)| name.as_str())
        .collect::<Vec<_>>()
        .join("\n");
    document.input.push(
        "smtproutes.d",
        "smtproutes.d",
        State::Bytes(names.into_bytes()),
    )?;
    let mut key_at = document.input.files().last().map_or(0, |f| f.base());
    let Document { input, table, .. } = document;
    table.begin_stage(
        "smtproutes.d",
        Semantics {
            precedence: Precedence::MostSpecific {
                last_of_equals: false,
            },
            key_case: KeyCase::Sensitive,
            ..system_semantics(Walk::StarSuffixes, Subject::Host)
        },
    );
    for (i, name) in &named {
        let file = &input.files()[*i];
        let len = file.state.bytes().map_or(0, <[u8]>::len);
        let key = Span::new(key_at, name.len() as u32);
        key_at += name.len() as u32 + 1;
        let origin = if len == 0 {
            key
        } else {
            Span::at(file.base(), 0..len)
        };
        table.push(origin, key, directory_action(file.base(), &file.state))?;
    }
    Ok(())
}

/// The action of one file: `key=value` lines, each key at most once. Anything else is a configuration error.
fn directory_action(base: u32, state: &State) -> Action {
    const TAGS: [&[u8]; 6] = [
        b"relay",
        b"port",
        b"clientcert",
        b"clientkey",
        b"outgoingip",
        b"outgoingip6",
    ];
    let refused = |text: &str| Action::Refused {
        kind: FailureKind::DeferAll,
        report: QSMTP_CONFIGURATION_ERROR.to_vec(),
        temporary: true,
        text: format!("{text}: Qremote defers the mail"),
    };
    let Some(bytes) = state.bytes() else {
        return refused("the file cannot be read");
    };
    let split = |entry: &[u8]| {
        let equals = memchr::memchr(b'=', entry)?;
        TAGS.iter()
            .position(|&tag| tag == &entry[..equals])
            .map(|tag| (tag, equals + 1))
    };
    let qsmtp::List::Entries(entries) = qsmtp::list(bytes, |entry| split(entry).is_none()) else {
        return refused("a blank stands inside a line");
    };
    let mut found: [Option<Range<usize>>; 6] = Default::default();
    for entry in entries {
        let Some((tag, at)) = split(&bytes[entry.clone()]) else {
            return refused("a line is not key=value");
        };
        if found[tag].replace(entry.start + at..entry.end).is_some() {
            return refused("a key stands twice");
        }
    }
    let [relay, port, ..] = found;
    let host: Text = relay.map_or(Span::new(base, 0), |range| Span::at(base, range));
    qsmtp_action(host, port.map(|range| &bytes[range]))
}

/// indimail's route by recipient: `moresmtproutes.cdb` asked for the whole address.
pub(super) fn recipient_stage(document: &mut Document, dialect: &Dialect) -> Result<(), ReadError> {
    let semantics = Semantics {
        walk: Walk::Exact,
        subject: Subject::Recipient,
        ..dialect.semantics
    };
    document.table.begin_stage("moresmtproutes.cdb", semantics);
    cdb_routes(document, dialect, |key| key.contains(&b'@') && key != b"!@")
}

/// Pushes the records of `moresmtproutes.cdb` whose key is `wanted`, last record first: the first of equal keys is the one
/// that cdb finds, and the last pushed wins. Keys with capital letters are never found: indimail asks in lower case.
pub(super) fn cdb_routes(
    document: &mut Document,
    dialect: &Dialect,
    wanted: impl Fn(&[u8]) -> bool,
) -> Result<(), ReadError> {
    let Document { input, table, .. } = document;
    if input.file("SMTPROUTE").is_some() {
        return Ok(());
    }
    let Some(file) = input.file("moresmtproutes.cdb") else {
        return Ok(());
    };
    let Some(bytes) = file.state.bytes() else {
        return Ok(());
    };
    for (key, data) in cdb_records(bytes).rev() {
        let name = &bytes[key.clone()];
        if !wanted(name) || name.iter().any(u8::is_ascii_uppercase) {
            continue;
        }
        // The data is used as a C string.
        let end = memchr::memchr(0, &bytes[data.clone()]).map_or(data.end, |at| data.start + at);
        let value = &bytes[data.start..end];
        let role = if name.contains(&b'@') {
            Role::Bounce
        } else {
            Role::Table
        };
        let action = action(dialect, role, file.base() + data.start as u32, value, None);
        table
            .push(
                Span::at(file.base(), key.start..end),
                Span::at(file.base(), key),
                action,
            )
            .map_err(|TableFull| TableFull)?;
    }
    Ok(())
}
