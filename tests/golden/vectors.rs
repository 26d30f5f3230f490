//! The vectors recorded from the real programs, through both stores.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use base64::Engine;
use qroute::control;
use qroute::formats::smtproutes::{self, Dialect};
use qroute::lookup::{Envelope, Recipient, Selection, Sender, Store, select};
use qroute::model::{
    Credentials, Decision, Document, Families, HostLiterals, KeyCase, LiteralRule, NameCheck,
    PasswordState, Protocol, Relay, Target, TimeoutMemory,
};
use qroute::source::{Input, State};
use qroute::store::{MemoryStore, TextStore};
use serde::Deserialize;

/// A recorded case: a table, what stands beside it, and questions.
#[derive(Deserialize)]
pub struct Case {
    pub id: String,
    pub dialect: String,
    pub file_b64: Option<String>,
    file_state: Option<String>,
    pub extra_files: Option<HashMap<String, Option<String>>>,
    pub sender_b64: Option<String>,
    pub queries: Vec<Query>,
}

/// A question and what the program did.
#[derive(Deserialize)]
pub struct Query {
    pub host_b64: String,
    pub decision: String,
    relay_b64: Option<String>,
    port: Option<u64>,
    pub tcp_port: Option<u64>,
    next: Option<Next>,
    pub report: Option<String>,
    signal: Option<i32>,
    user_b64: Option<String>,
    pass_b64: Option<String>,
    #[serde(default)]
    pub pass_undefined: bool,
    xtra: Option<String>,
    flags: Option<u32>,
}

#[derive(Deserialize)]
struct Next {
    dns: Option<String>,
    name_b64: Option<String>,
    connect: Option<String>,
    port: Option<u64>,
}

pub fn bytes(base64: &str) -> Vec<u8> {
    base64::engine::general_purpose::STANDARD
        .decode(base64)
        .unwrap()
}

fn temporary(name: &str) -> PathBuf {
    let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}-{}", std::process::id()));
    let _ = fs::remove_dir_all(&dir);
    fs::create_dir_all(&dir).unwrap();
    dir
}

/// The table's file as the case has it, read from a real directory where its state is more than bytes.
fn table_state(case: &Case, dir: &Path) -> State {
    let path = dir.join("table");
    let _ = fs::remove_file(&path);
    let _ = fs::remove_dir(&path);
    match case.file_state.as_deref() {
        None => return State::Bytes(bytes(case.file_b64.as_deref().unwrap())),
        Some("missing") => {}
        Some("dir") => fs::create_dir(&path).unwrap(),
        Some("loop") => std::os::unix::fs::symlink("table", &path).unwrap(),
        Some("dangling") => std::os::unix::fs::symlink("nowhere", &path).unwrap(),
        Some(other) => panic!("{}: state {other}", case.id),
    }
    control::read(&path)
}

fn document(case: &Case, dialect: &'static Dialect, table: State) -> Document {
    let mut input = Input::default();
    input.push(dialect.file, dialect.file, table).unwrap();
    let mut extra = case.extra_files.clone().unwrap_or_default();
    extra
        .entry("me".to_owned())
        .or_insert_with(|| Some("bWUuZXhhbXBsZQo=".to_owned()));
    for (name, content) in extra {
        let state = content.map_or(State::Missing, |c| State::Bytes(bytes(&c)));
        input.push(&name, &name, state).unwrap();
    }
    let mut document = smtproutes::read(input, dialect).unwrap();
    // What was run: the route block or the table function alone, not its caller.
    match dialect.name {
        "aqmail" => document.table.product.own_mx_names = NameCheck::None,
        "qsmtp" => document.table.product.host_literals = HostLiterals::Routed,
        "courier" => {
            document.table.product.literals = LiteralRule::None;
            for id in 0..document.table.stages().len() {
                document.table.stage_mut(id).unwrap().semantics.key_case = KeyCase::Decoded;
            }
        }
        _ => {}
    }
    document
}

