//! The canonical answer: what a product does with mail for one envelope.

use std::fmt;
use std::net::IpAddr;

use super::{Choice, Families, Port, Protocol, Tls};

/// What happens to the mail. All programs and all comparisons use this and nothing else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// It leaves this system for other hosts.
    Relay(Relay),
    /// This system keeps it.
    Local,
    /// This system holds it for another (backup MX).
    Backup,
    /// It is refused.
    Reject {
        /// Enhanced status code, `5.1.2`.
        status: String,
        /// The text given.
        text: String,
    },
    /// It is dropped.
    Discard,
    /// Another transport takes it.
    Transport {
        /// Its name.
        name: String,
        /// What it is given as next hop.
        nexthop: String,
    },
    /// The table says nothing, and what the product then does is not the table's to say.
    NoRoute,
    /// The answer depends on something that was not given.
    Undecided {
        /// What is missing, without repetition.
        needs: Vec<Need>,
    },
    /// There is no delivery: the product stops with an error.
    Failure(Failure),
}

/// The decisions by name, as scripts see them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DecisionKind {
    /// The MX of the recipient's domain.
    Mx,
    /// The MX of another name.
    MxOf,
    /// Hosts named by the route.
    Static,
    /// Kept here.
    Local,
    /// Held for another.
    Backup,
    /// Refused.
    Reject,
    /// Dropped.
    Discard,
    /// Handed to another transport.
    Transport,
    /// No route.
    None,
    /// Depends on something that was not given.
    Undecided,
    /// An error.
    Error,
}

impl DecisionKind {
    /// All kinds with their meaning, in the order of the manual.
    pub const ALL: [(DecisionKind, &'static str); 11] = [
        (
            DecisionKind::Mx,
            "delivery to the MX of the recipient's domain",
        ),
        (DecisionKind::MxOf, "delivery to the MX of another name"),
        (
            DecisionKind::Static,
            "delivery to hosts named by the route, by address lookup only",
        ),
        (DecisionKind::Local, "this system keeps the mail"),
        (
            DecisionKind::Backup,
            "this system holds the mail for another",
        ),
        (DecisionKind::Reject, "the mail is refused"),
        (DecisionKind::Discard, "the mail is dropped"),
        (DecisionKind::Transport, "another transport takes the mail"),
        (DecisionKind::None, "the table has no route"),
        (
            DecisionKind::Undecided,
            "the answer depends on something that was not given",
        ),
        (
            DecisionKind::Error,
            "the product stops with an error; the error kind says which",
        ),
    ];

    /// The name in text and JSON output.
    pub fn name(self) -> &'static str {
        match self {
            DecisionKind::Mx => "mx",
            DecisionKind::MxOf => "mx-of",
            DecisionKind::Static => "static",
            DecisionKind::Local => "local",
            DecisionKind::Backup => "backup",
            DecisionKind::Reject => "reject",
            DecisionKind::Discard => "discard",
            DecisionKind::Transport => "transport",
            DecisionKind::None => "none",
            DecisionKind::Undecided => "undecided",
            DecisionKind::Error => "error",
        }
    }
}

impl Decision {
    /// Which kind it is.
    pub fn kind(&self) -> DecisionKind {
        match self {
            Decision::Relay(relay) => match relay.hops.first().map(|hop| &hop.target) {
                Some(Target::OwnMx(_)) => DecisionKind::Mx,
                Some(Target::MxOf(_)) => DecisionKind::MxOf,
                Some(Target::Address(_)) | None => DecisionKind::Static,
            },
            Decision::Local => DecisionKind::Local,
            Decision::Backup => DecisionKind::Backup,
            Decision::Reject { .. } => DecisionKind::Reject,
            Decision::Discard => DecisionKind::Discard,
            Decision::Transport { .. } => DecisionKind::Transport,
            Decision::NoRoute => DecisionKind::None,
            Decision::Undecided { .. } => DecisionKind::Undecided,
            Decision::Failure(_) => DecisionKind::Error,
        }
    }

    /// True when both do the same with the mail: host names without case, addresses by value, ports as on the wire.
    ///
    /// Spelling does not count (`257.2.3.4` is `1.2.3.4` to qmail), nor does the text of a failure.
    pub fn same_mail(&self, other: &Decision) -> bool {
        match (self, other) {
            (Decision::Relay(a), Decision::Relay(b)) => a.same_mail(b),
            (Decision::Failure(a), Decision::Failure(b)) => {
                a.kind == b.kind && a.temporary == b.temporary
            }
            (a, b) => a == b,
        }
    }
}

/// A delivery to other hosts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Relay {
    /// How one of several hops is chosen.
    pub choice: Choice,
    /// The hops; at least one.
    pub hops: Vec<NextHop>,
    /// Credentials, when the route has them.
    pub credentials: Option<Credentials>,
    /// What is demanded of TLS.
    pub tls: Tls,
    /// Which addresses may be used, when the route says so (Courier).
    pub families: Option<Families>,
    /// How connection time-outs are remembered (indimail).
    pub memory: Option<TimeoutMemory>,
}

