//! Recipient domains that a product refuses before it asks DNS.

use idna::uts46::{AsciiDenyList, DnsLength, Hyphens, Uts46};

/// What `idn2_lookup_u8` makes of a host, which the product then asks the MX of (sagredo `qmail-remote.c:1057`): A-labels
/// in lower case. `None` when it refuses: malformed UTF-8, or an A-label that decodes to nothing.
///
/// libidn2 is laxer than strict UTS 46: no deny list, any hyphens, any length. Names that are really queried go through
/// [`Domain`](crate::model::Domain) all the same.
pub fn idn2_lookup(host: &[u8]) -> Option<Vec<u8>> {
    let ascii = Uts46::new().to_ascii(
        host,
        AsciiDenyList::EMPTY,
        Hyphens::Allow,
        DnsLength::Ignore,
    );
    ascii.ok().map(|name| name.into_owned().into_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn none(host: &[u8]) -> bool {
        idn2_lookup(host).is_none()
    }

    #[test]
    fn malformed_names_are_refused() {
        assert!(none(b"\xffkilo.com"));
        assert!(none(b"mail.xn--p1"));
        assert!(!none("bücher.example".as_bytes()));
        assert!(!none(b"under_score.example"));
        assert!(!none(b""));
    }

    #[test]
    fn names_become_a_labels_in_lower_case() {
        assert_eq!(
            idn2_lookup("BÜCHER.Example".as_bytes()).as_deref(),
            Some(&b"xn--bcher-kva.example"[..])
        );
    }
}
