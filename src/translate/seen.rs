//! Decisions, as far as two products can mean the same by them.

use crate::lookup::Selection;
use crate::model::{Action, Decision, HopLookup, NextHop, Relay, Target};

/// What becomes of mail, without the name of its own domain.
#[derive(Clone, Debug)]
pub(super) enum Seen {
    /// As if there were no table: the MX of the recipient's domain, or what the product does with mail that no route takes.
    Default,
    /// Anything else.
    Said(Decision),
}

impl Seen {
    /// What `selection` comes to for mail to `host`.
    pub fn of(selection: &Selection<'_>, host: &[u8]) -> Self {
        match &selection.decision {
            // The name of the domain is refused before its MX is asked for.
            Decision::Failure(_) if is_by_own_mx(selection) => Seen::Default,
            other => Seen::of_decision(other, host),
        }
    }

    /// What a decision comes to for mail to `host`.
    pub fn of_decision(decision: &Decision, host: &[u8]) -> Self {
        match decision {
            Decision::NoRoute => Seen::Default,
            Decision::Relay(relay) => Seen::of_relay(relay, host),
            other => Seen::Said(other.clone()),
        }
    }

    fn of_relay(relay: &Relay, host: &[u8]) -> Self {
        let mut relay = relay.clone();
        for hop in &mut relay.hops {
            let own = match &hop.target {
                Target::OwnMx(_) => true,
                // The MX of a name is the domain's own for mail to that name.
                Target::MxOf(name) => name.eq_ignore_ascii_case(host),
                Target::Address(_) => false,
            };
            if own {
                hop.target = Target::OwnMx(Vec::new());
                hop.literal = None;
            }
        }
        let plain = Relay::to(NextHop::to(Target::OwnMx(Vec::new()), None));
        let relay = Decision::Relay(relay);
        match relay.same_mail(&Decision::Relay(plain)) {
            true => Seen::Default,
            false => Seen::Said(relay),
        }
    }

    /// True when both are the same.
    pub fn same(&self, other: &Seen) -> bool {
        match (self, other) {
            (Seen::Default, Seen::Default) => true,
            (Seen::Said(a), Seen::Said(b)) => a.same_mail(b),
            _ => false,
        }
    }

    /// True when no table decides.
    pub fn is_default(&self) -> bool {
        matches!(self, Seen::Default)
    }
}

/// The decision was to be the MX of the recipient's domain.
fn is_by_own_mx(selection: &Selection<'_>) -> bool {
    match &selection.route {
        None => {
            matches!(&selection.decision, Decision::Failure(failure) if failure.kind == crate::model::FailureKind::RejectedName)
        }
        Some(found) => match found.view().action() {
            Action::Relay { hops, .. } => hops.iter().all(|hop| hop.lookup == HopLookup::OwnMx),
            _ => false,
        },
    }
}
