//! What happens to mail, in words.

use std::borrow::Cow;

use crate::control::scan_ulong;
use crate::model::{
    Choice, Decision, Domain, NextHop, PasswordState, Product, Protocol, Relay, Target,
    Unresolvable,
};
use crate::source::{Visible, masked};

/// What becomes of mail: whether it arrives, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fate {
    /// `goes to`, `bounces`, `is deferred`, …
    verb: &'static str,
    /// The destination, when it goes somewhere.
    destination: Option<String>,
    /// Why it does not arrive.
    why: Option<String>,
}

impl Fate {
    /// What a decision means for mail.
    pub fn of(decision: &Decision, product: Product) -> Fate {
        let plain = |verb| Fate {
            verb,
            destination: None,
            why: None,
        };
        match decision {
            Decision::Relay(relay) => relay_fate(relay, product),
            Decision::Local => plain("is kept on this host"),
            Decision::Backup => plain("is held for another host"),
            Decision::Reject { .. } => plain("is refused"),
            Decision::Discard => plain("is dropped"),
            Decision::Transport { name, nexthop } => Fate {
                verb: "goes to",
                destination: Some(format!(
                    "the transport {} {}",
                    Visible(name.as_bytes()),
                    Visible(nexthop.as_bytes())
                )),
                why: None,
            },
            Decision::NoRoute => plain("has no route"),
            Decision::Undecided { .. } => plain("goes where more than its domain decides"),
            Decision::Failure(failure) => Fate {
                verb: if failure.temporary {
                    "is deferred"
                } else {
                    "bounces"
                },
                destination: None,
                why: Some(reason(&failure.text).to_owned()),
            },
        }
    }

    /// `goes to mx.example.net instead of its own MX`; the reason at the end.
    pub fn instead_of(&self, intended: Option<&Fate>) -> String {
        let mut text = self.verb.to_owned();
        if let Some(destination) = &self.destination {
            text.push(' ');
            text.push_str(destination);
        }
        let intended = intended.and_then(|fate| fate.destination.as_deref());
        let own = self.destination.as_deref();
        let login = |intended: &str| {
            own.and_then(|own| intended.strip_prefix(own))
                .is_some_and(|rest| rest.starts_with(", logging in"))
        };
        if intended.is_some_and(login) {
            text.push_str(" without logging in");
        } else if let Some(intended) = intended {
            text.push_str(match self.destination {
                // What is said of logging in ends there.
                Some(_) if text.contains(", ") => ", instead of ",
                Some(_) => " instead of ",
                None => " instead of going to ",
            });
            text.push_str(intended);
        }
        if let Some(why) = &self.why {
            text.push_str(": ");
            text.push_str(why);
        }
        text
    }

    /// What is the same for the same fate: the verb, and the destination without case.
    pub(super) fn key(&self) -> (&'static str, Option<String>) {
        let destination = self.destination.as_deref();
        (self.verb, destination.map(str::to_ascii_lowercase))
    }

    /// `goes to mx2.example.net (line 9) and not to mx1.example.net`: two routes for the same mail.
    pub fn and_not(&self, place: &str, other: &Fate) -> String {
        let mut text = self.verb.to_owned();
        if let Some(destination) = &self.destination {
            text.push(' ');
            text.push_str(destination);
        }
        text.push_str(&format!(" ({place})"));
        match (&other.destination, &self.destination) {
            (Some(other), Some(_)) => text.push_str(&format!(" and not to {other}")),
            (Some(other), None) => text.push_str(&format!(" and does not go to {other}")),
            (None, _) => {}
        }
        if let Some(why) = &self.why {
            text.push_str(": ");
            text.push_str(why);
        }
        text
    }

    /// True when the mail does not arrive, and not because somebody wants it so.
    pub fn fails(&self) -> bool {
        self.why.is_some()
    }

    /// True when both are the same to the mail: the same destination, or none in the same way.
    fn same(&self, other: &Fate) -> bool {
        match (&self.destination, &other.destination) {
            (None, None) => self.verb == other.verb,
            _ => self == other,
        }
    }
}

/// Why a product refuses, without what becomes of the mail and what to do about it: both are said elsewhere.
fn reason(text: &str) -> &str {
    let text = text.split_once("; ").map_or(text, |(reason, _)| reason);
    [": the mail is deferred", ": the mail bounces"]
        .iter()
        .find_map(|end| text.strip_suffix(end))
        .unwrap_or(text)
}

/// Whether two decisions of one product do the same with mail: what [`Decision::same_mail`] says, or no delivery in the
/// same way, as for two relays neither of which can be the name of a host.
pub fn same_fate(a: &Decision, b: &Decision, product: Product) -> bool {
    let fates = || {
        let [a, b] = [a, b].map(|decision| Fate::of(decision, product));
        a.destination.is_none() && b.destination.is_none() && a.same(&b)
    };
    a.same_mail(b) || fates()
}

fn relay_fate(relay: &Relay, product: Product) -> Fate {
    let groups = relay.groups();
    let Some(&hop) = groups.first().and_then(|group| group.first()) else {
        return Fate {
            verb: "has no route",
            destination: None,
            why: None,
        };
    };
    if relay.hops.len() > 1 {
        return several(&groups, relay);
    }
    if let Some(why) = impossible(hop) {
        let verb = match product.unresolvable {
            Unresolvable::Bounce => "bounces",
            Unresolvable::Defer => "is deferred",
        };
        return Fate {
            verb,
            destination: None,
            why: Some(why),
        };
    }
    if hop.port.wire() == 0 {
        // A name without a dot is hardly one that DNS has, and then the mail does not even wait.
        let (verb, doubt) = match name(hop) {
            name if name.contains(['.', ':']) || name == "its MX" => {
                ("is deferred until it is returned", "")
            }
            _ => (
                "is deferred until it is returned, or bounces at once",
                ", if there is such a host",
            ),
        };
        return Fate {
            verb,
            destination: None,
            why: Some(format!("nothing answers on port 0 of {}{doubt}", name(hop))),
        };
    }
    Fate {
        verb: "goes to",
        destination: Some(destination(hop, relay)),
        why: None,
    }
}