fn check(case: &Case, query: &Query, selection: &Selection<'_>) -> Result<(), String> {
    let expect = |what: &str, same: bool| {
        if same {
            Ok(())
        } else {
            Err(format!(
                "{what}: {:?} {:?}",
                selection.decision,
                selection.route.is_some()
            ))
        }
    };
    match (query.decision.as_str(), &selection.decision) {
        ("error", Decision::Failure(failure)) => expect(
            "report",
            failure.report == query.report.as_deref().unwrap_or_default().as_bytes(),
        ),
        ("crash", Decision::Failure(failure)) => {
            let signal = query.signal.unwrap();
            expect(
                "signal",
                failure.kind.name() == "crash"
                    && failure.text.contains(&format!("signal {signal} ")),
            )
        }
        ("mx" | "relay", Decision::Relay(relay)) => check_relay(case, query, relay),
        _ => expect(&query.decision, false),
    }
}

fn check_relay(case: &Case, query: &Query, relay: &Relay) -> Result<(), String> {
    let expect = |what: &str, same: bool| {
        if same {
            Ok(())
        } else {
            Err(format!("{what}: {relay:?}"))
        }
    };
    let [hop] = relay.hops.as_slice() else {
        return expect("hops", false);
    };
    let host = bytes(&query.host_b64);
    let courier = case.dialect == "courier";
    match (query.decision.as_str(), &hop.target) {
        // sagredo asks for the A-label; `next` below says for which.
        ("mx", Target::OwnMx(_)) if case.dialect == "sagredo" => {
            expect("next", query.next.is_some())?
        }
        ("mx", Target::OwnMx(name)) => expect("domain", *name == host)?,
        ("relay", Target::Address(name)) => {
            expect("relay", *name == bytes(query.relay_b64.as_deref().unwrap()))?
        }
        ("relay", Target::MxOf(name)) if courier => {
            let raw = bytes(query.relay_b64.as_deref().unwrap());
            let mut parts = raw.splitn(2, |&b| b == b',');
            expect("relay", parts.next() == Some(name))?;
            let port = parts.next().map(|text| control::strtol(text).0 as u16);
            expect("port", hop.port.wire() == port.unwrap_or(25))?;
        }
        _ => return expect(&query.decision, false),
    }
    if let Some(port) = query.port {
        expect("port", hop.port.number() == port)?;
    }
    if let Some(port) = query.tcp_port {
        expect("wire port", u64::from(hop.port.wire()) == port)?;
    }
    if let Some(next) = &query.next {
        match &next.connect {
            Some(ip) => {
                expect("address", hop.literal == Some(ip.parse().unwrap()))?;
                expect("port", next.port == Some(u64::from(hop.port.wire())))?;
            }
            None => {
                let mx = matches!(hop.target, Target::OwnMx(_) | Target::MxOf(_));
                expect("name, not address", hop.literal.is_none())?;
                expect(
                    "type",
                    next.dns.as_deref() == Some(if mx { "MX" } else { "A" }),
                )?;
                expect(
                    "queried name",
                    next.name_b64.as_deref().map(bytes).as_deref() == Some(hop.target.name()),
                )?;
            }
        }
    }
    check_credentials(query, relay)?;
    if let Some(flags) = query.flags {
        let tls = relay.tls;
        let families = match relay.families {
            None => 0,
            Some(Families::V4) => 8,
            Some(Families::V6) => 16,
            Some(_) => 24,
        };
        let seen = u32::from(tls.starttls)
            + 2 * u32::from(tls.required)
            + 4 * u32::from(tls.implicit)
            + families;
        expect("flags", seen == flags)?;
    }
    if let Some(xtra) = &query.xtra {
        let seen = match hop.protocol {
            Protocol::Qmtp if xtra.starts_with("qmtp") => "qmtp=1".to_owned(),
            Protocol::Qmtps if xtra.starts_with("qmtp") => "qmtp=2".to_owned(),
            protocol => {
                let letter = match protocol {
                    Protocol::Smtp => 's',
                    Protocol::Smtps => 'S',
                    Protocol::Qmtp => 'q',
                    Protocol::Qmtps => 'Q',
                };
                let TimeoutMemory {
                    min_penalty,
                    max_tolerance,
                    used,
                } = relay.memory.unwrap_or_default();
                let auth = u8::from(relay.credentials().is_some());
                format!(
                    "proto={letter},pen={min_penalty},tol={max_tolerance},tcpto={},auth={auth}",
                    u8::from(used)
                )
            }
        };
        expect(xtra, seen == *xtra)?;
    } else if case.dialect == "aqmail" {
        expect("protocol", hop.protocol == Protocol::Smtp)?;
    }
    Ok(())
}

