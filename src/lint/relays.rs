//! The names that a table sends mail to, each once.

use std::collections::HashMap;

use super::Reading;
use crate::lookup::{Literal, parse_literal};
use crate::model::{
    Action, Domain, Families, Hop, HopLookup, NextHop, Port, Protocol, Relay, RouteView, Subject,
    Target,
};
use crate::source::{Span, Visible};

/// Dead routes looked at before a name counts as used by none.
const MOST_TRIES: u32 = 8;

/// Why a name is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Use {
    /// A route names it as its relay.
    Relay,
    /// A route sends to its MX.
    Domain,
    /// A route sends mail for it to its own MX.
    Exception,
    /// A route sends mail for it elsewhere.
    Routed,
}

/// A name to ask, and the routes that it is about.
#[derive(Clone, Debug)]
pub(super) struct Asked {
    pub use_: Use,
    pub name: Domain,
    /// What is planned.
    pub relay: Relay,
    /// Where the name stands first.
    pub span: Span,
    /// The mail of that route, in words.
    pub mail: String,
    /// Number of routes with this name.
    pub routes: usize,
    /// The first of them that goes to port 25.
    pub smtp: Option<(Span, String)>,
    is_live: bool,
    tries: u32,
}

impl Asked {
    /// `mail for a.example, and that of 3 more routes,`.
    pub fn whose(&self) -> String {
        match self.routes {
            0 | 1 => self.mail.clone(),
            2 => format!("{}, and that of another route,", self.mail),
            n => format!("{}, and that of {} more routes,", self.mail, n - 1),
        }
    }
}

/// The names of a table.
pub(super) struct Names {
    /// Those to ask, in the order of the table, relays first.
    pub asked: Vec<Asked>,
    /// Number of names beyond the limit, and where the first of them stands.
    pub left_out: Option<(usize, Span)>,
}

/// Collects at most `most` names that some route in use leads to. Names that cannot be in DNS, and addresses, are not
/// among them: rules of a line speak of those. With `routed`, the domains that have a relay follow, as far as there is room.
pub(super) fn names(reading: &Reading<'_>, most: usize, routed: bool) -> Names {
    let mut names = Collector {
        reading,
        most,
        names: Names {
            asked: Vec::new(),
            left_out: None,
        },
        known: HashMap::new(),
    };
    for route in reading.document().routes() {
        names.route(route);
    }
    if routed {
        for route in reading.routes() {
            names.routed(route);
        }
    }
    let mut names = names.names;
    names.asked.retain(|asked| asked.is_live);
    names
}

type Key = (Use, Domain, Option<Families>);

struct Collector<'a, 'r> {
    reading: &'r Reading<'a>,
    most: usize,
    names: Names,
    /// Numbers of the names; `None` beyond the limit.
    known: HashMap<Key, Option<usize>>,
}

impl Collector<'_, '_> {
    fn route(&mut self, route: RouteView<'_>) {
        let Action::Relay { hops, families, .. } = route.action() else {
            return;
        };
        for hop in hops {
            let document = self.reading.document();
            let (use_, name, span) = match hop.lookup {
                HopLookup::Address(text) => (Use::Relay, document.bytes(text), text),
                HopLookup::MxOf(text) => (Use::Domain, document.bytes(text), text),
                // The routes of a class of hosts are about no name in particular.
                HopLookup::OwnMx if is_domain(route.key()) => {
                    (Use::Exception, route.key(), route.key_text())
                }
                HopLookup::OwnMx => continue,
            };
            self.add(route, hop, use_, name, span, families);
        }
    }

    fn routed(&mut self, route: RouteView<'_>) {
        let is_relay = match route.action() {
            Action::Relay { hops, .. } => {
                hops.iter().all(|hop| hop.lookup != HopLookup::OwnMx) && !hops.is_empty()
            }
            _ => false,
        };
        if is_relay && is_domain(route.key()) {
            let hop = Hop::to(HopLookup::OwnMx);
            let (key, span) = (route.key(), route.key_text());
            self.add(route, hop, Use::Routed, key, span, None);
        }
    }

