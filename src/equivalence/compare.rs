//! The comparison of two tables.

use super::comparison::{CompareOptions, Comparison, Recipients};
use super::forest::Forest;
use super::judge::Judge;
use super::keys::{Dependence, asked_stages, recipient_keys};
use super::locals::stranger;
use super::walk::{Visitor, Walker};
use crate::lookup::{Store, StoreError};
use crate::model::Document;

/// Compares what two tables decide for all mail.
///
/// Both stores must show their keys in their documents (a table in memory does); the rest of
/// one that does not is undecided. Without routes by sender or subject the cost is linear in the labels of both tables, but
/// for sorting; with them each recipient takes as many questions as there are senders of routes that could match it.
///
/// # Errors
/// [`StoreError`] when a store cannot read.
pub fn compare(
    old: &dyn Store,
    new: &dyn Store,
    options: &CompareOptions,
) -> Result<Comparison, StoreError> {
    let stores = [old, new];
    let recipients = options.recipients;
    let dependence = Dependence::new(stores, recipients);
    let drops = stores.map(|store| {
        recipients == Recipients::Addresses && store.document().table.product.drops_final_dot
    });
    // Where one product drops a dot, hosts with one and without it are told apart at all of its keys.
    let dotted = match drops {
        [a, b] if a != b => drops,
        _ => [false; 2],
    };
    let mut forest = Forest::new(recipient_keys(stores, recipients, dotted));
    // Even without a key there are hosts that only products tell apart.
    forest.below = true;
    for store in stores {
        for stage in asked_stages(store, recipients) {
            let delimiters = stage.semantics.delimiters;
            forest
                .delimiters
                .extend((0..=127u8).filter(|&b| delimiters.contains(b)));
        }
    }
    forest.delimiters.sort_unstable();
    forest.delimiters.dedup();
    // With letters as delimiters nobody is certain to be a stranger.
    forest.incomplete |= forest.delimiters.iter().any(u8::is_ascii_alphanumeric);
    forest.incomplete |= stores
        .into_iter()
        .any(|store| hides_keys(store, recipients));
    let stranger = stranger(&forest, b"someone");
    let mut judge = Judge::new(stores, options, dependence)?;
    if forest.incomplete || dependence.unknown {
        judge.give_up(1);
    }
    Walker::new(
        &forest,
        &mut judge,
        recipients,
        drops == [true; 2],
        &stranger,
    )
    .run()?;
    judge.leave(0);
    for host in &forest.odd {
        // How such a dot divides a host is for one table to say; the key itself is asked for, what is around it is not.
        judge.see(host, &stranger, 1)?;
        judge.see(&[b"other.", host.as_slice()].concat(), &stranger, 1)?;
        judge.leave_open(1, host);
    }
    if recipients == Recipients::Addresses {
        percent(&mut judge, stores, &stranger)?;
    }
    Ok(judge.answer)
}

/// True when a stage has routes that its document does not show.
fn hides_keys(store: &dyn Store, recipients: Recipients) -> bool {
    let stages = store.document().table.stages().iter().enumerate();
    let mut asked = stages.filter(|(_, stage)| super::keys::is_asked(stage, recipients));
    asked.any(|(id, stage)| stage.first == stage.end && !store.is_empty(id))
}

/// Hosts of percenthack in one table only: all recipients there are rewritten by one side. Where one witness shows no
/// difference, nothing is known of the others.
fn percent(
    judge: &mut Judge<'_>,
    stores: [&dyn Store; 2],
    stranger: &[u8],
) -> Result<(), StoreError> {
    let [old, new] = stores.map(|store| lowered(store.document()));
    for host in old.symmetric_difference(&new) {
        if host.contains(&b'@') {
            continue;
        }
        let before = judge.answer.differences.len();
        let local = [stranger, b"%other"].concat();
        let same = judge.see(host, &local, 1)?.same;
        if same && judge.answer.differences.len() == before {
            judge.leave_open(1, &[&local, &b"@"[..], host].concat());
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