fn check_credentials(query: &Query, relay: &Relay) -> Result<(), String> {
    let expect = |what: &str, same: bool| {
        if same {
            Ok(())
        } else {
            Err(format!("{what}: {relay:?}"))
        }
    };
    // The recorder leaves out credentials of which both parts are empty.
    let empty = |c: &&Credentials| c.user.is_empty() && c.expose_password() == Some(b"");
    let stated = relay.credentials().filter(|c| !empty(c));
    match (stated, &query.user_b64) {
        (None, None) => Ok(()),
        (Some(credentials), Some(user)) => {
            expect("user", credentials.user == bytes(user))?;
            expect(
                "password",
                credentials.expose_password() == query.pass_b64.as_deref().map(bytes).as_deref(),
            )?;
            expect(
                "password state",
                query.pass_undefined == (credentials.state == PasswordState::Undefined),
            )
        }
        _ => expect("credentials", false),
    }
}

/// The files of all vectors.
pub fn recorded() -> Vec<PathBuf> {
    let mut names: Vec<PathBuf> =
        fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/smtproutes/vectors"))
            .unwrap()
            .map(|e| e.unwrap().path())
            .filter(|p| p.extension().is_some_and(|e| e == "jsonl"))
            .collect();
    names.sort();
    names
}

#[test]
fn all_dialects() {
    let dir = temporary("vectors");
    let mut counts: std::collections::BTreeMap<String, (usize, usize, usize)> = Default::default();
    let mut failures = Vec::new();
    for name in recorded() {
        for line in fs::read_to_string(&name).unwrap().lines() {
            let case: Case = serde_json::from_str(line).unwrap();
            let dialect = Dialect::find(&case.dialect).unwrap();
            let sender = bytes(case.sender_b64.as_deref().unwrap_or_default());
            let count = counts.entry(case.dialect.clone()).or_default();
            count.0 += 1;

            let memory = MemoryStore::new(document(&case, dialect, table_state(&case, &dir)));
            let scan = case
                .file_b64
                .as_deref()
                .filter(|_| dialect.lines_are_independent())
                .map(|text| {
                    let path = dir.join("text");
                    fs::write(&path, bytes(text)).unwrap();
                    let document = document(&case, dialect, State::Unread(0));
                    TextStore::new(
                        document,
                        dialect,
                        fs::File::open(&path).unwrap(),
                        "text".to_owned(),
                    )
                });
            for query in &case.queries {
                let host = bytes(&query.host_b64);
                let envelope = Envelope::new(Recipient::Host(&host), Sender::from_bytes(&sender));
                let stores = [
                    Some(&memory as &dyn Store),
                    scan.as_ref().map(|s| s as &dyn Store),
                ];
                for (which, store) in stores.into_iter().flatten().enumerate() {
                    let selection = select(store, &envelope, true).unwrap();
                    if which == 1 {
                        count.2 += 1;
                    } else {
                        count.1 += 1;
                    }
                    if let Err(why) = check(&case, query, &selection) {
                        let host = String::from_utf8_lossy(&host).into_owned();
                        failures.push(format!(
                            "{} store {which} host {host:?} wants {}: {why}",
                            case.id, query.decision
                        ));
                    }
                }
            }
        }
    }
    let mut table = format!(
        "{:<14} {:>6} {:>8} {:>12}\n",
        "dialect", "cases", "queries", "text search"
    );
    let mut total = 0;
    for (dialect, (cases, queries, scanned)) in &counts {
        table += &format!("{dialect:<14} {cases:>6} {queries:>8} {scanned:>12}\n");
        total += cases;
    }
    table += &format!("{:<14} {total:>6}\n", "all");
    print!("{table}");
    fs::remove_dir_all(&dir).unwrap();
    assert!(
        failures.is_empty(),
        "{} failures:\n{}",
        failures.len(),
        failures[..failures.len().min(40)].join("\n")
    );
    assert_eq!(counts.len(), 10, "every recorded dialect is there");
    assert_eq!(total, 6482, "every case is there");
    // For whoever runs all tests, and does not see what a test prints.
    fs::write(
        Path::new(env!("CARGO_TARGET_TMPDIR")).join("vectors.txt"),
        table,
    )
    .unwrap();
}
