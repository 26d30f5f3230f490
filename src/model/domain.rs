//! Names that are asked of DNS or written into other products' files.

use std::fmt;

/// A domain name that may be asked of DNS: labels of `[A-Za-z0-9_-]`, at most 63 bytes each and 253 together.
///
/// The one place where names are checked. UTF-8 names become A-labels. A final dot is dropped: all names are absolute.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Domain(String);

/// Why a name cannot be asked of DNS.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadName {
    /// No byte at all.
    #[error("the name is empty")]
    Empty,
    /// Two dots in a row, or a dot at the start.
    #[error("the name has an empty label")]
    EmptyLabel,
    /// A label of more than 63 bytes.
    #[error("a label of the name is longer than 63 bytes")]
    LongLabel,
    /// More than 253 bytes.
    #[error("the name is longer than 253 bytes")]
    TooLong,
    /// A byte outside letters, digits, `-`, `_` and `.`.
    #[error("the name holds a byte that no host name has")]
    Byte,
    /// UTF-8 that IDNA refuses, or bytes that are not UTF-8.
    #[error("the name is no valid internationalized name")]
    Idna,
}

impl Domain {
    /// Checks `bytes`; UTF-8 names are converted with the strict functions of UTS 46.
    ///
    /// # Errors
    /// [`BadName`] says what is wrong first.
    pub fn new(bytes: &[u8]) -> Result<Self, BadName> {
        let bytes = bytes.strip_suffix(b".").unwrap_or(bytes);
        if bytes.is_empty() {
            return Err(BadName::Empty);
        }
        let name = if bytes.is_ascii() {
            String::from_utf8_lossy(bytes).to_ascii_lowercase()
        } else {
            idna::domain_to_ascii_strict(std::str::from_utf8(bytes).map_err(|_| BadName::Idna)?)
                .map_err(|_| BadName::Idna)?
        };
        for label in name.split('.') {
            if label.is_empty() {
                return Err(BadName::EmptyLabel);
            }
            if label.len() > 63 {
                return Err(BadName::LongLabel);
            }
            if !label
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
            {
                return Err(BadName::Byte);
            }
        }
        if name.len() > 253 {
            return Err(BadName::TooLong);
        }
        Ok(Domain(name))
    }

    /// The name in lower case, without a final dot.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Domain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_checked_in_one_place() {
        assert_eq!(Domain::new(b"MX.Example.").unwrap().as_str(), "mx.example");
        assert_eq!(
            Domain::new("bücher.example".as_bytes()).unwrap().as_str(),
            "xn--bcher-kva.example"
        );
        assert_eq!(Domain::new(b""), Err(BadName::Empty));
        assert_eq!(Domain::new(b"."), Err(BadName::Empty));
        assert_eq!(Domain::new(b"a..b"), Err(BadName::EmptyLabel));
        assert_eq!(Domain::new(b"mx relay"), Err(BadName::Byte));
        assert_eq!(Domain::new(b"mx\r"), Err(BadName::Byte));
        assert_eq!(Domain::new(b"\xff.example"), Err(BadName::Idna));
        assert_eq!(Domain::new(&[b'a'; 64]), Err(BadName::LongLabel));
        let long = vec![b"a".repeat(60); 5].join(&b'.');
        assert_eq!(Domain::new(&long), Err(BadName::TooLong));
        // Full-width digits are mapped, but to a name that is asked of DNS, never to an address that is connected to.
        assert_eq!(
            Domain::new("１.２.３.４".as_bytes()).unwrap().as_str(),
            "1.2.3.4"
        );
    }
}
