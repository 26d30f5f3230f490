//! A few keys, looked for among all routes: for a handful of questions an index costs more than it saves.

use std::borrow::Cow;
use std::sync::{Arc, Mutex};

use crate::lookup::{equal, fold, folds_as_ascii};
use crate::model::{Document, KeyCase, Stage, StageId};

/// Most different questions that are answered by looking at all routes.
pub(super) const FEW: usize = 8;

/// What was looked for so far, and what was found. One question is put often, to tables that are read in several ways.
#[derive(Debug, Default)]
pub(super) struct Looks(Mutex<Vec<(Sought, Arc<[u32]>)>>);

#[derive(Debug, PartialEq, Eq)]
struct Sought {
    stage: StageId,
    keys: Sieve,
    /// Those that a route's sender may have.
    senders: Option<Sieve>,
}

impl Looks {
    /// The routes of `stage` whose key equals one of `keys` under `case`, with its number, and whose sender may be one of
    /// `senders`; in the order of the file. `None` when too much else was looked for.
    pub fn find<'s>(
        &self,
        document: &'s Document,
        (id, stage): (StageId, &Stage),
        case: KeyCase,
        keys: &[Cow<'_, [u8]>],
        senders: Option<&[Cow<'_, [u8]>]>,
    ) -> Option<impl Iterator<Item = (u32, usize)> + use<'s>> {
        let sought = Sought {
            stage: id,
            keys: Sieve::new(keys),
            senders: senders.map(Sieve::new),
        };
        let found = self.look(document, stage, sought)?;
        let keys: Vec<Vec<u8>> = keys.iter().map(|key| key.to_vec()).collect();
        let ranked = (0..found.len()).filter_map(move |at| {
            let key = document.route(found[at]).key();
            let rank = keys.iter().position(|tried| equal(case, tried, key))?;
            Some((found[at], rank))
        });
        Some(ranked)
    }

    fn look(&self, document: &Document, stage: &Stage, sought: Sought) -> Option<Arc<[u32]>> {
        let mut looks = self.0.lock().ok()?;
        if let Some((_, found)) = looks.iter().find(|(before, _)| *before == sought) {
            return Some(found.clone());
        }
        if looks.len() == FEW {
            return None;
        }
        let all = (stage.first..stage.end).filter(|&number| sought.has(document, number));
        let found: Arc<[u32]> = all.collect();
        looks.push((sought, found.clone()));
        Some(found)
    }
}

impl Sought {
    fn has(&self, document: &Document, number: u32) -> bool {
        let route = document.route(number);
        if !self.keys.has(route.key()) {
            return false;
        }
        let Some(senders) = &self.senders else {
            return true;
        };
        let sender = route.condition().and_then(|condition| condition.sender);
        let sender = sender.map_or(&b""[..], |key| document.bytes(key));
        sender.is_empty() || senders.has(sender)
    }
}

/// Lets keys through that equal one of a few, as widely as any product compares them.
#[derive(Debug, PartialEq, Eq)]
struct Sieve {
    keys: Vec<Vec<u8>>,
    /// Which lengths they have, a bit each; long ones share the last.
    lengths: u128,
}

impl Sieve {
    fn new(keys: &[Cow<'_, [u8]>]) -> Self {
        let fold = |key: &Cow<'_, [u8]>| fold(KeyCase::Unicode, key).into_owned();
        let keys: Vec<Vec<u8>> = keys.iter().map(fold).collect();
        let lengths = keys.iter().fold(0, |all, key| all | length_bit(key));
        Sieve { keys, lengths }
    }

    fn has(&self, key: &[u8]) -> bool {
        // Nearly all keys have another length than those that are looked for.
        if self.lengths & length_bit(key) == 0 && folds_as_ascii(key) {
            return false;
        }
        let folded = fold(KeyCase::Unicode, key);
        self.keys.iter().any(|tried| *tried == *folded)
    }
}

fn length_bit(key: &[u8]) -> u128 {
    1 << key.len().min(127)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lookup::Store;
    use crate::model::{
        Action, Condition, Delimiters, Families, HostLiterals, LiteralRule, NameCheck, Precedence,
        Product, RouteTable, Semantics, Subject, Unmatched, Unresolvable, Walk,
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
            keys(&[1]),
            keys(&[2]),
            keys(&[0, 3]),
        ];
        for semantics in all_semantics() {
            let plain = || document(semantics, false);
            let (index, few) = (MemoryStore::new(plain()), MemoryStore::for_few(plain()));
            for keys in &asked {
                let best = |store: &MemoryStore| {
                    let hit = store.best(0, keys).unwrap();
                    hit.map(|hit| (hit.rank, hit.order))
                };
                assert_eq!(best(&few), best(&index), "{semantics:?} {keys:?}");
            }
            let index = MemoryStore::new(document(semantics, true));
            for keys in &asked {
                // There are more of these questions than a store answers without an index.
                let few = MemoryStore::for_few(document(semantics, true));
                for senders in asked.iter().map(Some).chain([None]).cycle().take(20) {
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
