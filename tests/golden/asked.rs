//! What the tests of several formats do in the same way: files of testdata, options, answers as text, and damage.

use std::path::Path;

use proptest::prelude::*;
use proptest::sample::Index;
use qroute::formats::ReadOptions;
use qroute::lookup::{Envelope, Recipient, Sender, rests_on, select};
use qroute::model::{Decision, NextHop, Target};
use qroute::store::MemoryStore;

/// A file below `testdata/`.
pub fn file(name: &str) -> Vec<u8> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata");
    std::fs::read(root.join(name)).unwrap()
}

/// Options that settle what is left open.
pub fn assuming(assume: &[(&str, &str)]) -> ReadOptions {
    let pairs = assume.iter();
    ReadOptions {
        assume: pairs
            .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
            .collect(),
        ..ReadOptions::default()
    }
}

/// Mail for `recipient`, of whose sender nothing is known.
pub fn mail(recipient: &str) -> Envelope<'_> {
    Envelope::new(Recipient::Address(recipient.as_bytes()), Sender::Unknown)
}

/// What becomes of mail, and in brackets what that rests on.
pub fn answer(store: &MemoryStore, envelope: &Envelope<'_>) -> String {
    let decision = select(store, envelope, false).unwrap().decision;
    let mut text = said(&decision);
    for assumption in rests_on(store, envelope, &decision).unwrap() {
        text.push_str(&format!(" [{}={}]", assumption.key, assumption.value));
    }
    text
}

/// Hosts in their order, those that take turns joined by `,`; what else a decision is.
pub fn said(decision: &Decision) -> String {
    match decision {
        Decision::Relay(relay) => {
            let groups = relay.groups();
            let groups: Vec<String> = groups
                .iter()
                .map(|group| group.iter().map(host).collect::<Vec<_>>().join(","))
                .collect();
            let by: Vec<String> = relay
                .resolvers
                .iter()
                .map(|server| format!(" by {}", String::from_utf8_lossy(server)))
                .collect();
            groups.join(" ") + &by.concat()
        }
        Decision::Reject {
            status,
            text,
            temporary,
        } => format!(
            "{} {status} {text}",
            if *temporary { "defer" } else { "reject" }
        ),
        Decision::Transport { name, nexthop } => format!("transport {name} {nexthop}"),
        Decision::Undecided { needs } => {
            let needs: Vec<&str> = needs.iter().map(|need| need.name()).collect();
            format!("undecided {}", needs.join(","))
        }
        Decision::Failure(failure) => failure.kind.name().to_owned(),
        other => other.kind().name().to_owned(),
    }
}

fn host(hop: &&NextHop) -> String {
    let kind = match hop.target {
        Target::Address(_) => "",
        Target::MxOf(_) => "mx ",
        Target::OwnMx(_) => "own mx ",
    };
    let name = String::from_utf8_lossy(hop.target.name()).into_owned();
    let login = hop.credentials.as_ref().map_or(String::new(), |login| {
        let password = login.expose_password().unwrap();
        let of = String::from_utf8_lossy;
        format!(" as {}/{}", of(&login.user), of(password))
    });
    format!("{kind}{name}:{}{login}", hop.port.wire())
}

/// Where a text is changed, how many bytes go there, and what stands there instead.
pub type Change = (Index, usize, &'static [u8]);

/// Fewer than `most` changes, in each of which fewer than `longest` bytes become one of `parts`.
pub fn changes(
    parts: Vec<&'static [u8]>,
    longest: usize,
    most: usize,
) -> impl Strategy<Value = Vec<Change>> {
    let part = proptest::sample::select(parts);
    proptest::collection::vec((any::<Index>(), 0..longest, part), 0..most)
}

/// `seed` after `changes`.
pub fn damaged(seed: &[u8], changes: &[Change]) -> Vec<u8> {
    let mut text = seed.to_vec();
    for (at, length, part) in changes {
        let at = at.index(text.len() + 1);
        let end = (at + length).min(text.len());
        text.splice(at..end, part.iter().copied());
    }
    text
}
