//! Answers as JSON, in the shape that qroute-resolve(1) promises.

use base64::Engine;
use serde_json::{Map, Value, json as value};

use super::hops::groups;
use super::pure::pure;
use super::{Answer, Mask};
use crate::lookup::Step;
use crate::model::{Choice, Credentials, Decision, Protocol, Relay, Target, Tls};
use crate::source::Place;

/// [`json`] on one line, pure of what drives a terminal: DEL, C1 controls, invisible and bidirectional characters are written
/// as `\uXXXX`, which means the same to every reader.
pub fn json_text(answer: &Answer, mask: Mask) -> String {
    pure(json(answer, mask).to_string())
}

/// One answer as an object. Fields never change their type; bytes that are not UTF-8 have a sibling `NAME_b64`.
pub fn json(answer: &Answer, mask: Mask) -> Value {
    let mut object = Map::new();
    put_bytes(&mut object, "address", &answer.address);
    put(&mut object, "decision", answer.decision.kind().name());
    let relay = match &answer.decision {
        Decision::Relay(relay) => Some(relay),
        _ => None,
    };
    destination(&mut object, answer, relay, mask);
    put(
        &mut object,
        "credentials",
        relay
            .and_then(Relay::credentials)
            .map(|c| credentials(c, mask)),
    );
    put(&mut object, "route", route(answer));
    let needs: Vec<&str> = match &answer.decision {
        Decision::Undecided { needs } => needs.iter().map(|need| need.name()).collect(),
        _ => Vec::new(),
    };
    put(&mut object, "needs", needs);
    let error = answer.error().map(|(kind, text, temporary)| {
        value!({ "kind": kind.name(), "text": text, "temporary": temporary })
    });
    put(&mut object, "error", error);
    put(&mut object, "assumptions", &answer.assumptions[..]);
    let notes: Vec<&str> = answer.all_notes().collect();
    put(&mut object, "notes", notes);
    if let Some(trail) = &answer.trail {
        put(
            &mut object,
            "trail",
            trail.iter().map(step).collect::<Vec<_>>(),
        );
    }
    if let Some(plan) = &answer.plan {
        let candidates = plan.groups.iter().flatten().map(|candidate| {
            let mut object = Map::new();
            put_bytes(&mut object, "host", &mask.text(candidate.host.as_bytes()));
            put(&mut object, "ip", candidate.ip.to_string());
            put(&mut object, "port", candidate.port);
            put(&mut object, "preference", candidate.preference);
            Value::Object(object)
        });
        put(&mut object, "candidates", candidates.collect::<Vec<_>>());
    }
    Value::Object(object)
}

fn destination(
    object: &mut Map<String, Value>,
    answer: &Answer,
    relay: Option<&Relay>,
    mask: Mask,
) {
    let first = relay.and_then(|relay| relay.hops.first());
    match first.map(|hop| &hop.target) {
        Some(Target::OwnMx(name) | Target::MxOf(name)) => {
            put_bytes(object, "mx_domain", &mask.text(name))
        }
        _ => put(object, "mx_domain", Value::Null),
    }
    put(object, "port", first.map(|hop| hop.port.wire()));
    if let Some(hop) = first
        && hop.port.number() != u64::from(hop.port.wire())
        && !is_masked(answer, &hop.port.number().to_string())
    {
        put(object, "port_written", hop.port.number().to_string());
    }
    let choice = relay.map(|relay| match relay.choice {
        Choice::InOrder => "in-order",
        Choice::ByPreference => "random",
        Choice::RoundRobin => "round-robin",
        Choice::OneAtRandom => "one-at-random",
    });
    put(object, "choice", choice);
    let protocol = first.map(|hop| match hop.protocol {
        Protocol::Smtp => "smtp",
        Protocol::Smtps => "smtps",
        Protocol::Qmtp => "qmtp",
        Protocol::Qmtps => "qmtps",
    });
    put(object, "protocol", protocol);
    put(object, "tls", relay.and_then(|relay| tls(relay.tls)));
    let shown = groups(answer, mask);
    let shown = shown.iter().map(|group| {
        let hosts = group.iter().map(|host| {
            let mut object = Map::new();
            put_bytes(&mut object, "host", &host.host);
            put(&mut object, "port", host.port);
            Value::Object(object)
        });
        let mut hosts: Vec<Value> = hosts.collect();
        // One host with several addresses is one host.
        hosts.dedup();
        Value::Array(hosts)
    });
    let shown: Vec<Value> = shown.collect();
    put(object, "groups", shown);
}

