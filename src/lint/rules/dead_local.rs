//! A route for mail that is kept on this host.

use std::collections::HashSet;

use crate::diagnostic::{Finding, RuleInfo, Severity};
use crate::lint::{Check, Rule, Site};
use crate::lookup::{Envelope, Recipient, Selection, Sender, select};
use crate::model::{Action, Decision, HopLookup, RouteView, Subject, Walk};
use crate::source::Visible;

/// The rule.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        name: "dead-local",
        summary: "a route is for a domain that is local, so that it is never used",
        severity: Severity::Warning,
        on: true,
        formats: &["smtproutes"],
        explanation: "\
qmail-send decides first what is kept on this host: domains in `locals` (without that file: the name
in `me`) and in `virtualdomains`. It starts qmail-remote for the rest only, so that a route for a
local domain is never asked for. Whoever wrote the route wants its mail elsewhere, and it stays
here.

`locals` is about exactly the domains in it; `.example.org` in virtualdomains is about all hosts
below. A domain of which only some users are virtual keeps its route, and so does a class of hosts
of which one is not local.

Bad:

    smtproutes:  example.org:mx.example.net     locals:  example.org

Good: take it out of locals (and keep it in rcpthosts), or delete the route.",
    },
    harmless: None,
    check: Check::Site(check),
};

/// Longest name that a host has.
const MOST_OF_A_NAME: usize = 255;

/// Hosts with rules of their own that are looked at for one key, and for all.
const MOST_EXCEPTIONS: usize = 1000;
const MOST_QUESTIONS: usize = 1_000_000;

fn check(site: &Site<'_>, found: &mut Vec<Finding>) {
    let stages = site.system.document().table.stages();
    let keeps = |id: usize| {
        let stage = &stages[id];
        stage.first < stage.end
    };
    if !(0..stages.len()).any(keeps) || !site.products.iter().any(|product| product.system) {
        return;
    }
    let mut question = Question {
        site,
        names: names(site),
        lower: Vec::new(),
        exceptions: exceptions(site),
        left: MOST_QUESTIONS,
    };
    for route in site.reading.routes() {
        found.extend(question.dead(route));
    }
}

struct Question<'s, 'a> {
    site: &'s Site<'a>,
    /// Hosts and classes of hosts that virtualdomains speaks of by itself, spelled backwards in lower case, sorted.
    exceptions: Vec<Vec<u8>>,
    left: usize,
    /// The domains that `locals` and `virtualdomains` speak of, in lower case.
    names: HashSet<Vec<u8>>,
    lower: Vec<u8>,
}

impl Question<'_, '_> {
    fn dead(&mut self, route: RouteView<'_>) -> Option<Finding> {
        let key = route.key();
        // Keys that no host has are the business of other rules.
        let is_name = key.iter().all(|b| b.is_ascii_graphic() && !b"!@*".contains(b));
        if !is_name || key.len() > MOST_OF_A_NAME {
            return None;
        }
        if !self.may_be_kept(key) {
            return None;
        }
        let walk = self.site.reading.stage()?.semantics.walk;
        let (exact, below) = match (walk, key.first()) {
            (Walk::DotSuffixes, Some(b'.')) => (None, Some(key)),
            (Walk::DotSuffixes | Walk::SuffixesWithoutDot, None) => (None, Some(key)),
            (Walk::SuffixesWithoutDot, Some(b'.')) => return None,
            (Walk::SuffixesWithoutDot, _) => (Some(key), Some(key)),
            _ => (Some(key), None),
        };
        let mut place = None;
        if let Some(host) = exact {
            place = Some(kept(self.site, host)?);
        }
        if let Some(suffix) = below {
            let dot = if suffix.first() == Some(&b'.') { &b""[..] } else { b"." };
            let class = [dot, suffix].concat();
            let witness = [b"a-name-of-its-own", class.as_slice()].concat();
            let of_class = kept(self.site, &witness)?;
            place = place.or(Some(of_class));
            if !self.keeps_all(&class, route) {
                return None;
            }
        }
        Some(finding(self.site, route, place?))
    }

    /// False when neither the domain of `key` nor one above it is spoken of: most routes need no question.
    fn may_be_kept(&mut self, key: &[u8]) -> bool {
        self.lower.clear();
        self.lower.extend(key.iter().map(u8::to_ascii_lowercase));
        let lower = self.lower.as_slice();
        let above = memchr::memchr_iter(b'.', lower).map(|dot| &lower[dot + 1..]);
        std::iter::once(lower)
            .chain(above)
            .chain([&b""[..]])
            .any(|name| self.names.contains(name))
    }

