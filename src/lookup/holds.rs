//! Whether a route's conditions hold for an envelope, as far as that is known.

use super::envelope::{Envelope, Recipient, Sender};
use super::key::{equal, keys};
use super::store::Store;
use crate::model::{Condition, Document, Need, Semantics, SubjectOperator, SubjectTest, Variation};
use crate::source::Text;

/// What is missing, without repetition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub(super) struct Needs(u8);

const NEEDS: [Need; 6] = [
    Need::Recipient,
    Need::Sender,
    Need::Subject,
    Need::Direction,
    Need::Regex,
    Need::Order,
];

impl Needs {
    pub fn add(&mut self, need: Need) {
        let at = NEEDS.iter().position(|&other| other == need);
        self.0 |= at.map_or(0, |at| 1 << at);
    }

    pub fn join(&mut self, other: Needs) {
        self.0 |= other.0;
    }

    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    pub fn to_vec(self) -> Vec<Need> {
        let here = |(at, _): &(usize, &Need)| self.0 >> at & 1 == 1;
        let all = NEEDS.iter().enumerate().filter(here);
        all.map(|(_, &need)| need).collect()
    }
}

impl From<Need> for Needs {
    fn from(need: Need) -> Self {
        let mut needs = Needs::default();
        needs.add(need);
        needs
    }
}

/// Whether something holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Holds {
    Yes,
    /// No, and why, for people.
    No(&'static str),
    /// It depends on what is missing.
    Unknown(Needs),
}

/// Whether `condition`, of a route in a stage with these `semantics`, holds for `envelope`.
pub(super) fn holds(
    store: &dyn Store,
    semantics: &Semantics,
    condition: &Condition,
    envelope: &Envelope<'_>,
    variation: Option<&Variation>,
) -> Holds {
    let document = store.document();
    if condition.unbound {
        return Holds::No("it is bound to no domain");
    }
    let mut needs = Needs::default();
    let has_key = |address: &[u8], key: Text| is_key_of(document, semantics, address, key);
    match (condition.direction, envelope.direction) {
        (Some(wanted), Some(given)) if wanted != given => {
            return Holds::No("it is for the other direction");
        }
        (Some(_), None) => needs.add(Need::Direction),
        _ => {}
    }
    match (condition.sender, envelope.sender) {
        (Some(_), Sender::Null) => return Holds::No("the null sender is no sender of it"),
        (Some(key), Sender::Address(address)) if !has_key(address, key) => {
            return Holds::No("the sender is another");
        }
        (Some(_), Sender::Unknown) => needs.add(Need::Sender),
        _ => {}
    }
    let recipient = match envelope.recipient {
        Recipient::Address(address) => address,
        Recipient::Domain(host) | Recipient::Host(host) => host,
    };
    if condition.except.iter().any(|&key| has_key(recipient, key)) {
        return Holds::No("the recipient is one of its exceptions");
    }
    if let Some(test) = &condition.subject {
        match envelope.subject {
            None => needs.add(Need::Subject),
            Some(subject) => match passes(store, test, subject, variation) {
                Some(true) => {}
                Some(false) => return Holds::No("the subject is another"),
                None => needs.add(Need::Regex),
            },
        }
    }
    match needs.is_empty() {
        true => Holds::Yes,
        false => Holds::Unknown(needs),
    }
}

/// True when `key` is one of the keys that `address` is walked by.
pub(super) fn is_key_of(
    document: &Document,
    semantics: &Semantics,
    address: &[u8],
    key: Text,
) -> bool {
    let key = document.bytes(key);
    keys(semantics.walk, address)
        .iter()
        .any(|tried| equal(semantics.key_case, tried, key))
}

/// Whether a subject passes; `None` when the expression cannot be evaluated here.
fn passes(
    store: &dyn Store,
    test: &SubjectTest,
    subject: &[u8],
    variation: Option<&Variation>,
) -> Option<bool> {
    let operand = store.document().bytes(test.operand);
    let ignore_case = test.ignore_case ^ (variation == Some(&Variation::OtherSubjectCase));
    let other_extent = variation == Some(&Variation::OtherExtent);
    let whole = match test.operator {
        SubjectOperator::Finds => other_extent,
        SubjectOperator::Matches => !other_extent,
        operator => {
            let (subject, operand) = match ignore_case {
                true => (lower(subject), lower(operand)),
                false => (subject.to_vec(), operand.to_vec()),
            };
            return Some(match operator {
                SubjectOperator::StartsWith => subject.starts_with(&operand),
                SubjectOperator::EndsWith => subject.ends_with(&operand),
                _ => memchr::memmem::find(&subject, &operand).is_some(),
            });
        }
    };
    store.patterns().finds(operand, whole, ignore_case, subject)
}

fn lower(text: &[u8]) -> Vec<u8> {
    match std::str::from_utf8(text) {
        Ok(text) => text.to_lowercase().into_bytes(),
        Err(_) => text.to_ascii_lowercase(),
    }
}
