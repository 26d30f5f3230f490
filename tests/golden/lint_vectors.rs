//! What lint says about every recorded file, beside what the programs did with it.
//!
//! Where a program crashed, deferred all mail, sent a password that is not in the route, or connected to port 0, lint must not
//! call the file clean. Where a file is ordinary and all answers are healthy, it should say nothing.

use std::collections::BTreeMap;
use std::fs;

use qroute::cli::lint::lint_files;
use qroute::diagnostic::{Finding, Severity};
use qroute::formats::smtproutes::{CredentialRule, DIALECTS, Dialect, read_routes};
use qroute::lookup::{Envelope, Recipient, Sender, select};
use qroute::model::{Decision, PasswordState};
use qroute::source::{Input, State};
use qroute::store::MemoryStore;

use super::lint::ordinary;
use super::vectors::{Case, Query, bytes, recorded};

/// A case, its dialect and its files, the table first.
type Recorded = (Case, &'static Dialect, Vec<(String, Vec<u8>)>);

/// All cases whose table was read.
fn cases() -> Vec<Recorded> {
    let mut cases = Vec::new();
    for path in recorded() {
        for line in fs::read_to_string(path).unwrap().lines() {
            let case: Case = serde_json::from_str(line).unwrap();
            let dialect = Dialect::find(&case.dialect).unwrap();
            let Some(table) = case.file_b64.as_deref().map(bytes) else {
                continue;
            };
            let mut files = vec![(dialect.file.to_owned(), table)];
            for (name, content) in case.extra_files.iter().flatten() {
                if let Some(content) = content {
                    files.push((name.clone(), bytes(content)));
                }
            }
            cases.push((case, dialect, files));
        }
    }
    cases
}

fn findings(files: &[(String, Vec<u8>)], dialect: &'static Dialect) -> Vec<Finding> {
    let (_, findings) = lint_files(files.to_vec(), &[dialect], &ordinary()).unwrap();
    findings
}

/// What went wrong in a way that nobody can have wanted; the words are the test's categories.
fn harm(query: &Query, store: &MemoryStore, case: &Case) -> Option<&'static str> {
    let about_the_file = query
        .report
        .as_deref()
        .is_some_and(|report| report.contains("in control/smtproutes"));
    match query.decision.as_str() {
        "crash" => return Some("crash"),
        "error" if about_the_file => return Some("all mail deferred"),
        "error"
            if query
                .report
                .as_deref()
                .is_some_and(|text| text.contains("Configuration error")) =>
        {
            return Some("mail refused for its route");
        }
        "mx" | "relay" if query.tcp_port == Some(0) => return Some("port 0"),
        _ if query.pass_undefined => return Some("password undefined"),
        _ => {}
    }
    let host = bytes(&query.host_b64);
    let sender = bytes(case.sender_b64.as_deref().unwrap_or_default());
    let envelope = Envelope::new(Recipient::Host(&host), Sender::from_bytes(&sender));
    let Decision::Relay(relay) = select(store, &envelope, false).unwrap().decision else {
        return None;
    };
    let state = relay.credentials().map(|credentials| credentials.state);
    (state == Some(PasswordState::FromNextLine)).then_some("password from the next line")
}

fn store(files: &[(String, Vec<u8>)], dialect: &'static Dialect) -> MemoryStore {
    let mut input = Input::default();
    for (name, bytes) in files {
        input.push(name, name, State::Bytes(bytes.clone())).unwrap();
    }
    MemoryStore::new(read_routes(input, dialect).unwrap())
}

