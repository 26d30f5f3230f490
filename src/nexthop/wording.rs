//! What is said when there is nothing to try, and what becomes of the mail.

use crate::dns::DnsError;
use crate::model::{BadName, Domain, Failure, FailureKind};

/// What becomes of mail after a failure.
fn fate(temporary: bool) -> &'static str {
    if temporary { "is deferred" } else { "bounces" }
}

fn failure(kind: FailureKind, temporary: bool, text: String) -> Failure {
    Failure {
        kind,
        report: Vec::new(),
        temporary,
        text,
    }
}

/// A name that is never asked. To qmail it is a name that DNS does not find (`D…(#5.1.2)`).
pub(super) fn bad_name(name: &[u8], error: BadName, temporary: bool) -> Failure {
    let fate = fate(temporary);
    let text = if error == BadName::Empty {
        format!(
            "the name of the next hop is empty: the mail {fate}; write a host name or [address]"
        )
    } else {
        format!(
            "`{}` cannot exist in DNS ({error}): the mail {fate}; write a host name or [address]",
            name.escape_ascii()
        )
    };
    failure(FailureKind::Nxdomain, temporary, text)
}

/// The MX of a domain cannot be asked for.
pub(super) fn no_mx(domain: &Domain, error: &DnsError) -> Failure {
    let temporary = error.is_temporary();
    let advice = match error {
        DnsError::NoSuchDomain => "; correct the domain of the address",
        DnsError::CnameLoop => " until its owner mends the alias",
        _ => " and tried again",
    };
    let text = format!("{domain} {error}: mail for it {}{advice}", fate(temporary));
    failure(error.kind(), temporary, text)
}

/// A domain without MX has no address either.
pub(super) fn no_implicit_mx(domain: &Domain, error: &DnsError) -> Failure {
    if error.is_temporary() {
        return no_mx(domain, error);
    }
    let text = format!(
        "{domain} has neither MX nor address records: mail for it bounces; correct the domain of the address"
    );
    failure(FailureKind::Nodata, false, text)
}

/// A host that a route names has no address. With `defer` the product takes that for a configuration error (Qsmtp).
pub(super) fn no_address(host: &Domain, error: &DnsError, defer: bool) -> Failure {
    let temporary = error.is_temporary() || defer;
    let advice = if error.is_temporary() {
        " and tried again"
    } else {
        "; name a host that has one"
    };
    let text = format!(
        "the relay {host} {}: its mail {}{advice}",
        clause(error),
        fate(temporary)
    );
    failure(error.kind(), temporary, text)
}

/// An error about addresses, as a clause that follows the name.
pub(super) fn clause(error: &DnsError) -> String {
    match error {
        DnsError::NoData => "has no address".to_owned(),
        error => error.to_string(),
    }
}

/// RFC 7505.
pub(super) fn null_mx(domain: &Domain) -> Failure {
    let text = format!(
        "{domain} says that it receives no mail (null MX): mail for it bounces; correct the domain of the address"
    );
    failure(FailureKind::NullMx, false, text)
}

/// Every MX that is left is this host (qmail-remote `perm_ambigmx`).
pub(super) fn loops_back(name: &str) -> Failure {
    let text = format!(
        "this host is the best MX of {name} but does not take its mail as local: the mail bounces; \
         list the domain in locals or virtualdomains, or give it a route"
    );
    failure(FailureKind::LoopsBack, false, text)
}

/// No MX host has an address.
pub(super) fn no_usable_mx(domain: &Domain) -> Failure {
    let text = format!(
        "no MX of {domain} has an address: mail for it bounces until its owner corrects the records"
    );
    failure(FailureKind::NoUsableServer, false, text)
}

/// All MX hosts failed, and one of them may be found later.
pub(super) fn no_mx_now(domain: &Domain, host: &Domain, error: &DnsError) -> Failure {
    let text = format!(
        "{host}, an MX of {domain}, {error}, and no other MX has an address: the mail is deferred and tried again"
    );
    failure(error.kind(), true, text)
}

/// None of several hops can be tried.
pub(super) fn no_usable_hop(hops: usize, temporary: bool) -> Failure {
    let text = format!(
        "none of the {hops} next hops can be tried: the mail {}; name one that has an address",
        fate(temporary)
    );
    failure(FailureKind::NoUsableServer, temporary, text)
}
