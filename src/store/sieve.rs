//! A few keys, looked for among all routes: for a handful of questions an index costs more than it saves.

use std::borrow::Cow;
use std::sync::atomic::{AtomicU32, Ordering};

use crate::lookup::{fold, folds_as_ascii, prefers};
use crate::model::{Document, KeyCase, Semantics, Stage};

/// Keys that others are compared with, folded.
pub(super) struct Sieve {
    case: KeyCase,
    keys: Vec<Vec<u8>>,
    /// Which lengths they have, a bit each; longer ones share the last.
    lengths: u128,
}

impl Sieve {
    /// Lets through what equals one of `keys`.
    pub fn new(case: KeyCase, keys: &[Cow<'_, [u8]>]) -> Self {
        let keys: Vec<Vec<u8>> = keys
            .iter()
            .map(|key| fold(case, key).into_owned())
            .collect();
        let lengths = keys.iter().fold(0, |all, key| all | length_bit(key));
        Sieve {
            case,
            keys,
            lengths,
        }
    }

    /// The first of the keys that `key` equals.
    pub fn rank(&self, key: &[u8]) -> Option<usize> {
        let is_plain = match self.case {
            KeyCase::Sensitive | KeyCase::AsciiInsensitive => true,
            KeyCase::Unicode | KeyCase::Decoded => folds_as_ascii(key),
        };
        // Nearly all keys have another length than those that are looked for.
        if is_plain && self.lengths & length_bit(key) == 0 {
            return None;
        }
        let folded = fold(self.case, key);
        self.keys.iter().position(|tried| *tried == *folded)
    }

    /// Of the routes of `stage` the one that decides, with the number of its key.
    pub fn best(&self, document: &Document, stage: &Stage) -> Option<(usize, u32)> {
        let precedence = stage.semantics.precedence;
        let all = (stage.first..stage.end).filter_map(|number| {
            let rank = self.rank(document.route(number).key())?;
            Some((rank, number))
        });
        all.reduce(|best, other| {
            let order = |(rank, number): (usize, u32)| (rank, u64::from(number));
            match prefers(precedence, order(other), order(best)).is_lt() {
                true => other,
                false => best,
            }
        })
    }
}

fn length_bit(key: &[u8]) -> u128 {
    1 << key.len().min(127)
}

/// The routes of `stage` whose key is one of `keys`, with its number, and whose sender is one of `senders`, if it has one; in the order
/// of the file.
pub(super) fn candidates<'s>(
    document: &'s Document,
    stage: &Stage,
    semantics: &Semantics,
    keys: &[Cow<'_, [u8]>],
    senders: Option<&[Cow<'_, [u8]>]>,
) -> impl Iterator<Item = (u32, usize)> + use<'s> {
    let keys = Sieve::new(semantics.key_case, keys);
    // As widely as any product compares them: whoever asks compares them again.
    let senders = senders.map(|senders| Sieve::new(KeyCase::Unicode, senders));
    (stage.first..stage.end).filter_map(move |number| {
        let route = document.route(number);
        let rank = keys.rank(route.key())?;
        let sender = route.condition().and_then(|condition| condition.sender);
        let sender = sender.map(|key| document.bytes(key));
        let is_asked = match (&senders, sender) {
            (Some(senders), Some(sender)) => sender.is_empty() || senders.rank(sender).is_some(),
            _ => true,
        };
        is_asked.then_some((number, rank))
    })
}

/// How many questions are still answered without an index.
#[derive(Debug)]
pub(super) struct Few(AtomicU32);

impl Few {
    pub fn new(count: u32) -> Self {
        Few(AtomicU32::new(count))
    }

    /// True for as many questions as there are.
    pub fn take(&self) -> bool {
        let one_less = |left: u32| left.checked_sub(1);
        let taken = self
            .0
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, one_less);
        taken.is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lookup::Store;
    use crate::model::{
        Action, Condition, Delimiters, Families, HostLiterals, LiteralRule, NameCheck, Precedence,
        Product, RouteTable, Subject, Unmatched, Unresolvable, Walk,
    };
    use crate::source::{Input, Text};
    use crate::store::MemoryStore;

