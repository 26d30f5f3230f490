//! What is said when there is nothing to try, and what becomes of the mail.

use std::fmt;

use crate::dns::DnsError;
use crate::model::{BadName, Domain, Failure, FailureKind};
use crate::source::{Visible, masked};

/// Why a hop leads nowhere.
#[derive(Debug)]
pub(super) struct Reason {
    kind: FailureKind,
    temporary: bool,
    /// What is there: a sentence.
    what: String,
    /// Whose fate follows: `the mail`.
    whose: String,
    /// What to do, from its punctuation on.
    advice: &'static str,
}

impl Reason {
    fn new(kind: FailureKind, temporary: bool, what: String) -> Self {
        Reason {
            kind,
            temporary,
            what,
            whose: "the mail".to_owned(),
            advice: "",
        }
    }

    fn for_mail_to(mut self, domain: &Domain) -> Self {
        self.whose = format!("mail for {domain}");
        self
    }

    fn advise(mut self, advice: &'static str) -> Self {
        self.advice = advice;
        self
    }

    /// What becomes of mail that is left to this hop alone.
    fn fate(&self) -> &'static str {
        if self.temporary {
            "is deferred"
        } else {
            "bounces"
        }
    }

    /// True when another attempt may help.
    pub(super) fn is_temporary(&self) -> bool {
        self.temporary
    }

    /// The failure of a plan.
    pub(super) fn into_failure(self) -> Failure {
        let fate = self.fate();
        let Reason {
            what,
            whose,
            advice,
            ..
        } = &self;
        Failure {
            kind: self.kind,
            report: Vec::new(),
            temporary: self.temporary,
            text: format!("{what}: {whose} {fate}{advice}"),
        }
    }

    /// The note of a plan that has other hops.
    pub(super) fn into_note(self, drawn: bool) -> String {
        if drawn {
            let fate = self.fate();
            format!("{}: a message that draws it {fate}", self.what)
        } else {
            format!("{}: the other next hops are tried without it", self.what)
        }
    }
}

/// An error about addresses, as a clause that follows the name.
pub(super) struct NoAddress<'a>(pub(super) &'a DnsError);

impl fmt::Display for NoAddress<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            DnsError::NoData => f.write_str("has no address"),
            error => error.fmt(f),
        }
    }
}

const AGAIN: &str = " and tried again";
const CORRECT: &str = "; correct the domain of the address";
const WRITE: &str = "; write a host name or [address]";

/// A name that is never asked. To qmail it is a name that DNS does not find (`D…(#5.1.2)`).
pub(super) fn bad_name(name: &[u8], error: BadName, temporary: bool) -> Reason {
    let what = if error == BadName::Empty {
        "the name of the next hop is empty".to_owned()
    } else {
        format!("`{}` cannot exist in DNS ({error})", Visible(&masked(name)))
    };
    Reason::new(FailureKind::Nxdomain, temporary, what).advise(WRITE)
}

/// The MX of a domain cannot be asked for.
pub(super) fn no_mx(domain: &Domain, error: &DnsError) -> Reason {
    let what = format!("{domain} {error}");
    let advice = match error {
        DnsError::NoSuchDomain => CORRECT,
        DnsError::CnameLoop => " until its owner mends the alias",
        _ => AGAIN,
    };
    Reason::new(error.kind(), error.is_temporary(), what)
        .for_mail_to(domain)
        .advise(advice)
}

/// A domain without MX has no address either.
pub(super) fn no_implicit_mx(domain: &Domain, error: &DnsError) -> Reason {
    if error.is_temporary() {
        return no_mx(domain, error);
    }
    let what = format!("{domain} has neither MX nor address records");
    Reason::new(FailureKind::Nodata, false, what)
        .for_mail_to(domain)
        .advise(CORRECT)
}

/// A host that a route names has no address. With `defer` the product takes that for a configuration error (Qsmtp).
pub(super) fn no_address(host: &Domain, error: &DnsError, defer: bool) -> Reason {
    let what = format!("the relay {host} {}", NoAddress(error));
    let advice = if error.is_temporary() {
        AGAIN
    } else {
        "; name a host that has an address"
    };
    Reason::new(error.kind(), error.is_temporary() || defer, what).advise(advice)
}

/// RFC 7505.
pub(super) fn null_mx(domain: &Domain) -> Reason {
    let what = format!("{domain} says that it receives no mail (null MX)");
    Reason::new(FailureKind::NullMx, false, what)
        .for_mail_to(domain)
        .advise(CORRECT)
}

/// Every MX that is left is this host (qmail-remote `perm_ambigmx`).
pub(super) fn loops_back(name: &str) -> Reason {
    let what =
        format!("this host is the best MX of {name}, and does not take its mail for local mail");
    Reason::new(FailureKind::LoopsBack, false, what)
        .advise("; list the domain in locals or virtualdomains, or give it a route")
}

/// No MX host has an address.
pub(super) fn no_usable_mx(domain: &Domain) -> Reason {
    let what = format!("no MX of {domain} has an address");
    Reason::new(FailureKind::NoUsableServer, false, what)
        .for_mail_to(domain)
        .advise(" until its owner corrects the records")
}

/// No MX host has an address now, and one of them could not be looked up.
pub(super) fn no_mx_now(domain: &Domain, host: &Domain, error: &DnsError) -> Reason {
    let what = format!("{host}, an MX of {domain}, {error}, and no other MX can be tried");
    Reason::new(error.kind(), true, what)
        .for_mail_to(domain)
        .advise(AGAIN)
}

/// None of several hops can be tried.
pub(super) fn no_usable_hop(hops: usize) -> Reason {
    let what = format!("none of the {hops} next hops can be tried");
    Reason::new(FailureKind::NoUsableServer, false, what).advise("; name one that has an address")
}
