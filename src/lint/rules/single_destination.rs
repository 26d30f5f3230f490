//! A destination without a second.

use std::collections::HashMap;

use crate::diagnostic::{EVERY, RuleInfo, Severity};
use crate::lint::{Check, Report, Rule, Survey};
use crate::lookup::{Literal, parse_literal};
use crate::model::{Action, Domain, Hop, HopLookup, RouteView};
use crate::source::{Text, Visible, masked};

/// The rule.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        name: "single-destination",
        summary: "routes depend on one host: while it is down, their mail waits",
        severity: Severity::Info,
        on: false,
        formats: EVERY,
        explanation: "\
A route names one relay, and no product tries a second one when it does not answer. An IP address is
one host for certain. A name may have several A records, which are all tried; whether it has is
known to DNS and not to the file. Each destination is reported once, at its first line, with the
number of routes that depend on it. Courier looks up the MX of a relay, which may be several hosts,
and is not asked about names.

To be noted:

    example.org:192.0.2.25

Better: a name with the addresses of two hosts:

    example.org:mx.example.net",
    },
    harmless: None,
    check: Check::Routes(check),
};

fn check(survey: &Survey<'_>, report: &mut Report<'_>) {
    let literals = survey.reading.document().table.product.literals;
    let wanted = |_: RouteView<'_>, name: &[u8], hop: &Hop| {
        matches!(hop.lookup, HopLookup::Address(_)) || parse_literal(literals, name) != Literal::Name
    };
    for destination in destinations(survey, wanted) {
        report.add(Severity::Info, destination.at, |mut finding| {
            let name = survey.reading.document().bytes(destination.at);
            let is_name = parse_literal(literals, name) == Literal::Name;
            let routes = match destination.routes {
                1 => "one route".to_owned(),
                n => format!("{n} routes"),
            };
            let shown = Visible(&masked(name)).to_string();
            finding.message = format!("`{shown}` is the only destination of {routes}");
            let unless = match is_name {
                true => ", unless its name has other addresses",
                false => "",
            };
            finding.effect = format!("while {shown} is down their mail waits in the queue{unless}");
            finding
        });
    }
}

/// A host that routes send mail to.
pub(super) struct Destination {
    /// Where it is named first.
    pub at: Text,
    /// How many routes name it.
    pub routes: usize,
}

/// The hosts that routes send mail to and that are `wanted`, in the order of the file. What can be no host is left out.
pub(super) fn destinations<'a>(
    survey: &Survey<'a>,
    wanted: impl Fn(RouteView<'_>, &[u8], &Hop) -> bool,
) -> Vec<Destination> {
    let document = survey.reading.document();
    let mut known: HashMap<(Vec<u8>, u16), usize> = HashMap::new();
    let mut found: Vec<Destination> = Vec::new();
    for route in survey.own() {
        let Action::Relay { hops, .. } = route.action() else {
            continue;
        };
        for hop in &hops {
            let (HopLookup::Address(text) | HopLookup::MxOf(text)) = hop.lookup else {
                continue;
            };
            let name = document.bytes(text);
            let literals = document.table.product.literals;
            let possible = match parse_literal(literals, name) {
                Literal::Address(_) => true,
                Literal::Name => Domain::new(name).is_ok(),
                Literal::Refused => false,
            };
            if !possible || !wanted(route, name, hop) {
                continue;
            }
            let port = hop.port.map_or(25, crate::model::Port::wire);
            let at = *known
                .entry((name.to_ascii_lowercase(), port))
                .or_insert(found.len());
            match found.get_mut(at) {
                Some(destination) => destination.routes += 1,
                None => found.push(Destination {
                    at: text,
                    routes: 1,
                }),
            }
        }
    }
    found
}