    const PRODUCT: Product = Product {
        literals: LiteralRule::Plain,
        host_literals: HostLiterals::Routed,
        own_mx_names: NameCheck::None,
        unresolvable: Unresolvable::Defer,
        families: Families::Both,
        unmatched: Unmatched::OwnMx,
        drops_final_dot: true,
    };

    const KEYS: [&str; 9] = [
        "",
        "a.example",
        "A.Example",
        "b.example",
        "bücher.example",
        "BÜCHER.example",
        "xn--bcher-kva.example",
        "u@a.example",
        "U@a.example",
    ];

    /// Every key with every sender, and every key once more.
    fn document(semantics: Semantics, conditional: bool) -> Document {
        let text = KEYS.concat();
        let mut table = RouteTable::new(PRODUCT);
        table.begin_stage("routes", semantics);
        let starts = KEYS.iter().scan(0, |at, key| {
            let text = Text::new(*at, key.len() as u32);
            *at += text.len;
            Some(text)
        });
        let texts: Vec<Text> = starts.collect();
        for (number, &key) in texts.iter().cycle().take(2 * KEYS.len()).enumerate() {
            let origin = Text::new(number as u32, 1);
            if !conditional {
                table.push(origin, key, Action::Local).unwrap();
                continue;
            }
            for sender in std::iter::once(None).chain(texts.iter().copied().map(Some)) {
                let condition = Condition {
                    sender,
                    ..Condition::default()
                };
                table
                    .push_conditional(origin, key, Action::Local, condition)
                    .unwrap();
            }
        }
        let input = Input::single("f", "f", text.into_bytes()).unwrap();
        Document::new(input, table)
    }

    fn all_semantics() -> Vec<Semantics> {
        let cases = [
            KeyCase::Sensitive,
            KeyCase::AsciiInsensitive,
            KeyCase::Unicode,
            KeyCase::Decoded,
        ];
        let precedences = [
            Precedence::FirstMatch,
            Precedence::Narrowest,
            Precedence::MostSpecific {
                last_of_equals: true,
            },
            Precedence::MostSpecific {
                last_of_equals: false,
            },
        ];
        let all = cases.into_iter().flat_map(|key_case| {
            precedences.into_iter().map(move |precedence| Semantics {
                precedence,
                walk: Walk::AddressThenDotSuffixes,
                key_case,
                subject: Subject::Recipient,
                delimiters: Delimiters::NONE,
            })
        });
        all.collect()
    }

    fn keys(numbers: &[usize]) -> Vec<Cow<'static, [u8]>> {
        let key = |number: &usize| Cow::Borrowed(KEYS[*number].as_bytes());
        numbers.iter().map(key).collect()
    }

    #[test]
    fn the_same_as_with_an_index() {
        let asked = [
            keys(&[7, 1, 0]),
            keys(&[8, 2]),
            keys(&[4]),
            keys(&[6, 0]),
            keys(&[3, 5, 1]),
            keys(&[]),
        ];
        for semantics in all_semantics() {
            let plain = || document(semantics, false);
            let index = MemoryStore::new(plain());
            for keys in &asked {
                let few = MemoryStore::for_few(plain());
                let best = |store: &MemoryStore| {
                    let hit = store.best(0, keys).unwrap();
                    hit.map(|hit| (hit.rank, hit.order))
                };
                for _ in 0..=super::super::memory::FEW {
                    assert_eq!(best(&few), best(&index), "{semantics:?} {keys:?}");
                }
            }
            let index = MemoryStore::new(document(semantics, true));
            for keys in &asked {
                for senders in asked.iter().map(Some).chain([None]) {
                    let few = MemoryStore::for_few(document(semantics, true));
                    let senders = senders.map(Vec::as_slice);
                    let found = |store: &MemoryStore| -> Vec<(usize, u64)> {
                        let all = store.candidates(0, &semantics, keys, senders).unwrap();
                        all.map(|hit| (hit.rank, hit.order)).collect()
                    };
                    assert_eq!(
                        found(&few),
                        found(&index),
                        "{semantics:?} {keys:?} {senders:?}"
                    );
                }
            }
        }
    }
}
