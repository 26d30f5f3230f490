//! Carrying out a route: from an action as stated to a decision with every default filled in.

use super::names::idn2_lookup;
use crate::model::{
    Action, Credentials, Decision, Document, Exchanger, Failure, FailureKind, Hop, HopLookup,
    LiteralRule, NameCheck, NextHop, Password, PasswordState, Port, Product, Protocol, Relay,
    RouteView, StatedCredentials, Target, Unmatched,
};
use crate::model::{Literal, parse_literal};
use crate::source::{Text, Visible, masked};

/// What `route` does with mail for `host`; `None` when it falls through.
pub fn carry_out(route: RouteView<'_>, host: &[u8]) -> Option<Decision> {
    let document = route.document();
    match route.action() {
        Action::Continue => None,
        Action::Local => Some(Decision::Local),
        Action::Backup => Some(Decision::Backup),
        Action::Discard => Some(Decision::Discard),
        Action::Reject {
            status,
            text,
            temporary,
        } => {
            let default = if temporary { "4.0.0" } else { "5.0.0" };
            Some(Decision::Reject {
                status: status.map_or_else(|| default.to_owned(), |text| lossy(document, text)),
                text: lossy(document, text),
                temporary,
            })
        }
        Action::Transport { name, nexthop } => {
            let nexthop = match nexthop.is_empty() {
                true => String::from_utf8_lossy(host).into_owned(),
                false => lossy(document, nexthop),
            };
            let name = lossy(document, name);
            Some(Decision::Transport { name, nexthop })
        }
        Action::Default => Some(unmatched(document.table.product, host)),
        Action::Automatic(exchanger) => Some(by_exchanger(document.table.product, host, exchanger)),
        Action::Refused {
            kind,
            report,
            temporary,
            text,
        } => Some(Decision::Failure(Failure {
            kind,
            report,
            temporary,
            text,
        })),
        Action::Crash(signal) => Some(Decision::Failure(Failure {
            kind: FailureKind::Crash,
            report: Vec::new(),
            temporary: true,
            text: format!(
                "the program dies of signal {signal} when it meets this line; the mail is deferred"
            ),
        })),
        Action::Relay {
            choice,
            hops,
            tls,
            families,
            memory,
            resolvers,
        } => {
            let product = document.table.product;
            let mut next = Vec::with_capacity(hops.len());
            for hop in hops.into_iter().filter(|hop| !hop.disabled) {
                match next_hop(document, product, hop, host) {
                    Ok(hop) => next.push(hop),
                    Err(failure) => return Some(Decision::Failure(failure)),
                }
            }
            if next.is_empty() {
                return Some(Decision::Failure(no_server()));
            }
            let resolvers = resolvers.iter().map(|&text| document.bytes(text).to_vec());
            Some(Decision::Relay(Relay {
                choice,
                hops: next,
                tls,
                families,
                memory,
                resolvers: resolvers.collect(),
            }))
        }
    }
}

fn lossy(document: &Document, text: Text) -> String {
    String::from_utf8_lossy(document.bytes(text)).into_owned()
}

/// The decision for `host` when the product detects by itself whose mail it is, and this is what it detected.
pub fn by_exchanger(product: Product, host: &[u8], exchanger: Exchanger) -> Decision {
    match exchanger {
        Exchanger::Local => Decision::Local,
        Exchanger::Backup => Decision::Backup,
        Exchanger::Remote => own_mx(product, host),
        Exchanger::Unknown => Decision::Failure(undetected()),
    }
}

/// The product found out whose mail it is, and nobody wrote down what it found.
fn undetected() -> Failure {
    Failure {
        kind: FailureKind::Undefined,
        report: Vec::new(),
        temporary: true,
        text: "whose mail it is the product detects by itself, and what it detected is not written here: its MX records tell"
            .to_owned(),
    }
}

/// All servers of a route are switched off. No vendor says what happens then; never that mail goes to its MX.
fn no_server() -> Failure {
    Failure {
        kind: FailureKind::NoUsableServer,
        report: Vec::new(),
        temporary: true,
        text: "every server of the route is switched off: the mail waits; switch one on, or delete the route".to_owned(),
    }
}