    fn add(
        &mut self,
        route: RouteView<'_>,
        hop: Hop,
        use_: Use,
        name: &[u8],
        span: Span,
        families: Option<Families>,
    ) {
        let product = self.reading.document().table.product;
        let (Ok(domain), Literal::Name) =
            (Domain::new(name), parse_literal(product.literals, name))
        else {
            return;
        };
        // An address that the product does not take for one is no name either.
        let last = domain.as_str().rsplit('.').next().unwrap_or_default();
        if last.bytes().all(|b| b.is_ascii_digit()) {
            return;
        }
        let known = (use_, domain, families);
        let index = match self.known.get(&known) {
            Some(Some(index)) => *index,
            Some(None) => return,
            None if self.names.asked.len() >= self.most => {
                let left_out = self.names.left_out.get_or_insert((0, span));
                left_out.0 += 1;
                // Names beyond the limit are not kept: a name is counted again at each of its routes only if it is rare.
                if self.known.len() < self.most.saturating_mul(16) {
                    self.known.insert(known, None);
                }
                return;
            }
            None => {
                let asked = asked(&known, hop, name, span, route, self.reading);
                self.names.asked.push(asked);
                let index = self.names.asked.len() - 1;
                self.known.insert(known, Some(index));
                index
            }
        };
        let Some(asked) = self.names.asked.get_mut(index) else {
            return;
        };
        asked.routes += 1;
        if !asked.is_live && asked.tries < MOST_TRIES {
            asked.tries += 1;
            if is_live(self.reading, route) {
                asked.is_live = true;
                asked.span = span;
                asked.mail = mail(self.reading, route);
            }
        }
        let port = hop.port.unwrap_or(default_port(hop));
        if asked.smtp.is_none() && port.wire() == 25 && is_live(self.reading, route) {
            asked.smtp = Some((span, mail(self.reading, route)));
        }
    }
}

fn asked(
    known: &Key,
    hop: Hop,
    name: &[u8],
    span: Span,
    route: RouteView<'_>,
    reading: &Reading<'_>,
) -> Asked {
    let (use_, domain, families) = known;
    let name = name.to_vec();
    let target = match use_ {
        Use::Relay => Target::Address(name),
        Use::Domain => Target::MxOf(name),
        Use::Exception | Use::Routed => Target::OwnMx(name),
    };
    let mut relay = Relay::to(NextHop {
        port: hop.port.unwrap_or(default_port(hop)),
        protocol: hop.protocol,
        ..NextHop::to(target, None)
    });
    relay.families = *families;
    Asked {
        use_: *use_,
        name: domain.clone(),
        relay,
        span,
        mail: mail(reading, route),
        routes: 0,
        smtp: None,
        is_live: false,
        tries: 0,
    }
}

fn default_port(hop: Hop) -> Port {
    match hop.protocol {
        Protocol::Qmtp => Port::QMTP,
        _ => Port::SMTP,
    }
}

/// A key that is a domain, and not a class of hosts.
fn is_domain(key: &[u8]) -> bool {
    !matches!(key.first(), None | Some(b'.' | b'[')) && Domain::new(key).is_ok()
}

/// Whether some mail comes to `route`.
fn is_live(reading: &Reading<'_>, route: RouteView<'_>) -> bool {
    let document = reading.document();
    if document.table.stages().get(route.stage()) != reading.stage() {
        return true;
    }
    let witness = reading.witness(route.key());
    reading
        .best(&witness)
        .is_some_and(|hit| hit.found.view().index() == route.index())
}

/// The mail that a route is about.
fn mail(reading: &Reading<'_>, route: RouteView<'_>) -> String {
    let stages = reading.document().table.stages();
    let by_sender = stages
        .get(route.stage())
        .is_some_and(|stage| stage.semantics.subject == Subject::Sender);
    let key = Visible(route.key());
    match (by_sender, route.key()) {
        (true, b"!@") => "returned mail".to_owned(),
        (true, b"") => "mail from all other senders".to_owned(),
        (true, _) => format!("mail from {key}"),
        (false, b"") => "all mail without a route of its own".to_owned(),
        (false, [b'.', below @ ..]) => format!("mail for hosts below {}", Visible(below)),
        (false, _) => format!("mail for {key}"),
    }
}
