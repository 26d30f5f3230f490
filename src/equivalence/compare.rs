//! The comparison of two tables.

use super::comparison::{CompareOptions, Comparison, Recipients};
use super::forest::Forest;
use super::judge::Judge;
use super::walk::Walker;
use crate::lookup::{Sender, Store, StoreError, keys};
use crate::model::{Document, Subject};

/// Compares what two tables decide for every recipient.
///
/// Both stores must show their keys in their documents (a table in memory does); the rest of
/// one that does not is undecided. The cost is linear in the labels of both tables, but for sorting.
///
/// # Errors
/// [`StoreError`] when a store cannot read.
pub fn compare(
    old: &dyn Store,
    new: &dyn Store,
    options: &CompareOptions<'_>,
) -> Result<Comparison, StoreError> {
    let stores = [old, new];
    let recipients = options.recipients;
    let forest = Forest::new(stores, recipients);
    let ordinary;
    let sender = match options.sender {
        Some(sender) => sender,
        None => {
            ordinary = ordinary_sender(stores)?;
            Sender::Address(&ordinary)
        }
    };
    let stranger = stranger(&forest);
    let mut judge = Judge::new(stores, sender, recipients, stranger);
    if forest.incomplete {
        judge.give_up(1);
    }
    Walker::new(&forest, &mut judge, recipients, options.max_classes).run()?;
    judge.leave(0);
    for host in &forest.odd {
        // How such a dot divides a host is for one table to say; the key itself is asked for, what is around it is not.
        let stranger = judge.stranger.clone();
        judge.ask(host, &stranger, 1)?;
        judge.ask(&[b"other.", host.as_slice()].concat(), &stranger, 1)?;
        judge.give_up(1);
    }
    if recipients == Recipients::Addresses {
        percent(&mut judge, stores)?;
    }
    Ok(judge.answer)
}

/// Hosts of percenthack in one table only: all recipients there are rewritten by one side. Where one witness shows no
/// difference, nothing is known of the others.
fn percent(judge: &mut Judge<'_>, stores: [&dyn Store; 2]) -> Result<(), StoreError> {
    let [old, new] = stores.map(|store| lowered(store.document()));
    for host in old.symmetric_difference(&new) {
        if host.contains(&b'@') {
            continue;
        }
        let before = judge.answer.differences.len();
        let local = [judge.stranger.as_slice(), b"%other"].concat();
        let same = judge.ask(host, &local, 1)?.same;
        if same && judge.answer.differences.len() == before {
            judge.give_up(1);
        }
        judge.leave(0);
    }
    Ok(())
}

fn lowered(document: &Document) -> std::collections::BTreeSet<Vec<u8>> {
    let hosts = document.percenthack.iter();
    hosts
        .map(|&text| document.bytes(text).to_ascii_lowercase())
        .collect()
}

/// A local part that no key names, in letters.
fn stranger(forest: &Forest) -> Vec<u8> {
    let named: std::collections::HashSet<Vec<u8>> = (1..=forest.locals.len() as u32)
        .map(|id| forest.locals.label(id).to_ascii_lowercase())
        .collect();
    super::shape::fresh(b"someone", |local| named.contains(local))
}

/// An address that no key of a sender stage has, but for the empty key.
fn ordinary_sender(stores: [&dyn Store; 2]) -> Result<Vec<u8>, StoreError> {
    let mut n = 0u64;
    loop {
        let sender = format!("sender{n}@host{n}.example").into_bytes();
        if !is_named(stores, &sender)? {
            return Ok(sender);
        }
        // A key may take all of a domain; it cannot take all domains.
        n += 1;
        if n > 1 << 20 {
            return Ok(format!("sender@{}.host", "x".repeat(300)).into_bytes());
        }
    }
}

fn is_named(stores: [&dyn Store; 2], sender: &[u8]) -> Result<bool, StoreError> {
    for store in stores {
        for (id, stage) in store.document().table.stages().iter().enumerate() {
            if stage.semantics.subject != Subject::Sender || store.is_empty(id) {
                continue;
            }
            let keys = keys(stage.semantics.walk, sender);
            let named = store
                .best(id, &keys)?
                .is_some_and(|hit| !hit.found.view().key().is_empty());
            if named {
                return Ok(true);
            }
        }
    }
    Ok(false)
}
