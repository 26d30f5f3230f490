//! A domain that a relay hub routes and does not take mail for.

use std::collections::HashSet;

use crate::control::{cdb_records, entries};
use crate::diagnostic::{Finding, RuleInfo, Severity};
use crate::lint::{Check, Rule, Site};
use crate::lookup::keys;
use crate::model::{Action, HopLookup, RouteView, Walk};
use crate::source::{State, Visible};

/// The rule.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        name: "hub-without-rcpthosts",
        summary: "a domain has a route like others that are in rcpthosts, and is not there itself",
        severity: Severity::Warning,
        on: true,
        formats: &["smtproutes"],
        explanation: "\
A relay hub takes mail for its domains from outside and sends it on by smtproutes. It needs the
domain twice: in `rcpthosts` (or morercpthosts.cdb), so that qmail-smtpd takes the mail, and in
smtproutes, so that it goes to the right host. A domain that is in smtproutes only is refused at
RCPT.

A route alone does not make a hub: outgoing mail has routes too. This is said only where at least
two of the routed domains, and at least half of them, are in rcpthosts. Routes to the domain's own
MX do not count.

Bad:

    smtproutes:  a.example:mail.inside.example     rcpthosts:  a.example
                 b.example:mail.inside.example                 b.example
                 c.example:mail.inside.example

Good: c.example in rcpthosts too.",
    },
    harmless: None,
    check: Check::Site(check),
};

fn check(site: &Site<'_>, found: &mut Vec<Finding>) {
    let Some((_, rcpthosts)) = site.bytes("rcpthosts") else {
        return;
    };
    // What is not known may hold the domain.
    let more = site.file("morercpthosts.cdb").map(|file| &file.state);
    if !matches!(more, None | Some(State::Missing | State::Bytes(_)))
        || !site.products.iter().any(|product| product.system)
    {
        return;
    }
    let mut accepted: HashSet<Vec<u8>> = entries(rcpthosts)
        .into_iter()
        .map(|range| rcpthosts[range].to_ascii_lowercase())
        .collect();
    if let Some((_, cdb)) = site.bytes("morercpthosts.cdb") {
        accepted.extend(cdb_records(cdb).map(|(key, _)| cdb[key].to_vec()));
    }
    let is_accepted = |route: &RouteView<'_>| {
        let host = match route.key() {
            key @ [b'.', ..] => [b"a-name-of-its-own", key].concat(),
            key => key.to_vec(),
        };
        let host = host.to_ascii_lowercase();
        // The empty key is not asked for (rcpthosts.c:41-47).
        keys(Walk::DotSuffixes, &host)
            .iter()
            .any(|key| !key.is_empty() && accepted.contains(key.as_ref()))
    };
    let (listed, absent): (Vec<_>, Vec<_>) = site
        .reading
        .routes()
        .filter(|route| is_of_hub(route))
        .partition(is_accepted);
    if listed.len() < 2 || listed.len() < absent.len() {
        return;
    }
    let of = listed.len() + absent.len();
    for route in absent {
        let (what, verb) = match route.key() {
            [b'.', below @ ..] => (format!("hosts below {}", Visible(below)), "have"),
            key => (Visible(key).to_string(), "has"),
        };
        let are = if verb == "has" { "is" } else { "are" };
        found.push(
            Finding::new(
                "hub-without-rcpthosts",
                Severity::Warning,
                route.key_text(),
                format!(
                    "{what} {verb} a route and {are} not in rcpthosts, while {} of {of} routed domains are",
                    listed.len()
                ),
            )
            .effect(format!("mail for {what} from outside is refused at RCPT"))
            .help("list it in rcpthosts, or allow(hub-without-rcpthosts) if the route is for outgoing mail only"),
        );
    }
}

/// A route of a domain to a host, as those of a hub are.
fn is_of_hub(route: &RouteView<'_>) -> bool {
    let is_relay = match route.action() {
        Action::Relay { hops, .. } => hops.iter().all(|hop| match hop.lookup {
            HopLookup::OwnMx => false,
            HopLookup::MxOf(text) | HopLookup::Address(text) => !text.is_empty(),
        }),
        _ => false,
    };
    // Keys that no domain has are the business of other rules.
    let is_domain = route.key().iter().all(|b| b.is_ascii_graphic() && !b"!@*[]".contains(b));
    is_relay && is_domain && (1..=255).contains(&route.key().len())
}