#[test]
fn lint_calls_no_file_clean_that_a_program_fails_on() {
    let mut counts: BTreeMap<&str, (usize, Vec<String>)> = BTreeMap::new();
    for (case, dialect, files) in cases() {
        let store = store(&files, dialect);
        let mut harms: Vec<_> = case
            .queries
            .iter()
            .filter_map(|query| harm(query, &store, &case))
            .collect();
        harms.sort_unstable();
        harms.dedup();
        if harms.is_empty() {
            continue;
        }
        let said = findings(&files, dialect)
            .iter()
            .any(|finding| finding.severity >= Severity::Warning);
        for harm in harms {
            let (count, missing) = counts.entry(harm).or_default();
            *count += 1;
            if !said {
                let text = files[0].1.escape_ascii();
                missing.push(format!("{}: {text}", case.id));
            }
        }
    }
    println!("{:<30} {:>6} {:>8}", "what happened", "files", "unsaid");
    for (harm, (count, missing)) in &counts {
        println!("{harm:<30} {count:>6} {:>8}", missing.len());
    }
    let missing: Vec<String> = counts
        .into_iter()
        .flat_map(|(harm, (_, missing))| {
            missing
                .into_iter()
                .map(move |text| format!("{harm}: {text}"))
        })
        .collect();
    assert!(
        missing.is_empty(),
        "{} files are called clean:\n{}",
        missing.len(),
        missing[..missing.len().min(60)].join("\n")
    );
}

/// An ordinary line: nothing, a comment of ASCII text, or `key:relay` with a port from 1 to 65535 in the dialect's own way,
/// and user and password of letters and digits where the dialect has them. Names are lower-case letters, digits and hyphens.
fn is_ordinary(line: &[u8], dialect: &Dialect) -> bool {
    if line.is_empty() {
        return true;
    }
    if line[0] == b'#' {
        return line.iter().all(|b| (b' '..=b'~').contains(b));
    }
    let Ok(line) = std::str::from_utf8(line) else {
        return false;
    };
    let Some((key, value)) = line.split_once(':') else {
        return false;
    };
    let is_name = |name: &str| {
        name.split('.').all(|label| {
            (1..64).contains(&label.len())
                && label
                    .bytes()
                    .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        }) && name.bytes().any(|b| b.is_ascii_lowercase())
    };
    let is_address = |name: &str| name.parse::<std::net::Ipv4Addr>().is_ok();
    let is_port = |port: &str| {
        !port.starts_with('0')
            && port.bytes().all(|b| b.is_ascii_digit())
            && port.parse::<u16>().is_ok()
    };
    let separator = match dialect.value.credentials {
        CredentialRule::None => None,
        CredentialRule::Separated(b'|') => Some('|'),
        _ => Some(' '),
    };
    let mut parts = value.split(|c| Some(c) == separator);
    let destination = parts.next().unwrap_or("");
    let credentials: Vec<&str> = parts.collect();
    let word = |text: &&str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric());
    let logged = credentials.is_empty() || credentials.len() == 2 && credentials.iter().all(word);
    let port_separator = dialect.value.port_separator as char;
    let (relay, port) = match destination.split_once(port_separator) {
        None => (destination, None),
        Some((relay, port)) => (relay, Some(port)),
    };
    let is_key = key.is_empty() || is_name(key.strip_prefix('.').unwrap_or(key));
    let is_relay = match relay {
        "" => port.is_none() && credentials.is_empty(),
        relay => is_name(relay) || is_address(relay),
    };
    is_key && is_relay && logged && port.is_none_or(is_port)
}

#[test]
fn lint_is_quiet_about_ordinary_files() {
    let healthy = |query: &Query| {
        matches!(query.decision.as_str(), "mx" | "relay") && query.tcp_port != Some(0)
    };
    let mut count = 0;
    let mut by_rule: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (case, dialect, files) in cases() {
        let (_, table) = &files[0];
        let ordinary = table
            .split(|&b| b == b'\n')
            .all(|line| is_ordinary(line, dialect));
        if !ordinary || files.len() > 1 || !case.queries.iter().all(healthy) {
            continue;
        }
        count += 1;
        let mut rules: Vec<_> = findings(&files, dialect)
            .iter()
            .filter(|finding| finding.severity >= Severity::Warning)
            .map(|finding| finding.rule)
            .collect();
        rules.dedup();
        for rule in rules {
            let text = format!("{}: {}", case.id, table.escape_ascii());
            by_rule.entry(rule).or_default().push(text);
        }
    }
    println!("{count} ordinary files; warnings and errors by rule:");
    for (rule, files) in &by_rule {
        println!("{rule:<24} {:>5}  {}", files.len(), files[0]);
    }
    assert!(count > 500, "only {count} files are ordinary");
    let counts: Vec<(&str, usize)> = by_rule
        .iter()
        .map(|(rule, files)| (*rule, files.len()))
        .collect();
    assert_eq!(counts, TRUE_OF_ORDINARY_FILES, "{by_rule:#?}");
}

