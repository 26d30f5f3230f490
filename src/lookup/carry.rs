//! Carrying out a route: from an action as stated to a decision with every default filled in.

use super::literal::{Literal, parse_literal};
use super::names::idn2_lookup;
use crate::model::{
    Action, Credentials, Decision, Document, Failure, FailureKind, Hop, HopLookup, LiteralRule,
    NameCheck, NextHop, Password, PasswordState, Port, Product, Protocol, Relay, RouteView,
    StatedCredentials, Target,
};
use crate::source::{Visible, masked};

/// What `route` does with mail for `host`; `None` when it falls through.
pub fn carry_out(route: RouteView<'_>, host: &[u8]) -> Option<Decision> {
    let document = route.document();
    match route.action() {
        Action::Continue => None,
        Action::Local => Some(Decision::Local),
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
            credentials,
            tls,
            families,
            memory,
        } => {
            let product = document.table.product;
            let mut next = Vec::with_capacity(hops.len());
            for hop in hops {
                match next_hop(document, product, hop, host) {
                    Ok(hop) => next.push(hop),
                    Err(failure) => return Some(Decision::Failure(failure)),
                }
            }
            let credentials = credentials.map(|c| credentials_of(document, c));
            Some(Decision::Relay(Relay {
                choice,
                hops: next,
                credentials,
                tls,
                families,
                memory,
            }))
        }
    }
}

/// The decision for mail that no route takes: the MX of its own domain.
pub fn own_mx(product: Product, host: &[u8]) -> Decision {
    match resolve_name(product, HopTarget::Own, host) {
        Ok((target, literal)) => Decision::Relay(Relay::to(NextHop {
            target,
            literal,
            port: Port::SMTP,
            protocol: Protocol::Smtp,
        })),
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