    /// Whether all hosts below `suffix` that virtualdomains has something of its own for, and that come to `route`, are kept.
    fn keeps_all(&mut self, suffix: &[u8], route: RouteView<'_>) -> bool {
        let backwards: Vec<u8> = suffix.iter().rev().map(u8::to_ascii_lowercase).collect();
        // The empty key is about all hosts.
        let backwards = if backwards == b"." { Vec::new() } else { backwards };
        let start = self
            .exceptions
            .partition_point(|other| other.as_slice() < backwards.as_slice());
        let mut looked = 0;
        while let Some(exception) = self
            .exceptions
            .get(start + looked)
            .filter(|other| other.starts_with(&backwards))
        {
            looked += 1;
            if looked > MOST_EXCEPTIONS || self.left == 0 {
                return false;
            }
            self.left -= 1;
            let mut host: Vec<u8> = exception.iter().rev().copied().collect();
            if host.first() == Some(&b'.') {
                host = [b"a-name-of-its-own", host.as_slice()].concat();
            }
            let comes_here = self
                .site
                .reading
                .best(&host)
                .is_some_and(|hit| hit.found.view().index() == route.index());
            if comes_here && kept(self.site, &host).is_none() {
                return false;
            }
        }
        true
    }
}

/// The domains of all keys of qmail-send's files, without a dot before them.
fn names(site: &Site<'_>) -> HashSet<Vec<u8>> {
    let document = site.system.document();
    document
        .routes()
        .map(|route| {
            let key = route.key();
            let host = key.iter().rposition(|&b| b == b'@').map_or(0, |at| at + 1);
            let host = &key[host..];
            host.strip_prefix(b".").unwrap_or(host).to_ascii_lowercase()
        })
        .collect()
}

/// The hosts of the keys of virtualdomains that do not keep mail.
fn exceptions(site: &Site<'_>) -> Vec<Vec<u8>> {
    let document = site.system.document();
    let mut hosts: Vec<Vec<u8>> = document
        .table
        .stages()
        .iter()
        .filter(|stage| stage.semantics.subject == Subject::Recipient)
        .flat_map(|stage| stage.first..stage.end)
        .map(|index| document.route(index))
        .filter(|route| route.action() != Action::Local)
        .map(|route| {
            let key = route.key();
            let host = key.iter().rposition(|&b| b == b'@').map_or(0, |at| at + 1);
            key[host..].iter().rev().map(u8::to_ascii_lowercase).collect()
        })
        .collect();
    hosts.sort_unstable();
    hosts.dedup();
    hosts
}

/// What keeps all mail for `host` on this host.
fn kept<'a>(site: &Site<'a>, host: &[u8]) -> Option<Selection<'a>> {
    let envelope =
        Envelope::new(Recipient::Domain(host), Sender::Address(b"someone@elsewhere.invalid"));
    let selection = select(site.system, &envelope, false).ok()?;
    (selection.decision == Decision::Local).then_some(selection)
}

fn finding(site: &Site<'_>, route: RouteView<'_>, by: Selection<'_>) -> Finding {
    let key = Visible(route.key());
    let what = match route.key() {
        b"" => "all mail".to_owned(),
        [b'.', below @ ..] => format!("mail for hosts below {}", Visible(below)),
        _ => format!("mail for {key}"),
    };
    // A route to the own MX only takes the domain out of a wider one: nobody waits for its mail elsewhere.
    let is_exception = match route.action() {
        Action::Relay { hops, .. } => hops.iter().all(|hop| hop.lookup == HopLookup::OwnMx),
        _ => false,
    };
    let severity = match is_exception {
        true => Severity::Info,
        false => Severity::Warning,
    };
    let origin = by.route.as_ref().map(|found| found.view().origin());
    let place = origin.and_then(|origin| {
        let file = site.system.document().input.file_of(origin)?;
        Some((site.moved(origin)?, file.name.as_str()))
    });
    let file = place.map_or("virtualdomains", |(_, name)| name);
    let message = match file {
        "me" => format!("{what} is local, by the name in me, and has a route"),
        file => format!("{what} is local, by {file}, and has a route"),
    };
    let mut finding = Finding::new("dead-local", severity, route.key_text(), message)
        .effect(format!("{what} stays on this host: the route is never asked for"));
    if let Some((span, _)) = place {
        finding = finding.label(span, "keeps it here");
    }
    match (is_exception, file) {
        (true, _) => finding.help("delete the route"),
        (false, "me") => finding.help("write a file locals without it, or delete the route"),
        (false, _) => finding.help(format!("take it out of {file}, or delete the route")),
    }
}