/// True when the digits of the written port stand in the masked part of the route: they may be those of a password.
fn is_masked(answer: &Answer, digits: &str) -> bool {
    let masked = answer.route.as_ref().map(|route| route.text.as_slice());
    masked.is_some_and(|text| {
        text.ends_with("…".as_bytes())
            && !text
                .windows(digits.len())
                .any(|part| part == digits.as_bytes())
    })
}

fn tls(tls: Tls) -> Option<String> {
    let words = [
        (tls.starttls, "starttls"),
        (tls.required, "required"),
        (tls.implicit, "smtps"),
    ];
    let words: Vec<&str> = words
        .into_iter()
        .filter(|(set, _)| *set)
        .map(|(_, word)| word)
        .collect();
    (!words.is_empty()).then(|| words.join(","))
}

fn credentials(credentials: &Credentials, mask: Mask) -> Value {
    let mut object = Map::new();
    let shown = mask == Mask::ShowSecrets;
    // The user stands behind a separator as the password does: under the wrong dialect it may be one.
    let user = if shown {
        &credentials.user
    } else {
        "…".as_bytes()
    };
    put_bytes(&mut object, "user", user);
    match credentials.expose_password().filter(|_| shown) {
        Some(password) => put_bytes(&mut object, "password", password),
        None => put(&mut object, "password", Value::Null),
    }
    put(&mut object, "password_set", credentials.password_set());
    put(&mut object, "password_state", credentials.state.name());
    Value::Object(object)
}

fn route(answer: &Answer) -> Option<Value> {
    let route = answer.route.as_ref()?;
    let mut object = Map::new();
    put_place(&mut object, route.place.as_ref());
    put_bytes(&mut object, "key", &route.key);
    put_bytes(&mut object, "text", &route.text);
    Some(Value::Object(object))
}

fn put_place(object: &mut Map<String, Value>, place: Option<&Place>) {
    put(object, "file", place.map(|p| &*p.file));
    put(object, "line", place.map(|p| p.line));
    put(object, "column", place.map(|p| p.column));
}

fn step(step: &Step) -> Value {
    let mut object = Map::new();
    put(&mut object, "stage", step.stage);
    put_bytes(&mut object, "key", &step.key);
    put(&mut object, "file", step.place.as_ref().map(|p| &*p.file));
    put(&mut object, "line", step.place.as_ref().map(|p| p.line));
    put(&mut object, "outcome", step.outcome.name());
    put(&mut object, "by", step.by.as_ref().map(|p| p.line));
    put(&mut object, "why", step.why.as_str());
    Value::Object(object)
}

fn put(object: &mut Map<String, Value>, name: &str, value: impl serde::Serialize) {
    // Serializing plain values cannot fail; a value that did would be absent, never wrong.
    if let Ok(value) = serde_json::to_value(value) {
        object.insert(name.to_owned(), value);
    }
}

/// Text, with U+FFFD for what is not UTF-8 and then the exact bytes beside it.
pub(super) fn put_bytes(object: &mut Map<String, Value>, name: &str, bytes: &[u8]) {
    object.insert(
        name.to_owned(),
        Value::String(String::from_utf8_lossy(bytes).into_owned()),
    );
    if std::str::from_utf8(bytes).is_err() {
        let encoded = base64::engine::general_purpose::STANDARD.encode(bytes);
        object.insert(format!("{name}_b64"), Value::String(encoded));
    }
}