/// The decision for mail that no route takes.
pub fn unmatched(product: Product, host: &[u8]) -> Decision {
    match product.unmatched {
        Unmatched::OwnMx => own_mx(product, host),
        Unmatched::Product(_) => Decision::NoRoute,
    }
}

/// The decision for mail that goes to the MX of its own domain.
pub fn own_mx(product: Product, host: &[u8]) -> Decision {
    match resolve_name(product, HopTarget::Own, host) {
        Ok((target, literal)) => Decision::Relay(Relay::to(NextHop::to(target, literal))),
        Err(failure) => Decision::Failure(failure),
    }
}

fn next_hop(
    document: &Document,
    product: Product,
    hop: Hop,
    host: &[u8],
) -> Result<NextHop, Failure> {
    let (target, literal) = match hop.lookup {
        HopLookup::OwnMx => resolve_name(product, HopTarget::Own, host),
        HopLookup::MxOf(text) => resolve_name(product, HopTarget::MxOf, document.bytes(text)),
        HopLookup::Address(text) => resolve_name(product, HopTarget::Address, document.bytes(text)),
    }?;
    let default = match hop.protocol {
        Protocol::Qmtp => Port::QMTP,
        _ => Port::SMTP,
    };
    Ok(NextHop {
        target,
        literal,
        port: hop.port.unwrap_or(default),
        protocol: hop.protocol,
        preference: hop.preference,
        credentials: hop.credentials.map(|c| credentials_of(document, c)),
    })
}

enum HopTarget {
    Own,
    MxOf,
    Address,
}

fn resolve_name(
    product: Product,
    kind: HopTarget,
    name: &[u8],
) -> Result<(Target, Option<std::net::IpAddr>), Failure> {
    let target = match kind {
        HopTarget::Own if product.own_mx_names == NameCheck::Idn2 => {
            Target::OwnMx(idn2_lookup(name).ok_or_else(|| refused_domain(name))?)
        }
        HopTarget::Own => Target::OwnMx(name.to_vec()),
        HopTarget::MxOf => Target::MxOf(name.to_vec()),
        HopTarget::Address => Target::Address(name.to_vec()),
    };
    match parse_literal(product.literals, name) {
        Literal::Name => Ok((target, None)),
        Literal::Address(address) => Ok((target, Some(address))),
        Literal::Refused => Err(refused_literal(product.literals, name)),
    }
}

fn refused_domain(name: &[u8]) -> Failure {
    let shown: Vec<u8> = name
        .iter()
        .map(|&b| if (33..127).contains(&b) { b } else { b'?' })
        .collect();
    let report = [
        b"DSorry, I couldn't find any host named ",
        shown.as_slice(),
        b". (#5.1.2)\n\0",
    ]
    .concat();
    Failure {
        kind: FailureKind::RejectedName,
        report,
        temporary: false,
        text: format!(
            "libidn2 refuses the domain {}: the mail bounces without a DNS query",
            Visible(name)
        ),
    }
}

fn refused_literal(rule: LiteralRule, name: &[u8]) -> Failure {
    let name = masked(name);
    let name = Visible(&name);
    let (text, temporary) = if rule == LiteralRule::Checked {
        (
            format!(
                "an octet of {name} is above 255: qmail-remote would connect to another host; the mail is deferred"
            ),
            true,
        )
    } else {
        (
            format!(
                "{name} is an address without brackets, or in broken ones: the mail bounces; write [address]"
            ),
            false,
        )
    };
    Failure {
        kind: FailureKind::RejectedName,
        report: Vec::new(),
        temporary,
        text,
    }
}

fn credentials_of(document: &Document, stated: StatedCredentials) -> Credentials {
    let user = document.bytes(stated.user).to_vec();
    match stated.password {
        Password::Stated(secret) => Credentials::new(
            user,
            Some(document.bytes(secret.expose()).to_vec()),
            PasswordState::Stated,
        ),
        Password::FromNextLine(secret) => Credentials::new(
            user,
            Some(document.bytes(secret.expose()).to_vec()),
            PasswordState::FromNextLine,
        ),
        Password::Undefined => Credentials::new(user, None, PasswordState::Undefined),
    }
}
