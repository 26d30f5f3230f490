//! Recipient domains that a product refuses before it asks DNS.

use idna::uts46::{AsciiDenyList, DnsLength, Hyphens, Uts46};

/// True when `idn2_lookup_u8` refuses the host: malformed UTF-8, or an A-label that decodes to nothing (sagredo
/// `qmail-remote.c:1057`).
///
/// libidn2 is laxer than strict UTS 46: no deny list, any hyphens, any length. This is a verdict only; names that are
/// queried go through [`Domain`](crate::model::Domain).
pub fn refused_by_idn2(host: &[u8]) -> bool {
    Uts46::new()
        .to_ascii(
            host,
            AsciiDenyList::EMPTY,
            Hyphens::Allow,
            DnsLength::Ignore,
        )
        .is_err()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn malformed_names_are_refused() {
        assert!(refused_by_idn2(b"\xffkilo.com"));
        assert!(refused_by_idn2(b"mail.xn--p1"));
        assert!(!refused_by_idn2("bücher.example".as_bytes()));
        assert!(!refused_by_idn2(b"under_score.example"));
        assert!(!refused_by_idn2(b""));
    }
}
