//! Why a question has no answer.

use crate::model::FailureKind;

/// The outcome of a question that brought no record.
///
/// The text is a clause without subject (`does not exist`), to follow the name that was asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DnsError {
    /// The name does not exist (NXDOMAIN).
    #[error("does not exist")]
    NoSuchDomain,
    /// The name exists and has no record of this type.
    #[error("exists without a record of this type")]
    NoData,
    /// The name server failed (SERVFAIL).
    #[error("cannot be looked up now: the name server failed")]
    ServFail,
    /// The name server refused to answer.
    #[error("cannot be looked up: the name server refused to answer")]
    Refused,
    /// No answer came in time.
    #[error("cannot be looked up now: no name server answered in time")]
    Timeout,
    /// The answer was cut, and TCP did not bring the rest.
    #[error("cannot be looked up now: the answer was cut, and TCP did not bring the rest")]
    Truncated,
    /// The name is an alias that leads back to itself, or through too many aliases.
    #[error("is an alias that leads back to itself")]
    CnameLoop,
    /// Anything else; says what, in a clause.
    #[error("cannot be looked up now: {0}")]
    Other(String),
}

impl DnsError {
    /// False for the two answers that another attempt would not change: no such domain, and no data.
    ///
    /// A CNAME loop is temporary: recursive servers answer SERVFAIL for it, which qmail takes for a soft failure (`dns.c`,
    /// `resolve`), and its owner may mend it while the mail waits.
    pub fn is_temporary(&self) -> bool {
        !matches!(self, DnsError::NoSuchDomain | DnsError::NoData)
    }

    /// The error kind that scripts see; [`DnsError::Other`] is a failure of the name server.
    pub fn kind(&self) -> FailureKind {
        match self {
            DnsError::NoSuchDomain => FailureKind::Nxdomain,
            DnsError::NoData => FailureKind::Nodata,
            DnsError::ServFail | DnsError::Other(_) => FailureKind::Servfail,
            DnsError::Refused => FailureKind::Refused,
            DnsError::Timeout => FailureKind::Timeout,
            DnsError::Truncated => FailureKind::Truncated,
            DnsError::CnameLoop => FailureKind::CnameLoop,
        }
    }
}