/// Several hosts, group by group; the first few are named.
fn several(groups: &[Vec<&NextHop>], relay: &Relay) -> Fate {
    const FEW: usize = 3;
    let draws = match relay.choice {
        Choice::RoundRobin => " in turn",
        _ => " at random",
    };
    let of_group = |group: &Vec<&NextHop>| {
        let mut names: Vec<String> = group
            .iter()
            .take(FEW)
            .map(|hop| destination(hop, relay))
            .collect();
        if group.len() == 1 {
            return names.remove(0);
        }
        // What is in a group has no order.
        names.sort();
        let more = match group.len() - names.len() {
            0 => String::new(),
            n => format!(" or {n} more"),
        };
        format!("{}{more}{draws}", names.join(" or "))
    };
    let mut texts: Vec<String> = groups.iter().take(FEW).map(of_group).collect();
    if groups.len() > FEW {
        texts.push(format!("{} more", groups.len() - FEW));
    }
    Fate {
        verb: "goes to",
        destination: Some(texts.join(", then ")),
        why: None,
    }
}

/// Why no host can have the hop's name.
fn impossible(hop: &NextHop) -> Option<String> {
    let (Target::Address(host) | Target::MxOf(host)) = &hop.target else {
        return None;
    };
    if hop.literal.is_some() {
        return None;
    }
    if host.is_empty() {
        return Some("the relay is the empty name".to_owned());
    }
    let shown = shortened(host);
    let ends_in_number = host
        .rsplit(|&b| b == b'.')
        .find(|label| !label.is_empty())
        .is_some_and(|label| match label {
            [b'0', b'x' | b'X', hex @ ..] => hex.iter().all(u8::is_ascii_hexdigit),
            _ => label.iter().all(u8::is_ascii_digit),
        });
    match Domain::new(host) {
        Ok(_) if ends_in_number => Some(format!(
            "`{}` is asked of DNS as a name, and no name there ends in a number",
            Visible(&shown)
        )),
        Ok(_) if host.iter().all(u8::is_ascii) => None,
        // qmail asks for the bytes as they are.
        Ok(_) => Some(format!(
            "`{}` is asked of DNS byte for byte, and no name there has such bytes",
            Visible(&shown)
        )),
        Err(_) => Some(format!("no host can be called `{}`", Visible(&shown))),
    }
}

/// A name from a stranger, masked, and not all of it when no name is that long.
fn shortened(name: &[u8]) -> Cow<'_, [u8]> {
    const ENOUGH: usize = 80;
    match masked(name) {
        masked if masked.len() > ENOUGH => {
            Cow::Owned([&masked[..ENOUGH - 20], "…".as_bytes()].concat())
        }
        masked => masked,
    }
}

fn name(hop: &NextHop) -> String {
    match (&hop.target, hop.literal) {
        (_, Some(address)) => address.to_string(),
        (Target::OwnMx(_), None) => "its MX".to_owned(),
        (Target::MxOf(host), None) => format!("the MX of {}", Visible(&shortened(host))),
        (Target::Address(host), None) => Visible(&shortened(host)).to_string(),
    }
}

/// `mx.example.net port 587, logging in`.
fn destination(hop: &NextHop, relay: &Relay) -> String {
    let mut text = name(hop);
    match hop.protocol {
        _ if is_from_credentials(hop, relay) => {
            text.push_str(" at a port read out of the credentials");
        }
        Protocol::Smtp | Protocol::Smtps => {
            if hop.port.wire() != 25 {
                text.push_str(&format!(" port {}", hop.port.wire()));
            }
        }
        Protocol::Qmtp | Protocol::Qmtps => {
            text.push_str(&format!(" port {} by QMTP", hop.port.wire()));
        }
    }
    let Some(credentials) = relay.credentials().filter(|c| c.would_be_sent()) else {
        return text;
    };
    text.push_str(match (credentials.state, credentials.user.first()) {
        (PasswordState::Stated, Some(b'#')) => ", logging in as user `#`",
        (PasswordState::Stated, _) => ", logging in",
        (PasswordState::FromNextLine, Some(b'#')) => {
            ", logging in as user `#` with the next line of the file as the password"
        }
        (PasswordState::FromNextLine, _) => {
            ", logging in with the next line of the file as the password"
        }
        (PasswordState::Undefined, _) => {
            ", logging in with whatever stands in memory as the password"
        }
    });
    text
}

/// True when the port may stand in the user name or the password, where qmail-ldap finds it: it is not shown then.
fn is_from_credentials(hop: &NextHop, relay: &Relay) -> bool {
    let Some(credentials) = relay.credentials() else {
        return false;
    };
    let own = credentials.expose_password();
    let own = own.filter(|_| credentials.state == PasswordState::Stated);
    let parts = [Some(credentials.user.as_slice()), own];
    parts.into_iter().flatten().any(|part| {
        memchr::memchr(b':', part)
            .is_some_and(|at| scan_ulong(&part[at + 1..]).0 == hop.port.number())
    })
}
