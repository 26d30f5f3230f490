//! What the keys of two tables are keys of.

use super::comparison::Recipients;
use crate::lookup::Store;
use crate::model::{Condition, KeyCase, Stage, Subject, Walk};

/// What a key is held against.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// A host that is all there is.
    Host,
    /// The host of an address.
    HostOfAddress,
    /// An address, then its host.
    Address,
    /// Whatever follows a dot or an at sign of an address.
    Suffix,
}

/// A key, with what has to be known of its stage.
#[derive(Clone, Copy, Debug)]
pub(super) struct Key<'k> {
    pub text: &'k [u8],
    pub case: KeyCase,
    pub place: Place,
    /// It may be met by a host with one more dot at its end, too.
    pub dotted: bool,
    /// It takes hosts below what it names.
    pub below: bool,
}

/// The stages that a recipient is put to.
pub(super) fn asked_stages(
    store: &dyn Store,
    recipients: Recipients,
) -> impl Iterator<Item = &Stage> + Clone {
    let stages = store.document().table.stages().iter();
    stages.filter(move |stage| is_asked(stage, recipients))
}

pub(super) fn is_asked(stage: &Stage, recipients: Recipients) -> bool {
    match stage.semantics.subject {
        Subject::Host => true,
        Subject::Recipient => recipients == Recipients::Addresses,
        Subject::Sender => false,
    }
}

/// The keys that recipients are held against: those of routes, and exceptions.
///
/// `dotted` says of each table whether a host with one more dot at its end meets its keys too.
pub(super) fn recipient_keys<'s>(
    stores: [&'s dyn Store; 2],
    recipients: Recipients,
    dotted: [bool; 2],
) -> impl Iterator<Item = Key<'s>> + Clone {
    let both = stores.into_iter().zip(dotted);
    both.flat_map(move |(store, dotted)| {
        asked_stages(store, recipients).flat_map(move |stage| {
            let place = match (stage.semantics.subject, recipients) {
                (Subject::Recipient, _) => Place::Address,
                (_, Recipients::Addresses) => Place::HostOfAddress,
                (_, Recipients::Hosts) => Place::Host,
            };
            let document = store.document();
            let key = move |text, place| Key {
                text,
                case: stage.semantics.key_case,
                place,
                dotted,
                below: true,
            };
            let numbers = stage.first..stage.end;
            let own = numbers
                .clone()
                .map(move |number| key(document.route(number).key(), place));
            let conditional = if stage.conditional { numbers } else { 0..0 };
            let exceptions = conditional.flat_map(move |number| {
                let condition = document.route(number).condition();
                let except = condition.map_or(&[][..], |condition| &condition.except);
                let place = match recipients {
                    Recipients::Addresses => Place::Address,
                    Recipients::Hosts => Place::Host,
                };
                except
                    .iter()
                    .map(move |&text| key(document.bytes(text), place))
            });
            own.chain(exceptions)
        })
    })
}

/// The keys of stages by sender.
pub(super) fn sender_keys<'s>(stores: [&'s dyn Store; 2]) -> impl Iterator<Item = Key<'s>> + Clone {
    stores.into_iter().flat_map(|store| {
        let stages = store.document().table.stages().iter();
        let by_sender = stages.filter(|stage| {
            stage.semantics.subject == Subject::Sender
                && stage.semantics.walk == Walk::DotAndAtSuffixes
        });
        by_sender.flat_map(move |stage| {
            (stage.first..stage.end).map(move |number| Key {
                text: store.document().route(number).key(),
                case: stage.semantics.key_case,
                place: Place::Suffix,
                dotted: false,
                below: true,
            })
        })
    })
}

/// What the way of mail may depend on, besides its recipient.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Dependence {
    /// There are routes by sender alone, or some that are not asked for the null sender.
    pub sender_stages: bool,
    /// Routes have conditions about senders, subjects or directions.
    pub conditions: bool,
    /// A stage matches in a way that is not thought of here.
    pub unknown: bool,
}

impl Dependence {
    pub(super) fn new(stores: [&dyn Store; 2], recipients: Recipients) -> Self {
        let mut found = Dependence::default();
        for store in stores {
            let document = store.document();
            for (id, stage) in document.table.stages().iter().enumerate() {
                if store.is_empty(id) {
                    continue;
                }
                let (subject, walk) = (stage.semantics.subject, stage.semantics.walk);
                let addresses = matches!(
                    walk,
                    Walk::AddressThenDotSuffixes
                        | Walk::AddressThenDotSuffixesAndApex
                        | Walk::AddressThenSuffixesWithoutDot
                );
                found.sender_stages |= subject == Subject::Sender
                    || (subject == Subject::Recipient && walk == Walk::Exact);
                found.unknown |= match subject {
                    Subject::Sender => {
                        !matches!(walk, Walk::DotAndAtSuffixes | Walk::NullSender)
                            || stage.first == stage.end
                    }
                    Subject::Recipient => !addresses && walk != Walk::Exact,
                    Subject::Host => addresses,
                };
                if !stage.conditional || !is_asked(stage, recipients) {
                    continue;
                }
                let none = Condition::default();
                for number in stage.first..stage.end {
                    let condition = document.route(number).condition().unwrap_or(&none);
                    found.conditions |= condition.sender.is_some()
                        || condition.subject.is_some()
                        || condition.direction.is_some();
                    // Exceptions and senders are keys of addresses.
                    let keys = condition.sender.is_some() || !condition.except.is_empty();
                    found.unknown |= !addresses && keys;
                }
            }
        }
        found
    }
}
