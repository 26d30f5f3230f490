//! What is demanded of TLS.

/// What is demanded of a connection, from least to most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Policy {
    /// No TLS, even where it is offered; credentials are sent in clear.
    None,
    /// TLS where it is offered and works, whatever certificate is shown (RFC 7435); clear text otherwise.
    #[default]
    May,
    /// TLS, whatever certificate is shown; never clear text.
    Encrypt,
    /// TLS with a certificate that a known authority made for the server's name; never anything else.
    Verify,
}

/// A word that names no policy.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum UnknownPolicy {
    /// It is reserved.
    #[error("`dane` is not supported yet; write `verify` or `encrypt`")]
    Reserved,
    /// It means nothing.
    #[error("no policy has this name; write `none`, `may`, `encrypt` or `verify`")]
    Unknown,
}

impl Policy {
    /// The policy called `name`; an empty one is the default.
    ///
    /// # Errors
    /// [`UnknownPolicy`]. Mail must then wait: whoever wrote a word wanted more than the default.
    pub fn named(name: &[u8]) -> Result<Policy, UnknownPolicy> {
        match name {
            b"none" => Ok(Policy::None),
            b"" | b"may" => Ok(Policy::May),
            b"encrypt" => Ok(Policy::Encrypt),
            b"verify" => Ok(Policy::Verify),
            b"dane" => Err(UnknownPolicy::Reserved),
            _ => Err(UnknownPolicy::Unknown),
        }
    }

    /// True when mail waits rather than go in clear text.
    pub fn is_mandatory(self) -> bool {
        self >= Policy::Encrypt
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        assert_eq!(Policy::named(b""), Ok(Policy::May));
        assert_eq!(Policy::named(b"verify"), Ok(Policy::Verify));
        assert_eq!(Policy::named(b"dane"), Err(UnknownPolicy::Reserved));
        assert_eq!(Policy::named(b"Encrypt"), Err(UnknownPolicy::Unknown));
        assert!(Policy::Verify.is_mandatory() && !Policy::May.is_mandatory());
    }
}