/// Files of that shape that are wrong all the same, each looked at by hand; none is a false alarm.
const TRUE_OF_ORDINARY_FILES: &[(&str, usize)] = &[
    // Courier and skarnet take addresses without brackets for names; `0x0a.1.2.3` is a name everywhere.
    ("bad-ip", 21),
    // Credentials without a port.
    ("creds-cleartext", 8),
    ("duplicate-conflict", 83),
    // A name of more than 253 bytes.
    ("long-label", 10),
    // `0.0.0.0` and `127.0.0.1`, port 25.
    ("loop-self", 18),
    // The first of two routes that both match decides in Qsmtp and Courier.
    ("relay-is-key", 9),
    ("shadowed-default", 5),
    ("unreachable-route", 20),
];

/// Words, and the places where they stand in text that is shown.
const SECRETS: [&str; 2] = ["sesame", "4711"];

fn is_secret(text: &str) -> bool {
    SECRETS.iter().any(|secret| text.contains(secret))
}

#[test]
fn no_finding_shows_a_secret_and_no_fix_covers_one() {
    let relays = [
        "mx1.example.net",
        "mx1.example.net:587",
        "mx1.example.net;587",
        "",
        " mx1.example.net",
        "[::1]",
        "mx1,mx2",
    ];
    let separators = [
        ("|", "|"),
        (" ", " "),
        ("  ", " "),
        ("\t", "\t"),
        (" |", "|"),
        ("|", " "),
    ];
    let ends = ["", " ", "\r", "\u{200b}", "\\", "\0:mx"];
    let nexts = ["", "second.example:mx2.example.net|next|nextsesame\n"];
    let mut shown: BTreeMap<String, String> = BTreeMap::new();
    for (relay, (first, second), end, next) in combined(&relays, &separators, &ends, &nexts) {
        // What stands behind a colon and a blank is a relay to whoever wrote it.
        if relay.is_empty() && first != "|" {
            continue;
        }
        let table = format!(
            "first.example:{relay}{first}sesameuser{second}opensesame:4711{end}\n{next}\
             third.example:mx3.example.net|sesameuser\nfourth.example:mx4 nextsesame"
        );
        for dialect in &DIALECTS {
            let files = vec![(dialect.file.to_owned(), table.clone().into_bytes())];
            let (input, findings) = lint_files(files, &[dialect], &ordinary()).unwrap();
            for finding in findings {
                let labels = finding.labels.iter().map(|label| &label.text);
                let said = [&finding.message, &finding.effect].into_iter();
                let mut said = said.chain(&finding.help).chain(labels);
                let edits = finding.fix.iter().flat_map(|fix| &fix.edits);
                let mut edited =
                    edits.flat_map(|edit| [edit.text.as_slice(), input.bytes(edit.span)]);
                let how = match () {
                    () if said.any(|text| is_secret(text)) => "says",
                    () if edited.any(|text| is_secret(&String::from_utf8_lossy(text))) => "edits",
                    () => continue,
                };
                let place = format!("{} {how}", finding.rule);
                shown.entry(place).or_insert_with(|| {
                    format!(
                        "{} {table:?}: {} {}",
                        dialect.name, finding.message, finding.effect
                    )
                });
            }
        }
    }
    assert!(shown.is_empty(), "{shown:#?}");
}

/// Every combination.
fn combined<'a, A: Copy, B: Copy, C: Copy, D: Copy>(
    a: &'a [A],
    b: &'a [B],
    c: &'a [C],
    d: &'a [D],
) -> impl Iterator<Item = (A, B, C, D)> + 'a {
    a.iter().flat_map(move |&a| {
        b.iter().flat_map(move |&b| {
            c.iter()
                .flat_map(move |&c| d.iter().map(move |&d| (a, b, c, d)))
        })
    })
}