impl Relay {
    /// Delivery to one hop, nothing else stated.
    pub fn to(hop: NextHop) -> Self {
        Relay {
            choice: Choice::InOrder,
            hops: vec![hop],
            credentials: None,
            tls: Tls::default(),
            families: None,
            memory: None,
        }
    }

    fn same_mail(&self, other: &Relay) -> bool {
        let same_hops = self.hops.len() == other.hops.len()
            && self
                .hops
                .iter()
                .zip(&other.hops)
                .all(|(a, b)| a.same_mail(b));
        let same_choice = self.choice == other.choice || self.hops.len() == 1;
        same_hops
            && same_choice
            && self.credentials == other.credentials
            && self.tls == other.tls
            && self.families == other.families
            && self.memory.unwrap_or_default() == other.memory.unwrap_or_default()
    }
}

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
}

impl NextHop {
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
        same_place && self.port.wire() == other.port.wire() && self.protocol == other.protocol
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

/// Something that an answer depends on and that was not given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// The sender.
    Sender,
    /// The recipient's local part.
    Recipient,
    /// The subject.
    Subject,
    /// The direction.
    Direction,
}

impl Need {
    /// The name in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Need::Sender => "sender",
            Need::Recipient => "recipient",
            Need::Subject => "subject",
            Need::Direction => "direction",
        }
    }
}

/// Why there is no delivery.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// Which error.
    pub kind: FailureKind,
    /// The product's own report, byte for byte; empty when it gives none.
    pub report: Vec<u8>,
    /// True when mail is deferred, false when it bounces.
    pub temporary: bool,
    /// What happened, for people.
    pub text: String,
}

/// The errors by name: a closed list that scripts rely on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FailureKind {
    /// The name does not exist.
    Nxdomain,
    /// The name exists and has no such record.
    Nodata,
    /// The domain receives no mail (RFC 7505).
    NullMx,
    /// The name server failed.
    Servfail,
    /// The name server refused.
    Refused,
    /// No answer in time.
    Timeout,
    /// The answer was cut and TCP did not bring the rest.
    Truncated,
    /// The name is an alias that leads back to itself.
    CnameLoop,
    /// Every usable MX is this host.
    LoopsBack,
    /// No address of any candidate can be tried.
    NoUsableServer,
    /// What was asked is no address.
    BadAddress,
    /// The route's port is refused.
    BadPort,
    /// The file makes the product defer all mail.
    DeferAll,
    /// The product ignores the file whole.
    IgnoredFile,
    /// The product dies.
    Crash,
    /// The product's behaviour is undefined.
    Undefined,
    /// The product refuses the name.
    RejectedName,
}

impl FailureKind {
    /// All kinds with their meaning, in the order of the manual.
    pub const ALL: [(FailureKind, &'static str); 17] = [
        (FailureKind::Nxdomain, "the name does not exist"),
        (
            FailureKind::Nodata,
            "the name exists and has no such record",
        ),
        (
            FailureKind::NullMx,
            "the domain says that it receives no mail (RFC 7505)",
        ),
        (FailureKind::Servfail, "the name server failed"),
        (FailureKind::Refused, "the name server refused to answer"),
        (FailureKind::Timeout, "no answer in time"),
        (
            FailureKind::Truncated,
            "the answer was cut, and TCP did not bring the rest",
        ),
        (
            FailureKind::CnameLoop,
            "the name is an alias that leads back to itself",
        ),
        (FailureKind::LoopsBack, "every usable MX is this host"),
        (
            FailureKind::NoUsableServer,
            "no host of the destination can be tried",
        ),
        (FailureKind::BadAddress, "what was asked is no address"),
        (
            FailureKind::BadPort,
            "the product refuses the port of the route",
        ),
        (
            FailureKind::DeferAll,
            "the file makes the product defer all mail",
        ),
        (
            FailureKind::IgnoredFile,
            "the product ignores the file whole; the decision is what then happens",
        ),
        (FailureKind::Crash, "the product dies on the file"),
        (
            FailureKind::Undefined,
            "the product's behaviour is undefined",
        ),
        (FailureKind::RejectedName, "the product refuses the name"),
    ];

    /// The name in text and JSON output.
    pub fn name(self) -> &'static str {
        match self {
            FailureKind::Nxdomain => "nxdomain",
            FailureKind::Nodata => "nodata",
            FailureKind::NullMx => "null-mx",
            FailureKind::Servfail => "servfail",
            FailureKind::Refused => "refused",
            FailureKind::Timeout => "timeout",
            FailureKind::Truncated => "truncated",
            FailureKind::CnameLoop => "cname-loop",
            FailureKind::LoopsBack => "loops-back",
            FailureKind::NoUsableServer => "no-usable-server",
            FailureKind::BadAddress => "bad-address",
            FailureKind::BadPort => "bad-port",
            FailureKind::DeferAll => "defer-all",
            FailureKind::IgnoredFile => "ignored-file",
            FailureKind::Crash => "crash",
            FailureKind::Undefined => "undefined",
            FailureKind::RejectedName => "rejected-name",
        }
    }
}
