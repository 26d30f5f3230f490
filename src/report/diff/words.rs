//! Where mail goes, in words.

use std::fmt::Write;

use crate::model::{Choice, Decision, NextHop, Protocol, Relay, Target};
use crate::report::{Answer, Mask};
use crate::source::Visible;

/// Where mail went and where it goes; the two texts differ.
pub(super) fn pair(old: &Answer, new: &Answer) -> [String; 2] {
    let [was, mut now] = [old, new].map(words);
    if was == now {
        now.push_str(rest(&old.decision, &new.decision));
    }
    [was, now]
}

/// Where the mail of `answer` goes.
pub(super) fn words(answer: &Answer) -> String {
    match &answer.decision {
        Decision::Relay(relay) => relay_words(relay),
        Decision::Local => "kept here".to_owned(),
        Decision::Backup => "held for another host (backup MX)".to_owned(),
        Decision::Reject {
            status,
            text,
            temporary,
        } => {
            let verb = if *temporary { "put off" } else { "refused" };
            format!(
                "{verb}: {} {}",
                Visible(status.as_bytes()),
                Visible(text.as_bytes())
            )
        }
        Decision::Discard => "dropped".to_owned(),
        Decision::Transport { name, nexthop } => match nexthop.is_empty() {
            true => format!("transport {}", Visible(name.as_bytes())),
            false => format!(
                "transport {} to {}",
                Visible(name.as_bytes()),
                Visible(nexthop.as_bytes())
            ),
        },
        Decision::NoRoute => "no route".to_owned(),
        Decision::Undecided { needs } => {
            let needs: Vec<&str> = needs.iter().map(|need| need.name()).collect();
            format!("undecided (it depends on {})", needs.join(", "))
        }
        Decision::Failure(failure) => {
            let then = if failure.temporary {
                "the mail waits"
            } else {
                "the mail bounces"
            };
            format!("error {}: {then}", failure.kind.name())
        }
    }
}

fn relay_words(relay: &Relay) -> String {
    let groups = relay.groups();
    let of_group = |group: &Vec<&NextHop>| {
        let hops: Vec<String> = group.iter().map(|hop| hop_words(hop)).collect();
        match (relay.choice, hops.len()) {
            (_, 1) | (Choice::InOrder, _) => hops.join(", "),
            (Choice::OneAtRandom, _) => format!("one of {}", hops.join(", ")),
            (Choice::RoundRobin, _) => format!("{} in turn", hops.join(", ")),
            (Choice::ByPreference, _) => format!("{} in any order", hops.join(", ")),
        }
    };
    let groups: Vec<String> = groups.iter().map(of_group).collect();
    let mut out = groups.join(", then ");
    let tls = relay.tls;
    for (set, text) in [
        (tls.starttls, ", by STARTTLS"),
        (tls.required, ", TLS required"),
        (tls.implicit, ", by TLS from the start"),
        (relay.credentials().is_some(), ", with credentials"),
    ] {
        if set {
            out.push_str(text);
        }
    }
    if !relay.resolvers.is_empty() {
        let servers: Vec<String> = relay
            .resolvers
            .iter()
            .map(|server| Visible(server).to_string())
            .collect();
        // Writing to a String cannot fail.
        let _ = write!(out, ", asking {}", servers.join(", "));
    }
    out
}

fn hop_words(hop: &NextHop) -> String {
    let name = |text: &[u8]| Visible(&Mask::Blind.text(text)).to_string();
    let port = hop.port.wire();
    let mut out = match (&hop.target, hop.literal) {
        (Target::OwnMx(_), None) if port == 25 => "the MX of its domain".to_owned(),
        (Target::OwnMx(_), None) => format!("the MX of its domain, port {port}"),
        (Target::OwnMx(_), Some(_)) => format!("the address itself, port {port}"),
        (Target::MxOf(of), _) => format!("the MX of {}, port {port}", name(of)),
        (Target::Address(host), literal) => {
            let shown = name(host);
            match literal {
                Some(address) if address.is_ipv6() => format!("[{address}]:{port}"),
                Some(address) => format!("{address}:{port}"),
                None if host.contains(&b':') => format!("{shown}, port {port}"),
                None => format!("{shown}:{port}"),
            }
        }
    };
    match hop.protocol {
        Protocol::Smtp => {}
        Protocol::Smtps => out.push_str(" (SMTPS)"),
        Protocol::Qmtp => out.push_str(" (QMTP)"),
        Protocol::Qmtps => out.push_str(" (QMTPS)"),
    }
    out
}

/// In what two decisions with the same words differ.
fn rest(old: &Decision, new: &Decision) -> &'static str {
    match (old, new) {
        (Decision::Relay(a), Decision::Relay(b)) => {
            let user = |relay: &Relay| -> Vec<bool> {
                let hops = relay.hops.iter();
                hops.map(|hop| hop.credentials.is_some()).collect()
            };
            let own = |relay: &Relay| {
                let first = relay.hops.first();
                first.is_some_and(|hop| matches!(hop.target, Target::OwnMx(_)))
            };
            if user(a).contains(&true) || user(b).contains(&true) {
                ", other ones"
            } else if a.families != b.families {
                ", by another IP version"
            } else if a.memory.unwrap_or_default() != b.memory.unwrap_or_default() {
                ", with another memory of time-outs"
            } else if own(a) && own(b) {
                ", under another name"
            } else {
                ", in another way"
            }
        }
        (Decision::Failure(a), Decision::Failure(b)) if a.temporary != b.temporary => {
            ", for another reason"
        }
        _ => ", in another way",
    }
}
