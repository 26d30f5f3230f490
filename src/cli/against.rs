//! Answers held against those of an earlier run.

use std::collections::{HashMap, VecDeque};
use std::path::Path;

use anyhow::{Context, Result, bail};
use base64::Engine;
use serde_json::{Map, Value};

use crate::control::read;
use crate::report::{Answer, Mask, json};
use crate::source::{State, Visible};

/// What of an answer counts: file, line, texts and the addresses that DNS has for a host do not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Essence {
    /// The decision and its hosts; `None` when DNS failed for a while.
    told: Option<String>,
    /// DNS was asked.
    dns: bool,
}

/// What became of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It is what it was.
    Same,
    /// It is another one, or there was none.
    Changed,
    /// One of the two is not known.
    Unknown,
}

/// The answers of an earlier run, by address, in their order.
pub(super) struct Against {
    path: String,
    answers: HashMap<Vec<u8>, VecDeque<Essence>>,
}

/// The fields that count.
const FIELDS: [&str; 8] = [
    "decision",
    "mx_domain",
    "port",
    "choice",
    "protocol",
    "tls",
    "groups",
    "needs",
];

impl Essence {
    /// That of an answer.
    pub fn of(answer: &Answer) -> Self {
        match json(answer, Mask::Blind) {
            Value::Object(object) => Essence::read(&object),
            _ => Essence {
                told: None,
                dns: false,
            },
        }
    }

    fn read(object: &Map<String, Value>) -> Self {
        let field = |name: &str| object.get(name).cloned().unwrap_or(Value::Null);
        let error = field("error");
        let dns = object.contains_key("candidates");
        let is_error = field("decision") == "error";
        // A decision is made without DNS; what DNS adds may fail for a while.
        if !is_error && error.get("temporary") == Some(&Value::Bool(true)) {
            return Essence { told: None, dns };
        }
        let mut told: Vec<Value> = FIELDS.iter().map(|name| field(name)).collect();
        told.push(error.get("kind").cloned().unwrap_or(Value::Null));
        let credentials = field("credentials");
        for name in ["password_set", "password_state"] {
            told.push(credentials.get(name).cloned().unwrap_or(Value::Null));
        }
        Essence {
            told: Some(Value::Array(told).to_string()),
            dns,
        }
    }
}

impl Against {
    /// Reads JSON lines, or one JSON array.
    ///
    /// # Errors
    /// The file cannot be read, or does not hold answers.
    pub fn read(path: &Path) -> Result<Self> {
        let shown = path.display().to_string();
        let bytes = match read(path) {
            State::Bytes(bytes) => bytes,
            State::Missing => {
                bail!("--against {shown}: no such file; --output-format jsonl makes one")
            }
            State::Directory => bail!("--against {shown} is a directory"),
            State::Unreadable(errno) => {
                let error = std::io::Error::from_raw_os_error(errno);
                bail!("cannot read {shown}: {error}")
            }
            State::Unread(_) => bail!("cannot read {shown}"),
        };
        let mut against = Against {
            path: shown,
            answers: HashMap::new(),
        };
        if bytes.trim_ascii_start().starts_with(b"[") {
            let all: Vec<Value> = serde_json::from_slice(&bytes).with_context(|| {
                format!(
                    "--against {}: no output of --output-format json",
                    against.path
                )
            })?;
            for (number, value) in all.into_iter().enumerate() {
                against.take(value, number + 1)?;
            }
            return Ok(against);
        }
        let lines = bytes.split(|&b| b == b'\n').enumerate();
        for (number, line) in lines.filter(|(_, line)| !line.trim_ascii().is_empty()) {
            let value = serde_json::from_slice(line).with_context(|| {
                format!(
                    "--against {}:{}: no output of --output-format jsonl",
                    against.path,
                    number + 1
                )
            })?;
            against.take(value, number + 1)?;
        }
        Ok(against)
    }

    fn take(&mut self, value: Value, number: usize) -> Result<()> {
        let object = match value {
            Value::Object(object) if object.contains_key("decision") => object,
            _ => bail!(
                "--against {}: record {number} is no answer of qroute-resolve",
                self.path
            ),
        };
        let exact = object.get("address_b64").and_then(Value::as_str);
        let decoded =
            exact.and_then(|text| base64::engine::general_purpose::STANDARD.decode(text).ok());
        let address = match (decoded, object.get("address").and_then(Value::as_str)) {
            (Some(address), _) => address,
            (None, Some(address)) => address.as_bytes().to_vec(),
            (None, None) => bail!("--against {}: record {number} has no address", self.path),
        };
        let essence = Essence::read(&object);
        self.answers.entry(address).or_default().push_back(essence);
        Ok(())
    }

    /// Holds an answer against the earlier one for `address`; of several, against the one in the same place.
    ///
    /// # Errors
    /// One of them was made with DNS and the other without: nothing can be said.
    pub fn judge(&mut self, address: &[u8], now: &Essence) -> Result<Verdict> {
        let earlier = self.answers.get_mut(address).and_then(VecDeque::pop_front);
        let Some(earlier) = earlier else {
            return Ok(Verdict::Changed);
        };
        if earlier.dns != now.dns {
            let words = |dns| if dns { "with DNS" } else { "without DNS" };
            bail!(
                "--against {}: the answer for {} was made {} and is now made {}: they cannot be compared; give --no-dns to both or to none",
                self.path,
                Visible(address),
                words(earlier.dns),
                words(now.dns)
            );
        }
        Ok(match (earlier.told, &now.told) {
            (Some(then), Some(now)) if then == *now => Verdict::Same,
            (Some(_), Some(_)) => Verdict::Changed,
            _ => Verdict::Unknown,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn essence(text: &str) -> Essence {
        match serde_json::from_str(text).unwrap() {
            Value::Object(object) => Essence::read(&object),
            _ => panic!("no object"),
        }
    }

    #[test]
    fn dns_that_fails_for_a_while_is_unknown() {
        let good = essence(
            r#"{"decision":"mx","groups":[[{"host":"a","port":25}]],"error":null,"candidates":[{"ip":"192.0.2.1"}]}"#,
        );
        let moved = essence(
            r#"{"decision":"mx","groups":[[{"host":"a","port":25}]],"error":null,"candidates":[{"ip":"192.0.2.2"}],"route":{"line":7}}"#,
        );
        assert_eq!(good, moved);
        let failed = essence(
            r#"{"decision":"mx","groups":[],"error":{"kind":"timeout","temporary":true},"candidates":[]}"#,
        );
        assert_eq!(failed.told, None);
        let gone = essence(
            r#"{"decision":"mx","groups":[],"error":{"kind":"nxdomain","temporary":false},"candidates":[]}"#,
        );
        assert!(gone.told.is_some() && gone != good);
        let table = essence(
            r#"{"decision":"error","groups":[],"error":{"kind":"defer-all","temporary":true},"candidates":[]}"#,
        );
        assert!(table.told.is_some());
    }
}
