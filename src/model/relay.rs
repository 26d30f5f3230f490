//! A delivery to other hosts as it takes effect: every default filled in.

use std::fmt;
use std::net::IpAddr;

use super::{Choice, Families, Port, Protocol, Tls};

/// A delivery to other hosts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Relay {
    /// How one of several hops is chosen.
    pub choice: Choice,
    /// The hops, in the order of the file; at least one.
    pub hops: Vec<NextHop>,
    /// What is demanded of TLS.
    pub tls: Tls,
    /// Which addresses may be used, when the route says so (Courier).
    pub families: Option<Families>,
    /// How connection time-outs are remembered (indimail).
    pub memory: Option<TimeoutMemory>,
    /// Name servers that are asked instead of the system's (IMSS).
    pub resolvers: Vec<Vec<u8>>,
}

impl Relay {
    /// Delivery to one hop, nothing else stated.
    pub fn to(hop: NextHop) -> Self {
        Relay {
            choice: Choice::InOrder,
            hops: vec![hop],
            tls: Tls::default(),
            families: None,
            memory: None,
            resolvers: Vec::new(),
        }
    }

    /// The credentials of the first hop that has some: the only hop in tables of qmail.
    pub fn credentials(&self) -> Option<&Credentials> {
        self.hops.iter().find_map(|hop| hop.credentials.as_ref())
    }

    /// The hops as they are tried: group by group, inside a group in any order. A hop without preference comes last where
    /// preferences count.
    pub fn groups(&self) -> Vec<Vec<&NextHop>> {
        match self.choice {
            Choice::InOrder => self.hops.iter().map(|hop| vec![hop]).collect(),
            Choice::RoundRobin | Choice::OneAtRandom => vec![self.hops.iter().collect()],
            Choice::ByPreference => {
                let rank = |hop: &NextHop| hop.preference.map_or(u32::MAX, u32::from);
                let mut hops: Vec<&NextHop> = self.hops.iter().collect();
                hops.sort_by_key(|hop| rank(hop));
                let same = |a: &&NextHop, b: &&NextHop| rank(a) == rank(b);
                hops.chunk_by(same).map(<[&NextHop]>::to_vec).collect()
            }
        }
    }

    /// As [`Decision::same_mail`](super::Decision::same_mail).
    pub(super) fn same_mail(&self, other: &Relay) -> bool {
        // Numbers of preference do not count, what comes before what does.
        let draws = |relay: &Relay| match relay.choice {
            _ if relay.hops.len() == 1 => Choice::InOrder,
            Choice::ByPreference => Choice::InOrder,
            choice => choice,
        };
        let (a, b) = (self.groups(), other.groups());
        let same_hops = a.len() == b.len() && a.iter().zip(&b).all(|(a, b)| same_group(a, b));
        same_hops
            && draws(self) == draws(other)
            && self.tls == other.tls
            && self.families == other.families
            && self.memory.unwrap_or_default() == other.memory.unwrap_or_default()
            && self.resolvers == other.resolvers
    }
}

/// The same hops, in any order.
fn same_group(a: &[&NextHop], b: &[&NextHop]) -> bool {
    if let ([a], [b]) = (a, b) {
        return a.same_mail(b);
    }
    fn sorted<'h>(hops: &[&'h NextHop]) -> Vec<Identity<'h>> {
        let mut all: Vec<_> = hops.iter().map(|hop| hop.identity()).collect();
        all.sort_unstable();
        all
    }
    a.len() == b.len() && sorted(a) == sorted(b)
}

/// What makes a hop another one, in an order of its own.
type Identity<'h> = (
    Option<IpAddr>,
    Option<(u8, Vec<u8>)>,
    u16,
    Protocol,
    Option<(&'h [u8], Option<&'h [u8]>, &'static str)>,
);

/// A hop as it takes effect: every default filled in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NextHop {
    /// What is looked up.
    pub target: Target,
    /// The address, when the product takes the name for one: no DNS is asked.
    pub literal: Option<IpAddr>,
    /// The port.
    pub port: Port,
    /// The protocol.
    pub protocol: Protocol,
    /// The preference that the route states.
    pub preference: Option<u16>,
    /// Credentials, when the route has them.
    pub credentials: Option<Credentials>,
}

