//! Replies of a server, taken apart byte by byte and in bounded memory.

use super::report::Letter;

/// Most bytes of a reply that are kept (notqmail `qmail-remote.c`, `HUGESMTPTEXT`).
const KEPT: usize = 5000;

/// Most bytes of one line. RFC 5321 allows 512; servers that say more are still understood.
const LINE: usize = 64 * 1024;

/// Most bytes of a whole reply.
const TOTAL: usize = 1024 * 1024;

/// A reply: a code, and the text with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// The three digits of the first line; `None` when it does not begin with three digits.
    ///
    /// The first line counts when lines disagree, as in qmail-remote (`smtpcode`).
    pub code: Option<u16>,
    /// All lines as they came, codes included, without CR; at most 5000 bytes.
    pub text: Vec<u8>,
}

/// What a reply means (RFC 5321, 4.2.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// 2xx: done.
    Done,
    /// 3xx: go on.
    More,
    /// 4xx: not now.
    Temporary,
    /// 5xx: no.
    Permanent,
    /// Anything else: no SMTP. It says nothing about the mail, so that another attempt may help.
    Nonsense,
}

impl Class {
    /// What becomes of mail that was refused so.
    pub(super) fn letter(self) -> Letter {
        match self {
            Class::Permanent => Letter::Bounced,
            _ => Letter::Deferred,
        }
    }
}

impl Reply {
    /// What the code means.
    pub fn class(&self) -> Class {
        match self.code.map(|code| code / 100) {
            Some(2) => Class::Done,
            Some(3) => Class::More,
            Some(4) => Class::Temporary,
            Some(5) => Class::Permanent,
            _ => Class::Nonsense,
        }
    }

    /// The lines without code and separator. A line that was cut is left out: `SIZE 10` of `SIZE 10485760` would bounce mail.
    pub fn lines(&self) -> impl Iterator<Item = &[u8]> {
        self.text
            .split_inclusive(|&b| b == b'\n')
            .filter_map(|line| line.strip_suffix(b"\n"))
            .map(|line| line.get(4..).unwrap_or(b""))
    }
}

/// A reply that goes on and on; whoever sends it is no mail server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the reply is longer than any reply of a mail server")]
pub struct TooLong;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum At {
    /// This many bytes of the code were read.
    Code(u8),
    /// Behind the code: `-` says that another line follows.
    Separator,
    /// In the text; true when no other line follows.
    Text(bool),
}

/// Puts a reply together from whatever pieces it comes in.
#[derive(Clone, Debug)]
pub struct ReplyParser {
    at: At,
    first_line: bool,
    code: Option<u16>,
    text: Vec<u8>,
    line: usize,
    total: usize,
}

impl Default for ReplyParser {
    fn default() -> Self {
        ReplyParser {
            at: At::Code(0),
            first_line: true,
            code: Some(0),
            text: Vec::new(),
            line: 0,
            total: 0,
        }
    }
}

impl ReplyParser {
    /// Takes bytes up to the end of the reply: how many were taken, and the reply when it is whole. Bytes behind it belong
    /// to the next one.
    ///
    /// A line ends at LF; CR is dropped wherever it stands, as in qmail-remote (`get`).
    ///
    /// # Errors
    /// [`TooLong`]; the parser is then of no further use.
    pub fn push(&mut self, bytes: &[u8]) -> Result<(usize, Option<Reply>), TooLong> {
        for (at, &byte) in bytes.iter().enumerate() {
            self.line += 1;
            self.total += 1;
            if self.line > LINE || self.total > TOTAL {
                return Err(TooLong);
            }
            if byte != b'\r' && self.text.len() < KEPT {
                self.text.push(byte);
            }
            if self.ends_with(byte) {
                let done = std::mem::take(self);
                let reply = Reply {
                    code: done.code,
                    text: done.text,
                };
                return Ok((at + 1, Some(reply)));
            }
        }
        Ok((bytes.len(), None))
    }

    /// True when `byte` is the last one of the reply.
    fn ends_with(&mut self, byte: u8) -> bool {
        let end_of_line = byte == b'\n';
        match self.at {
            At::Code(_) if end_of_line => {
                // A line too short to hold a code: whatever was said before, nothing is known to follow.
                if self.first_line {
                    self.code = None;
                }
                return true;
            }
            At::Code(read) => {
                if self.first_line {
                    self.code = match (self.code, byte) {
                        (Some(code), b'0'..=b'9') => Some(code * 10 + u16::from(byte - b'0')),
                        _ => None,
                    };
                }
                self.at = match read {
                    0 | 1 => At::Code(read + 1),
                    _ => At::Separator,
                };
            }
            At::Separator if end_of_line => return true,
            At::Separator => self.at = At::Text(byte != b'-'),
            At::Text(true) if end_of_line => return true,
            At::Text(false) if end_of_line => {
                self.at = At::Code(0);
                self.first_line = false;
                self.line = 0;
            }
            At::Text(_) => {}
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(bytes: &[u8]) -> (usize, Option<Reply>) {
        ReplyParser::default().push(bytes).unwrap()
    }

    fn code(bytes: &[u8]) -> Option<u16> {
        parse(bytes).1.unwrap().code
    }

    #[test]
    fn codes_and_text() {
        let (used, reply) = parse(b"250-one\r\n250 two\r\n354 next\r\n");
        let reply = reply.unwrap();
        assert_eq!(used, 18);
        assert_eq!(reply.code, Some(250));
        assert_eq!(reply.text, b"250-one\n250 two\n");
        assert_eq!(reply.lines().collect::<Vec<_>>(), [&b"one"[..], b"two"]);
        assert_eq!(code(b"220\r\n"), Some(220));
        assert_eq!(code(b"220\n"), Some(220));
        assert_eq!(code(b"220-a\n554 b\n"), Some(220));
        assert_eq!(code(b"abc def\r\n"), None);
        assert_eq!(code(b"25\r\n"), None);
        assert_eq!(code(b"\n"), None);
        assert_eq!(parse(b"SSH-2.0-OpenSSH_9.2\r\n").1, None);
    }

    #[test]
    fn classes() {
        let class = |text: &[u8]| parse(text).1.unwrap().class();
        assert_eq!(class(b"299 x\n"), Class::Done);
        assert_eq!(class(b"354 x\n"), Class::More);
        assert_eq!(class(b"421 x\n"), Class::Temporary);
        assert_eq!(class(b"554 x\n"), Class::Permanent);
        assert_eq!(class(b"999 x\n"), Class::Nonsense);
        assert_eq!(class(b"1x0 x\n"), Class::Nonsense);
    }

    #[test]
    fn bounds() {
        assert_eq!(ReplyParser::default().push(&[b'z'; LINE + 1]), Err(TooLong));
        let lines = b"250-x\n".repeat(TOTAL / 6 + 1);
        assert_eq!(ReplyParser::default().push(&lines), Err(TooLong));
        let long = [b"250-x\n".repeat(2000), b"250 x\n".to_vec()].concat();
        assert_eq!(parse(&long).1.unwrap().text.len(), KEPT);
        let limit = b"250 SIZE     10485760\n".to_vec();
        let cut = [b"250-x\n".repeat(KEPT / 6 - 2), limit].concat();
        let cut = parse(&cut).1.unwrap();
        assert!(cut.text.ends_with(b"\n250 SIZE     1"));
        assert!(cut.lines().all(|line| line == b"x"));
    }
}
