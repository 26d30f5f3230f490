//! A relay that is this host.

use crate::diagnostic::{EVERY, RuleInfo, Severity};
use crate::lint::{Check, Report, Rule, Survey};
use crate::lookup::{Literal, parse_literal};
use crate::model::{Action, Domain, Hop, HopLookup, Port, Protocol, RouteView};
use crate::nexthop::Own;
use crate::source::{Visible, masked};

/// The rule.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        name: "loop-self",
        summary: "the relay is this host itself, on the port that mail comes in by",
        severity: Severity::Error,
        on: true,
        formats: EVERY,
        explanation: "\
The line sends mail from this host to this host. When a route names a relay, qmail-remote does not
ask whether that is itself: the check for mail that loops back exists for MX records only. So the
message is handed to the local SMTP server, queued again, and meets the same line again, until it
has too many Received lines and bounces, or it is refused at once because the domain is not in
rcpthosts. 127.0.0.0/8, 0.0.0.0, ::1 and `localhost` are this host, and so is what --own names.

Bad:

    example.org:127.0.0.1
    example.org:localhost:25

Good: a program that takes mail on another port, such as a content filter:

    example.org:localhost:10025

Good: a domain that this host keeps is in locals or virtualdomains and needs no route.",
    },
    harmless: None,
    check: Check::Routes(check),
};

fn check(survey: &Survey<'_>, report: &mut Report<'_>) {
    let document = survey.reading.document();
    let is_own = own_names(survey);
    for route in survey.own() {
        let Some(at) = survey.hop(route).and_then(|hop| smtp(&hop)) else {
            continue;
        };
        let name = document.bytes(at);
        if !is_own(name) || implicit_tls(route) {
            continue;
        }
        // A line that never decides sends nothing anywhere.
        let host = match report.is_full() {
            true => Some(Vec::new()),
            false => survey.reached(route),
        };
        let Some(host) = host else {
            continue;
        };
        report.add(Severity::Error, at, |mut finding| {
            finding.message = format!("the relay `{}` is this host", Visible(&masked(name)));
            finding.effect = format!(
                "mail for {} comes back to this host, again and again until it bounces, or is refused here",
                Visible(&host)
            );
            finding.help = Some("name another host, or the port of the program that is meant".to_owned());
            finding
        });
    }
}

/// Whether a relay is this host: by its address, as the product reads it, or by name.
pub(super) fn own_names<'a>(survey: &Survey<'a>) -> impl Fn(&[u8]) -> bool + use<'a> {
    let names = survey.reading.own;
    let mut own = Own::default();
    for name in names {
        match std::str::from_utf8(name).ok().and_then(|text| text.parse().ok()) {
            Some(address) => own.add_address(address),
            None => {
                if let Ok(name) = Domain::new(name) {
                    own.add_name(name);
                }
            }
        }
    }
    let literals = survey.reading.document().table.product.literals;
    let longest = names.iter().map(Vec::len).max().unwrap_or(0);
    move |name| {
        let may_be_address = name.first().is_some_and(|b| b.is_ascii_digit() || b"[:".contains(b));
        if may_be_address && let Literal::Address(address) = parse_literal(literals, name) {
            return own.has_address(address);
        }
        let name = name.strip_suffix(b".").unwrap_or(name);
        name.eq_ignore_ascii_case(b"localhost")
            || name.len() <= longest && Domain::new(name).is_ok_and(|name| own.has_name(&name))
    }
}

fn implicit_tls(route: RouteView<'_>) -> bool {
    matches!(route.action(), Action::Relay { tls, .. } if tls.implicit)
}

/// The name of a hop by SMTP on port 25.
fn smtp(hop: &Hop) -> Option<crate::source::Text> {
    let port = hop.port.unwrap_or(Port::SMTP).wire();
    match hop.lookup {
        HopLookup::Address(text) | HopLookup::MxOf(text)
            if port == 25 && hop.protocol == Protocol::Smtp =>
        {
            Some(text)
        }
        _ => None,
    }
}
