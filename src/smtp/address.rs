//! Addresses as they stand in MAIL and RCPT.

use crate::model::Domain;

/// An address in the form in which it is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mailbox {
    /// What stands between `<` and `>`; empty for the null sender.
    pub wire: Vec<u8>,
    /// True when it can be sent only to a server that has SMTPUTF8 (RFC 6531).
    pub needs_utf8: bool,
}

/// Why an address is never sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadMailbox {
    /// CR, LF or NUL: what follows would be a command of its own.
    #[error("the address holds a line break")]
    LineBreak,
    /// A blank, a control byte, `<` or `>` where nothing can be quoted: what follows would be a parameter of the command.
    #[error("the domain of the address holds a byte that would end it")]
    Delimiter,
    /// Bytes above 127 that are not UTF-8, or a domain that is no internationalized name.
    #[error("the address is not valid UTF-8")]
    NotUtf8,
}

impl Mailbox {
    /// Quotes the local part where it must be, as qmail-remote does (`addrmangle`, `quote.c`): case, dots and all that need
    /// not be quoted stay as they are, and so does a text without `@`.
    ///
    /// A domain in UTF-8 becomes A-labels, so that only a local part in UTF-8 needs SMTPUTF8.
    ///
    /// # Errors
    /// [`BadMailbox`]: the address must not be sent.
    pub fn new(address: &[u8]) -> Result<Self, BadMailbox> {
        if address.iter().any(|b| matches!(b, b'\r' | b'\n' | 0)) {
            return Err(BadMailbox::LineBreak);
        }
        if std::str::from_utf8(address).is_err() {
            return Err(BadMailbox::NotUtf8);
        }
        let Some(at) = address.iter().rposition(|&b| b == b'@') else {
            return Ok(Mailbox {
                wire: unquoted(address)?.to_vec(),
                needs_utf8: !address.is_ascii(),
            });
        };
        let (local, domain) = (&address[..at], unquoted(&address[at + 1..])?);
        let mut wire = Vec::with_capacity(address.len() + 2);
        if must_be_quoted(local) {
            wire.push(b'"');
            for &byte in local {
                if matches!(byte, b'"' | b'\\') {
                    wire.push(b'\\');
                }
                wire.push(byte);
            }
            wire.push(b'"');
        } else {
            wire.extend_from_slice(local);
        }
        wire.push(b'@');
        if domain.is_ascii() {
            wire.extend_from_slice(domain);
        } else {
            let domain = Domain::new(domain).map_err(|_| BadMailbox::NotUtf8)?;
            wire.extend_from_slice(domain.as_str().as_bytes());
        }
        Ok(Mailbox {
            wire,
            needs_utf8: !local.is_ascii(),
        })
    }
}

/// `text`, when it can stand between `<` and `>` as it is.
fn unquoted(text: &[u8]) -> Result<&[u8], BadMailbox> {
    let ends = |b: &u8| *b <= b' ' || matches!(b, 127 | b'<' | b'>');
    if text.iter().any(ends) {
        return Err(BadMailbox::Delimiter);
    }
    Ok(text)
}

/// notqmail `quote.c`, `quote_need`; but UTF-8 is text like any other (RFC 6531, 3.3).
fn must_be_quoted(local: &[u8]) -> bool {
    let plain =
        |b: u8| b >= 128 || b.is_ascii_alphanumeric() || b"!#$%&'*+-./=?^_`{|}~".contains(&b);
    local.is_empty()
        || !local.iter().all(|&b| plain(b))
        || local.first() == Some(&b'.')
        || local.last() == Some(&b'.')
        || local.windows(2).any(|two| two == b"..")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wire(address: &str) -> String {
        String::from_utf8(Mailbox::new(address.as_bytes()).unwrap().wire).unwrap()
    }

    #[test]
    fn local_parts_are_quoted_where_they_must_be() {
        for (address, sent) in [
            ("", ""),
            ("alice", "alice"),
            ("Al.ice@CLIENT.Test.", "Al.ice@CLIENT.Test."),
            ("#@[]", "#@[]"),
            ("al ice@a.example", "\"al ice\"@a.example"),
            (".a@a.example", "\".a\"@a.example"),
            ("a..b@a.example", "\"a..b\"@a.example"),
            ("a.@a.example", "\"a.\"@a.example"),
            ("a\"b\\c@a.example", "\"a\\\"b\\\\c\"@a.example"),
            ("(b)<o>b@a.example", "\"(b)<o>b\"@a.example"),
            ("a@b@c.example", "\"a@b\"@c.example"),
            ("@a.example", "\"\"@a.example"),
            ("a@bücher.example", "a@xn--bcher-kva.example"),
            ("jürgen@a.example", "jürgen@a.example"),
        ] {
            assert_eq!(wire(address), sent);
        }
        assert!(Mailbox::new("jürgen@a".as_bytes()).unwrap().needs_utf8);
        assert!(
            !Mailbox::new("a@bücher.example".as_bytes())
                .unwrap()
                .needs_utf8
        );
    }

    #[test]
    fn no_address_is_a_command() {
        let bad = |address: &[u8]| Mailbox::new(address).unwrap_err();
        assert_eq!(bad(b"a@b\r\nDATA"), BadMailbox::LineBreak);
        assert_eq!(bad(b"a\n@b"), BadMailbox::LineBreak);
        assert_eq!(bad(b"a\0@b"), BadMailbox::LineBreak);
        assert_eq!(bad(b"a@b> SIZE=1"), BadMailbox::Delimiter);
        assert_eq!(bad(b"a b"), BadMailbox::Delimiter);
        assert_eq!(bad(b"j\xFCrgen@b"), BadMailbox::NotUtf8);
    }
}
