//! The hops of an answer, with DNS and without.

use crate::model::{Decision, NextHop, Target};
use crate::report::{Answer, Mask};

/// A host to show: its name, its address when that is known, and the port.
pub(super) struct Shown {
    pub host: Vec<u8>,
    pub ip: Option<std::net::IpAddr>,
    pub port: u16,
}

/// Group by group; inside a group any order. Hosts that only DNS names are missing without DNS.
pub(super) fn groups(answer: &Answer, mask: Mask) -> Vec<Vec<Shown>> {
    if let Some(plan) = &answer.plan {
        return plan
            .groups
            .iter()
            .map(|group| {
                let shown = group.iter().map(|candidate| Shown {
                    host: mask.text(candidate.host.as_bytes()).into_owned(),
                    ip: Some(candidate.ip),
                    port: candidate.port,
                });
                shown.collect()
            })
            .collect();
    }
    let Decision::Relay(relay) = &answer.decision else {
        return Vec::new();
    };
    let named = |hop: &&NextHop| matches!(hop.target, Target::Address(_)) || hop.literal.is_some();
    let shown = |hop: &NextHop| Shown {
        host: mask.text(hop.target.name()).into_owned(),
        // What qmail makes of `257.2.3.4` is not what is written.
        ip: hop.literal,
        port: hop.port.wire(),
    };
    let groups = relay.groups().into_iter();
    let shown = groups.map(|group| group.into_iter().filter(named).map(shown).collect());
    shown
        .filter(|group: &Vec<Shown>| !group.is_empty())
        .collect()
}
