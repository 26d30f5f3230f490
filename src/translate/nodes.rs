//! The domains that the keys of a table name, from the top.

use std::collections::{BTreeMap, BTreeSet};

use crate::lookup::{Store, fold};
use crate::model::{Domain, KeyCase, Subject, Walk};
use crate::source::Text;

/// A domain, and what its keys name at it.
#[derive(Debug, Default)]
pub(super) struct Node {
    /// The domain, as a key of the target may be spelled.
    pub host: Vec<u8>,
    /// The local parts that keys or exceptions name.
    pub locals: BTreeSet<Vec<u8>>,
}

/// All domains by their labels from the right, each with a NUL behind it: what is above a domain is a prefix, and comes first.
#[derive(Debug, Default)]
pub(super) struct Nodes {
    nodes: BTreeMap<Vec<u8>, Node>,
}

impl Nodes {
    /// The domains of all keys and exceptions of `store`. Keys that no mail has are not among them.
    pub fn of(store: &dyn Store) -> Self {
        let document = store.document();
        let mut nodes = Nodes::default();
        for stage in document.table.stages() {
            let semantics = stage.semantics;
            if semantics.subject == Subject::Sender {
                continue;
            }
            for index in stage.first..stage.end {
                let route = document.route(index);
                let except = route.condition().map_or(&[][..], |c| c.except.as_slice());
                let own: [Text; 1] = [route.key_text()];
                for &key in own.iter().chain(except) {
                    nodes.take(
                        semantics.walk,
                        semantics.key_case,
                        semantics.subject,
                        document.bytes(key),
                    );
                }
            }
        }
        nodes
    }

    fn take(&mut self, walk: Walk, case: KeyCase, subject: Subject, key: &[u8]) {
        let at = key.iter().rposition(|&b| b == b'@');
        let (local, host) = match (subject, at) {
            (Subject::Recipient, Some(at)) => (Some(&key[..at]), &key[at + 1..]),
            (_, Some(_)) => return,
            (_, None) => (None, domain_of(walk, key)),
        };
        if host.is_empty() {
            return;
        }
        let Some(host) = spelled(case, host) else {
            return;
        };
        let node = self.nodes.entry(place(&host)).or_default();
        node.host = host;
        if let Some(local) = local {
            let local = match case {
                KeyCase::Sensitive => local.to_vec(),
                _ => local.to_ascii_lowercase(),
            };
            node.locals.insert(local);
        }
    }

    /// All of them, what is above first.
    pub fn iter(&self) -> impl Iterator<Item = (&[u8], &Node)> {
        let nodes = self.nodes.iter();
        nodes.map(|(place, node)| (place.as_slice(), node))
    }

    /// A domain below `host`, whose place is `place`, that is none of these.
    pub fn stranger_below(&self, place: &[u8], host: &[u8]) -> Vec<u8> {
        let mut label = b"other".to_vec();
        loop {
            let below = [place, &label, b"\0"].concat();
            if !self.nodes.contains_key(&below) && !self.has_below(&below) {
                return match host.is_empty() {
                    true => label,
                    false => [&label, &b"."[..], host].concat(),
                };
            }
            label.push(b'x');
        }
    }

    fn has_below(&self, place: &[u8]) -> bool {
        let mut behind = self.nodes.range(place.to_vec()..);
        behind.next().is_some_and(|(key, _)| key.starts_with(place))
    }
}

/// The labels from the right, each with a NUL behind it.
fn place(host: &[u8]) -> Vec<u8> {
    let mut place = Vec::with_capacity(host.len() + 1);
    for label in host.rsplit(|&b| b == b'.') {
        place.extend_from_slice(label);
        place.push(0);
    }
    place
}

/// The domain that a key is about; empty for everybody's.
pub(super) fn domain_of(walk: Walk, key: &[u8]) -> &[u8] {
    match walk {
        Walk::StarSuffixes if key == b"default" => b"",
        Walk::StarSuffixes => key.strip_prefix(b"*.").unwrap_or(key),
        Walk::SuffixesWithoutDot | Walk::AddressThenSuffixesWithoutDot | Walk::Exact => key,
        _ => key.strip_prefix(b".").unwrap_or(key),
    }
}

/// A domain as mail has it: small letters, A-labels where the product decodes them. `None` for what no mail has.
fn spelled(case: KeyCase, host: &[u8]) -> Option<Vec<u8>> {
    let host = match case {
        KeyCase::Unicode | KeyCase::Decoded if !host.is_ascii() => Domain::new(&fold(case, host))
            .ok()?
            .as_str()
            .as_bytes()
            .to_vec(),
        // What is spelled with capital letters is another domain there, which no mail server writes.
        KeyCase::Sensitive => host.to_vec(),
        _ => host.to_ascii_lowercase(),
    };
    is_mailable(&host).then_some(host)
}

/// True for what may stand behind the `@` of an address that reaches a mail system.
pub(super) fn is_mailable(host: &[u8]) -> bool {
    let odd = |b: &u8| *b <= b' ' || matches!(*b, 0x7F | b'@');
    !host.is_empty() && !host.iter().any(odd) && host.split(|&b| b == b'.').all(|l| !l.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_above_comes_first() {
        let mut nodes = Nodes::default();
        for key in [
            &b"b.example"[..],
            b".example",
            b"a.b.example",
            b"x.test",
            b"",
            b"d.",
            b"A b",
        ] {
            nodes.take(
                Walk::DotSuffixes,
                KeyCase::AsciiInsensitive,
                Subject::Host,
                key,
            );
        }
        let hosts: Vec<&[u8]> = nodes.iter().map(|(_, node)| node.host.as_slice()).collect();
        assert_eq!(
            hosts,
            [&b"example"[..], b"b.example", b"a.b.example", b"x.test"]
        );
        assert_eq!(nodes.stranger_below(b"", b""), b"other");
        assert_eq!(
            nodes.stranger_below(&place(b"example"), b"example"),
            b"other.example"
        );
    }
}
