//! Why there is no delivery: a closed list of errors.

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
