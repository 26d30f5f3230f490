//! Selecting the route for an envelope.

use std::borrow::Cow;

use super::carry::{carry_out, unmatched};
use super::conditional::{self, Open, settle};
use super::envelope::{Envelope, Recipient, Sender, host_of};
use super::key::{equal, keys_of};
use super::store::{Found, Store, StoreError};
use super::trail::{Step, conditional_steps, steps};
use super::unknown;
use crate::model::{
    Assumption, Choice, Decision, Failure, FailureKind, FileVerdict, HostLiterals, KeyCase,
    LiteralRule, Need, NextHop, Product, Relay, Semantics, Stage, StageId, Subject, Target,
    Variation, Walk,
};
use crate::model::{Literal, parse_literal};

/// The answer for one envelope.
#[derive(Clone, Debug)]
pub struct Selection<'s> {
    /// What happens to the mail.
    pub decision: Decision,
    /// The route that decided; `None` when none did.
    pub route: Option<Found<'s>>,
    /// How the answer came about; empty unless asked for.
    pub trail: Vec<Step>,
}

impl Selection<'_> {
    fn without_route(decision: Decision) -> Self {
        Selection {
            decision,
            route: None,
            trail: Vec::new(),
        }
    }
}

/// Decides `envelope` by the routes of `store`.
///
/// Stages are asked in order; in each the keys of its walk are tried and the winner is carried out, unless it says to go
/// on. Without a route the product's default applies: the MX of the recipient's domain. A sender or local part that is
/// not known makes the decision [`Decision::Undecided`] when, and only when, the answer depends on it; so do a subject, a
/// direction, and a regular expression that the store cannot evaluate. With `explain` the selection carries its trail.
///
/// # Errors
/// [`StoreError`] when the store cannot read.
pub fn select<'s>(
    store: &'s dyn Store,
    envelope: &Envelope<'_>,
    explain: bool,
) -> Result<Selection<'s>, StoreError> {
    select_otherwise(store, envelope, explain, None)
}

/// As [`select`], by the table read as `variation` says.
fn select_otherwise<'s>(
    store: &'s dyn Store,
    envelope: &Envelope<'_>,
    explain: bool,
    variation: Option<&Variation>,
) -> Result<Selection<'s>, StoreError> {
    let document = store.document();
    if let FileVerdict::DeferAll {
        report, kind, text, ..
    } = &document.table.verdict
    {
        let failure = Failure {
            kind: *kind,
            report: report.clone(),
            temporary: true,
            text: text.clone(),
        };
        return Ok(Selection::without_route(Decision::Failure(failure)));
    }
    let decided = effective(store, envelope, |envelope| {
        let asked = Asked {
            envelope,
            explain,
            variation,
        };
        if let Some(needs) = unknown::needs(store, asked)? {
            return Ok(Selection::without_route(Decision::Undecided { needs }));
        }
        walk_stages(store, asked)
    });
    decided.unwrap_or_else(|| {
        Ok(Selection::without_route(Decision::Undecided {
            needs: vec![Need::Recipient],
        }))
    })
}

/// What `then` makes of the envelope as the stages see it: `%` undone, a final dot dropped. `None` when the recipient is to be
/// rewritten and is not known.
pub(super) fn effective<T>(
    store: &dyn Store,
    envelope: &Envelope<'_>,
    then: impl FnOnce(&Envelope<'_>) -> T,
) -> Option<T> {
    let rewritten;
    let envelope = match undo_percent(store, envelope) {
        Percent::Unchanged => envelope,
        Percent::NeedsRecipient => return None,
        Percent::Rewritten(address) => {
            rewritten = address;
            &Envelope {
                recipient: Recipient::Address(&rewritten),
                ..*envelope
            }
        }
    };
    Some(match without_final_dot(store, envelope.recipient) {
        None => then(envelope),
        Some(recipient) => then(&Envelope {
            recipient,
            ..*envelope
        }),
    })
}

/// The assumptions of the document that `decision`, made for `envelope`, rests on: those without which it would be another.
///
/// # Errors
/// As [`select`].
pub fn rests_on<'s>(
    store: &'s dyn Store,
    envelope: &Envelope<'_>,
    decision: &Decision,
) -> Result<Vec<&'s Assumption>, StoreError> {
    let mut found = Vec::new();
    for assumption in &store.document().assumptions {
        let otherwise = select_otherwise(store, envelope, false, Some(&assumption.otherwise))?;
        if !otherwise.decision.same_mail(decision) {
            found.push(assumption);
        }
    }
    Ok(found)
}

