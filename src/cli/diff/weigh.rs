//! Weighing a change by given addresses.

use std::collections::HashMap;

use anyhow::Result;

use super::recipients::Recipients;
use crate::cli::address::{Given, Record};
use crate::lookup::{Selection, Sender, Store, select};
use crate::model::{Decision, Direction};
use crate::report::{Answer, Listed, Mail, Mask, Weight};
use crate::source::Visible;

/// Puts every different address to both tables.
///
/// # Errors
/// A table cannot be read.
pub(super) fn weigh(
    stores: [&dyn Store; 2],
    recipients: &Recipients,
    direction: Option<Direction>,
    list: bool,
) -> Result<Weight> {
    let mut weight = Weight {
        total: recipients.total,
        distinct: recipients.all.len() as u64,
        invalid: recipients.too_long,
        list: list.then(Vec::new),
        ..Weight::default()
    };
    let given = Given {
        sender: Sender::Unknown,
        subject: None,
        direction,
        hosts: false,
    };
    let mut domains: HashMap<String, u64> = HashMap::new();
    for (line, count) in &recipients.all {
        let record = Record::parse(line);
        let Ok(envelope) = record.envelope(given) else {
            weight.invalid += count;
            continue;
        };
        let [a, b] = stores;
        let (old, new) = (select(a, &envelope, false)?, select(b, &envelope, false)?);
        let open = |s: &Selection<'_>| matches!(s.decision, Decision::Undecided { .. });
        if open(&old) || open(&new) {
            weight.undecided += 1;
            continue;
        }
        if old.decision.same_mail(&new.decision) {
            continue;
        }
        weight.changed += 1;
        weight.changed_total += count;
        let domain = Visible(&envelope.host().to_ascii_lowercase()).to_string();
        *domains.entry(domain).or_default() += 1;
        if let Some(list) = &mut weight.list {
            let answer = |store: &dyn Store, selection| {
                let table = &store.document().table;
                Answer::new(record.recipient, selection, table, Mask::Blind, false)
            };
            let sender = match record.sender {
                Some(Sender::Address(sender)) => Some(sender.to_vec()),
                Some(Sender::Null) => Some(Vec::new()),
                Some(Sender::Unknown) | None => None,
            };
            list.push(Listed {
                mail: Mail {
                    recipient: record.recipient.to_vec(),
                    sender,
                    subject: record.subject.map(<[u8]>::to_vec),
                    direction,
                },
                count: *count,
                old: answer(a, old),
                new: answer(b, new),
            });
        }
    }
    weight.domains = domains.into_iter().collect();
    weight
        .domains
        .sort_by(|(a, x), (b, y)| y.cmp(x).then_with(|| a.cmp(b)));
    Ok(weight)
}
