//! Changes as one JSON object, written piece by piece.

use serde_json::{Map, Value, json as value};

use super::view::{Change, DiffOutcome, Mail, way};
use super::weight::Weight;
use crate::report::json::{json, put_bytes};
use crate::report::pure::pure;
use crate::report::{Answer, Mask};

/// Writes an object of a comparison; its parts are to be put behind one another.
pub struct DiffJson {
    written: u64,
}

impl DiffJson {
    /// The beginning.
    pub fn start(outcome: &DiffOutcome) -> (Self, String) {
        let text = format!(
            "{{\"equal\":{},\"undecided\":{},\"classes\":{},\"differences\":[",
            outcome.equal, outcome.undecided, outcome.classes
        );
        (DiffJson { written: 0 }, text)
    }

    /// One change.
    pub fn change(&mut self, change: &Change) -> String {
        self.written += 1;
        let object = value!({
            "witness": mail(&change.mail),
            "old": decision(&change.old),
            "new": decision(&change.new),
            "classes": change.classes,
            "cause": change.cause,
        });
        let comma = if self.written == 1 { "\n" } else { ",\n" };
        format!("{comma}{}", pure(object.to_string()))
    }

    /// The end. `assumptions` are those that the differences, or that there are none, rest on.
    pub fn finish(self, assumptions: &[String], weight: Option<&Weight>) -> String {
        let end = if self.written == 0 { "]" } else { "\n]" };
        let assumptions = pure(value!(assumptions).to_string());
        let end = format!("{end},\"assumptions\":{assumptions}");
        match weight {
            None => format!("{end}}}\n"),
            Some(weight) => {
                let addresses = pure(addresses(weight).to_string());
                format!("{end},\"addresses\":{addresses}}}\n")
            }
        }
    }
}

fn decision(answer: &Answer) -> Value {
    json(answer, Mask::Blind)
}

fn mail(mail: &Mail) -> Value {
    let mut object = Map::new();
    put_bytes(&mut object, "recipient", &mail.recipient);
    match mail.sender.as_deref() {
        None => drop(object.insert("sender".to_owned(), Value::Null)),
        Some(b"") => put_bytes(&mut object, "sender", b"<>"),
        Some(sender) => put_bytes(&mut object, "sender", sender),
    }
    match mail.subject.as_deref() {
        None => drop(object.insert("subject".to_owned(), Value::Null)),
        Some(subject) => put_bytes(&mut object, "subject", subject),
    }
    object.insert(
        "direction".to_owned(),
        mail.direction.map(way).map_or(Value::Null, Value::from),
    );
    Value::Object(object)
}

fn addresses(weight: &Weight) -> Value {
    let domains = weight.domains.iter();
    let domains: Vec<Value> = domains
        .map(|(domain, changed)| value!({ "domain": domain, "changed": changed }))
        .collect();
    let mut object = value!({
        "total": weight.total,
        "distinct": weight.distinct,
        "changed": weight.changed,
        "changed_total": weight.changed_total,
        "undecided": weight.undecided,
        "invalid": weight.invalid,
        "domains": domains,
    });
    if let (Some(list), Some(object)) = (&weight.list, object.as_object_mut()) {
        let list = list.iter().map(|listed| {
            value!({
                "mail": mail(&listed.mail),
                "count": listed.count,
                "old": decision(&listed.old),
                "new": decision(&listed.new),
            })
        });
        object.insert("list".to_owned(), Value::Array(list.collect()));
    }
    object
}