/// What is asked of the stages.
#[derive(Clone, Copy)]
pub(super) struct Asked<'a, 'e> {
    pub envelope: &'a Envelope<'e>,
    pub explain: bool,
    pub variation: Option<&'a Variation>,
}

impl Asked<'_, '_> {
    /// How `stage` matches.
    pub fn semantics(&self, id: StageId, stage: &Stage) -> Semantics {
        match self.variation {
            Some(&Variation::Semantics(of, semantics)) if of == id => semantics,
            _ => stage.semantics,
        }
    }
}

/// Decides an envelope of which everything is known that keys alone are made of.
pub(super) fn walk_stages<'s>(
    store: &'s dyn Store,
    asked: Asked<'_, '_>,
) -> Result<Selection<'s>, StoreError> {
    let Asked {
        envelope,
        explain,
        variation,
    } = asked;
    let product = store.document().table.product;
    let host = envelope.host();
    let mut trail = Vec::new();
    let mut open = Vec::new();
    for (id, stage) in store.document().table.stages().iter().enumerate() {
        if product.host_literals == HostLiterals::NeverRouted && host.first() == Some(&b'[') {
            return Ok(Selection::without_route(never_routed(host)));
        }
        // A trail shows the keys of an empty stage too: a store that searches text cannot tell before it has looked.
        if !explain && store.is_empty(id) {
            continue;
        }
        let semantics = asked.semantics(id, stage);
        let Some(subject) = subject_of(&semantics, envelope) else {
            continue;
        };
        let keys = keys_of(&semantics, &subject);
        if stage.conditional || variation.is_some() {
            let outcome = conditional::ask(store, id, &semantics, &keys, envelope, variation)?;
            if explain {
                trail.extend(conditional_steps(
                    store,
                    id,
                    &keys,
                    asked,
                    outcome.sure.as_ref(),
                )?);
            }
            open.extend(outcome.open);
            if let Some((hit, decision)) = outcome.sure {
                return Ok(settled(open, decision, Some(hit.found), trail, variation));
            }
            continue;
        }
        let best = store.best(id, &keys)?;
        let decision = best
            .as_ref()
            .and_then(|hit| carry_out(hit.found.view(), host));
        if explain {
            let falls_through = best.is_some() && decision.is_none();
            let steps = steps(store, id, &keys, best.as_ref(), falls_through)?;
            // A key with NUL stands for a sender or local part that is not known.
            trail.extend(steps.into_iter().filter(|s| s.key.first() != Some(&0)));
        }
        if let (Some(hit), Some(decision)) = (best, decision) {
            return Ok(settled(open, decision, Some(hit.found), trail, variation));
        }
    }
    let product = match variation {
        Some(&Variation::Unmatched(unmatched)) => Product {
            unmatched,
            ..product
        },
        _ => product,
    };
    let last = unmatched(product, host);
    Ok(settled(open, last, None, trail, variation))
}

/// The selection of a decision that is made unless something of `open` decides.
fn settled<'s>(
    open: Vec<Open>,
    mut last: Decision,
    route: Option<Found<'s>>,
    trail: Vec<Step>,
    variation: Option<&Variation>,
) -> Selection<'s> {
    if variation == Some(&Variation::AnyOrder)
        && let Decision::Relay(relay) = &mut last
    {
        let unknown = relay.hops.iter().any(|hop| hop.preference.is_none());
        if relay.choice == Choice::InOrder || (relay.choice == Choice::ByPreference && unknown) {
            relay.choice = Choice::ByPreference;
            relay.hops.iter_mut().for_each(|hop| hop.preference = None);
        }
    }
    let decision = settle(open, last);
    let undecided = matches!(decision, Decision::Undecided { .. });
    Selection {
        decision,
        route: route.filter(|_| !undecided),
        trail,
    }
}

