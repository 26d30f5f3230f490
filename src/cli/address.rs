//! Records: what a user asks about, checked before the matcher sees it.

use crate::lookup::{Envelope, Recipient, Sender};
use crate::model::Direction;

/// Longest domain that can exist (RFC 1035, 2.3.4), without the final dot.
const LONGEST_DOMAIN: usize = 253;

/// A record of a batch, or one argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Record<'r> {
    /// What is asked about.
    pub recipient: &'r [u8],
    /// The sender, when the record names one.
    pub sender: Option<Sender<'r>>,
    /// The subject, when the record has one.
    pub subject: Option<&'r [u8]>,
}

/// What is known of every message, unless its record says otherwise.
#[derive(Clone, Copy, Debug)]
pub(super) struct Given<'g> {
    /// The sender.
    pub sender: Sender<'g>,
    /// The subject.
    pub subject: Option<&'g [u8]>,
    /// The direction.
    pub direction: Option<Direction>,
    /// Recipients are bare hosts.
    pub hosts: bool,
}

impl<'r> Record<'r> {
    /// Splits `recipient TAB sender TAB subject`. A sender `<>` is the null sender, an empty one is not given.
    pub fn parse(line: &'r [u8]) -> Self {
        let mut fields = line.splitn(3, |&b| b == b'\t');
        let recipient = fields.next().unwrap_or(b"");
        let sender = fields.next().filter(|s| !s.is_empty()).map(sender);
        let subject = fields.next();
        Record {
            recipient,
            sender,
            subject,
        }
    }

    /// The envelope to decide, or what is wrong with the record.
    pub fn envelope(&self, given: Given<'r>) -> Result<Envelope<'r>, &'static str> {
        let sender = self.sender.unwrap_or(given.sender);
        if let Sender::Address(address) = sender
            && address.iter().any(u8::is_ascii_control)
        {
            return Err("the sender holds control bytes: no mail system accepts it");
        }
        let recipient = if given.hosts {
            host(self.recipient)?
        } else {
            recipient(self.recipient)?
        };
        Ok(Envelope {
            subject: self.subject.or(given.subject),
            direction: given.direction,
            ..Envelope::new(recipient, sender)
        })
    }
}

/// A sender as written on the command line: empty and `<>` are the null sender.
pub(super) fn sender(text: &[u8]) -> Sender<'_> {
    if text == b"<>" {
        Sender::Null
    } else {
        Sender::from_bytes(text)
    }
}

/// The first argument of qmail-remote: any bytes but NUL.
fn host(text: &[u8]) -> Result<Recipient<'_>, &'static str> {
    if text.contains(&0) {
        return Err("the host holds a NUL byte: no argument of a program can");
    }
    Ok(Recipient::Host(text))
}

fn recipient(text: &[u8]) -> Result<Recipient<'_>, &'static str> {
    if text.is_empty() {
        return Err("the record is empty; write an address or a domain");
    }
    if text.ends_with(b"\r") {
        return Err("the record ends in CR: the list has CRLF line ends; remove the CR bytes");
    }
    if text.iter().any(u8::is_ascii_control) {
        return Err("the address holds control bytes: no mail system accepts it");
    }
    if std::str::from_utf8(text).is_err() {
        return Err(
            "the address is not valid UTF-8; --hosts asks about the bytes of a host as they are",
        );
    }
    if text.starts_with(b"<") && text.ends_with(b">") {
        return Err("the address stands in angle brackets; write it without them");
    }
    let (address, domain) = match text.iter().rposition(|&b| b == b'@') {
        None => (false, text),
        Some(0) => return Err("the local part before @ is missing"),
        Some(at) => (true, &text[at + 1..]),
    };
    if domain.is_empty() {
        return Err(
            "the domain behind @ is missing: qmail-remote would look for a host without name",
        );
    }
    if domain.len() > LONGEST_DOMAIN + usize::from(domain.ends_with(b".")) {
        return Err("the domain is longer than 253 bytes: no such domain can exist");
    }
    Ok(if address {
        Recipient::Address(text)
    } else {
        Recipient::Domain(text)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOTHING: Given<'_> = Given {
        sender: Sender::Unknown,
        subject: None,
        direction: None,
        hosts: false,
    };

    fn of(text: &[u8]) -> Result<Recipient<'_>, &'static str> {
        let envelope = Record::parse(text).envelope(NOTHING);
        envelope.map(|e| e.recipient)
    }

    #[test]
    fn addresses_and_domains() {
        assert_eq!(of(b"u@d"), Ok(Recipient::Address(b"u@d")));
        assert_eq!(of(b"d"), Ok(Recipient::Domain(b"d")));
        assert_eq!(of("ü@bücher.example".as_bytes()).map(|_| ()), Ok(()));
        let long = [b"u@".to_vec(), vec![b'a'; 300]].concat();
        for bad in [
            &b""[..],
            b"u@",
            b"@d",
            b"u@d\r",
            b"u\x01@d",
            b"<u@d>",
            b"u@\xff",
            &long,
        ] {
            assert!(of(bad).is_err(), "{bad:?}");
        }
        assert!(
            Record::parse(b"\xff")
                .envelope(Given {
                    hosts: true,
                    ..NOTHING
                })
                .is_ok()
        );
    }

    #[test]
    fn records_name_senders() {
        assert_eq!(Record::parse(b"u@d\t<>\tx").sender, Some(Sender::Null));
        assert_eq!(Record::parse(b"u@d\t\tx").sender, None);
        assert_eq!(Record::parse(b"u@d\t\tx\ty").subject, Some(&b"x\ty"[..]));
        assert_eq!(Record::parse(b"u@d\t").subject, None);
        assert_eq!(
            Record::parse(b"u@d\ts@e").sender,
            Some(Sender::Address(b"s@e"))
        );
        assert!(Record::parse(b"u@d\ts\x07@e").envelope(NOTHING).is_err());
    }
}
