//! A relay that is a key too.

use std::borrow::Cow;

use hashbrown::HashSet;

use crate::diagnostic::{Finding, EVERY, RuleInfo, Severity};
use crate::lint::{Check, Complaint, Line, Reading, Rule};
use crate::lookup::equal;
use crate::model::{Action, Decision, DecisionKind, HopLookup, Target, Walk};
use crate::source::{Span, Visible, masked};

/// The rule.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        name: "relay-is-key",
        summary: "a relay is the domain itself, or a domain that has a route of its own",
        severity: Severity::Warning,
        on: true,
        formats: EVERY,
        explanation: "\
`example.org:example.org` does not mean that mail for example.org goes its usual way: a relay's
addresses are looked up, not its MX. Mail goes to the host that the name example.org itself belongs
to, which is often a web server. An empty relay is what means the usual way. Courier, which asks for
the MX of a relay, is not concerned.

A relay is never looked up in the table again. When `hub.example.net` is the relay of one line and
the key of another, mail of the first goes to the host hub.example.net, whatever the second says;
the second is for recipients at hub.example.net. That may be meant so, and is told for information.

Bad:

    example.org:example.org

Good:

    example.org:",
    },
    harmless: None,
    check: Check::LineAndTable(check, table),
};

fn check(line: &Line<'_>, reading: &Reading<'_>) -> Option<Complaint> {
    let notation = &reading.notation;
    let key = line.key();
    let relay = line.relay_range(notation);
    let has_letter = key.iter().any(u8::is_ascii_alphabetic);
    // With another port or with credentials, the host itself is meant.
    let more = line.port(notation).is_some_and(|port| port != b"25")
        || line.credentials_range(notation).is_some();
    if !line.is_route() || !has_letter || more || !line.bytes[relay.clone()].eq_ignore_ascii_case(key) {
        return None;
    }
    // Courier asks for the MX of the name, which is what is wanted.
    if reading.select(key)?.decision.kind() != DecisionKind::Static {
        return None;
    }
    let message = "the relay is the domain itself, whose addresses are looked up and not its MX";
    let complaint = Complaint::new(relay.clone(), message);
    let walk = reading.stage()?.semantics.walk;
    if walk == Walk::SuffixesWithoutDot {
        // An empty relay is the empty name there.
        return Some(complaint.help("delete the line: the mail then goes to the MX, unless another line takes it"));
    }
    let meant = line.with(relay.start..line.value_range().end, b"");
    Some(complaint.meant(meant).unsafe_fix())
}

/// Relays that another line sends elsewhere, each where it stands first.
fn table(reading: &Reading<'_>, found: &mut Vec<Finding>) {
    let unconditional = reading.stage().filter(|stage| !stage.conditional);
    let Some(case) = unconditional.map(|stage| stage.semantics.key_case) else {
        return;
    };
    let document = reading.document();
    let mut seen: HashSet<&[u8]> = HashSet::new();
    let mut before: &[u8] = b"";
    for route in reading.routes() {
        let hop = route.only_hop().or_else(|| match route.action() {
            Action::Relay { hops, .. } => hops.first().copied(),
            _ => None,
        });
        let Some(HopLookup::Address(text) | HopLookup::MxOf(text)) = hop.map(|hop| hop.lookup)
        else {
            continue;
        };
        let relay = document.bytes(text);
        // Tables have few relays, many times in a row.
        if relay == before {
            continue;
        }
        before = relay;
        if !seen.insert(relay) || !relay.iter().any(u8::is_ascii_alphabetic) {
            continue;
        }
        if equal(case, relay, route.key()) {
            continue;
        }
        if let Some((other, to)) = elsewhere(relay, reading) {
            found.push(finding(relay, text, other, &to, reading));
        }
    }
}

/// The line that has `relay` as its key and decides about it, with another host as its relay.
fn elsewhere(relay: &[u8], reading: &Reading<'_>) -> Option<(Span, Vec<u8>)> {
    let hit = reading
        .store
        .best(reading.stage_id(), &[Cow::Borrowed(relay)])
        .ok()??;
    let other = hit.found.view().origin();
    let Decision::Relay(decision) = reading.select(relay)?.decision else {
        return None;
    };
    match &decision.hops.first()?.target {
        // To exempt a relay from the default route is ordinary.
        Target::OwnMx(_) => None,
        Target::Address(name) | Target::MxOf(name) => {
            (!name.is_empty() && !name.eq_ignore_ascii_case(relay)).then(|| (other, name.clone()))
        }
    }
}

fn finding(relay: &[u8], at: Span, other: Span, to: &[u8], reading: &Reading<'_>) -> Finding {
    let [shown, to] = [relay, to].map(|name| Visible(&masked(name)).to_string());
    let place = reading.document().input.place(other);
    let line = place.map_or(0, |place| place.line);
    let message = format!("the relay {shown} has a route of its own");
    let effect = format!(
        "mail goes to the host {shown} and not on to {to}: the relay is not looked up in this table again, and line {line} is for recipients at {shown}"
    );
    Finding::new(RULE.info.name, Severity::Info, at, message)
        .effect(effect)
        .label(other, "the route of the relay's name")
}