/// What the keys of `stage` are made of; `None` when the stage is not asked for this envelope.
pub(super) fn subject_of<'e>(
    semantics: &Semantics,
    envelope: &Envelope<'e>,
) -> Option<Cow<'e, [u8]>> {
    match (semantics.subject, envelope.sender) {
        (Subject::Host, _) => Some(Cow::Borrowed(envelope.host())),
        // The answer is the same for every sender; but this stage may be what gives it to all of them. A sender that no key
        // but the empty one takes stands for all: no sender holds a NUL.
        (Subject::Sender, Sender::Unknown) if semantics.walk == Walk::NullSender => None,
        (Subject::Sender, Sender::Unknown) => Some(Cow::Borrowed(b"\0")),
        (Subject::Sender, Sender::Null) => Some(Cow::Borrowed(b"")),
        // The bounce route is asked for the null sender only.
        (Subject::Sender, Sender::Address(_)) if semantics.walk == Walk::NullSender => None,
        (Subject::Sender, Sender::Address(address)) => Some(Cow::Borrowed(address)),
        (Subject::Recipient, sender) => match envelope.recipient {
            // indimail discards the recipient's own route for a bounce (qmail-remote.c:3381-3395).
            _ if semantics.walk == Walk::Exact && sender == Sender::Null => None,
            Recipient::Address(address) => Some(Cow::Borrowed(address)),
            // An address with a local part that no key has: no local part holds a NUL.
            Recipient::Domain(host) => Some(Cow::Owned([b"\0@", host].concat())),
            Recipient::Host(_) => None,
        },
    }
}

/// A recipient's address literal that never meets the table (Qsmtp `conn.c:160-192`).
fn never_routed(host: &[u8]) -> Decision {
    let inner = host.strip_prefix(b"[").and_then(|h| h.strip_suffix(b"]"));
    match inner.map(|text| parse_literal(LiteralRule::Plain, text)) {
        Some(Literal::Address(address)) => Decision::Relay(Relay::to(NextHop::to(
            Target::OwnMx(host.to_vec()),
            Some(address),
        ))),
        _ => Decision::Failure(Failure {
            kind: FailureKind::BadAddress,
            report: b"Z4.3.0 parse error in first argument\n\0".to_vec(),
            temporary: true,
            text: "the recipient's address literal is malformed; the mail is deferred".to_owned(),
        }),
    }
}

/// The recipient without the dot at its end, for products that drop it.
fn without_final_dot<'e>(store: &dyn Store, recipient: Recipient<'e>) -> Option<Recipient<'e>> {
    if !store.document().table.product.drops_final_dot {
        return None;
    }
    match recipient {
        Recipient::Address(address) => address.strip_suffix(b".").map(Recipient::Address),
        Recipient::Domain(host) => host.strip_suffix(b".").map(Recipient::Domain),
        Recipient::Host(_) => None,
    }
}

enum Percent {
    Unchanged,
    NeedsRecipient,
    Rewritten(Vec<u8>),
}

/// Undoes `user%host@domain` while the domain is one of percenthack (notqmail `qmail-send.c:130-137`).
fn undo_percent(store: &dyn Store, envelope: &Envelope<'_>) -> Percent {
    let document = store.document();
    let listed = |host: &[u8]| {
        document
            .percenthack
            .iter()
            .any(|&text| equal(KeyCase::AsciiInsensitive, document.bytes(text), host))
    };
    match envelope.recipient {
        Recipient::Host(_) => Percent::Unchanged,
        Recipient::Domain(host) if listed(host) => Percent::NeedsRecipient,
        Recipient::Domain(_) => Percent::Unchanged,
        Recipient::Address(address) => {
            let mut address = Cow::Borrowed(address);
            while listed(host_of(&address)) {
                let at = address
                    .iter()
                    .rposition(|&b| b == b'@')
                    .unwrap_or(address.len());
                let Some(percent) = address[..at].iter().rposition(|&b| b == b'%') else {
                    break;
                };
                let mut shorter = address[..at].to_vec();
                shorter[percent] = b'@';
                address = Cow::Owned(shorter);
            }
            match address {
                Cow::Borrowed(_) => Percent::Unchanged,
                Cow::Owned(address) => Percent::Rewritten(address),
            }
        }
    }
}