impl NextHop {
    /// Mail to `target` by SMTP on port 25, nothing else stated.
    pub fn to(target: Target, literal: Option<IpAddr>) -> Self {
        NextHop {
            target,
            literal,
            port: Port::SMTP,
            protocol: Protocol::Smtp,
            preference: None,
            credentials: None,
        }
    }

    /// Equal for two hops when, and only when, they are the [`same_mail`](NextHop::same_mail).
    fn identity(&self) -> Identity<'_> {
        let kind = match &self.target {
            Target::OwnMx(_) => 0,
            Target::MxOf(_) => 1,
            Target::Address(_) => 2,
        };
        let name = || (kind, self.target.name().to_ascii_lowercase());
        let credentials = self.credentials.as_ref();
        (
            self.literal,
            self.literal.is_none().then(name),
            self.port.wire(),
            self.protocol,
            credentials.map(|c| (c.user.as_slice(), c.expose_password(), c.state.name())),
        )
    }

    fn same_mail(&self, other: &NextHop) -> bool {
        let same_target = match (&self.target, &other.target) {
            (Target::OwnMx(a), Target::OwnMx(b))
            | (Target::MxOf(a), Target::MxOf(b))
            | (Target::Address(a), Target::Address(b)) => a.eq_ignore_ascii_case(b),
            _ => false,
        };
        let same_place = match (self.literal, other.literal) {
            (Some(a), Some(b)) => a == b,
            (None, None) => same_target,
            _ => false,
        };
        same_place
            && self.port.wire() == other.port.wire()
            && self.protocol == other.protocol
            && self.credentials == other.credentials
    }
}

/// What is looked up for a hop. Names are the bytes of the table or of the envelope.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// The MX of the recipient's domain.
    OwnMx(Vec<u8>),
    /// The MX of this name.
    MxOf(Vec<u8>),
    /// The addresses of this name.
    Address(Vec<u8>),
}

impl Target {
    /// The name.
    pub fn name(&self) -> &[u8] {
        match self {
            Target::OwnMx(name) | Target::MxOf(name) | Target::Address(name) => name,
        }
    }
}

/// Credentials as the product would hold them.
#[derive(Clone, PartialEq, Eq)]
pub struct Credentials {
    /// The user name.
    pub user: Vec<u8>,
    /// The password; `None` when it is undefined.
    password: Option<Vec<u8>>,
    /// Where it came from.
    pub state: PasswordState,
}

impl Credentials {
    /// Credentials with a password that stands in the table.
    pub fn new(user: Vec<u8>, password: Option<Vec<u8>>, state: PasswordState) -> Self {
        Credentials {
            user,
            password,
            state,
        }
    }

    /// The password. Only a deliverer, and a report that was asked for it by name, have a reason to call this.
    pub fn expose_password(&self) -> Option<&[u8]> {
        self.password.as_deref()
    }

    /// True when the product would authenticate: it needs a user and a password, both not empty (sagredo
    /// `qmail-remote.c:857`).
    pub fn would_be_sent(&self) -> bool {
        !self.user.is_empty() && self.password.as_ref().is_none_or(|p| !p.is_empty())
    }

    /// True when there is a password, known or not, that is not empty.
    pub fn password_set(&self) -> bool {
        self.password.as_ref().is_none_or(|p| !p.is_empty())
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials")
            .field("user", &"…")
            .field("password", &"…")
            .field("state", &self.state)
            .finish()
    }
}

/// Where a password comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PasswordState {
    /// It is written in the route.
    Stated,
    /// The product reads the next line of the file as the password.
    FromNextLine,
    /// The product reads beyond its data.
    Undefined,
}

impl PasswordState {
    /// The name in JSON.
    pub fn name(self) -> &'static str {
        match self {
            PasswordState::Stated => "stated",
            PasswordState::FromNextLine => "from-next-line",
            PasswordState::Undefined => "undefined",
        }
    }
}

/// How indimail remembers hosts that time out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimeoutMemory {
    /// Smallest penalty in seconds (`scan_int`, an `int`).
    pub min_penalty: i32,
    /// Largest number of seconds tolerated.
    pub max_tolerance: u64,
    /// False when the memory is neither read nor written.
    pub used: bool,
}

impl Default for TimeoutMemory {
    fn default() -> Self {
        TimeoutMemory {
            min_penalty: 3600,
            max_tolerance: 120,
            used: true,
        }
    }
}
