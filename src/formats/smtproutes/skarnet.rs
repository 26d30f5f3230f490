//! skarnet's reader: a state machine that defers all mail at the first byte it does not expect
//! (`src/qmail-remote/smtproutes.c`).

use std::ops::Range;

use crate::control::scan_ulong;

/// One route.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Entry {
    /// The key, without brackets.
    pub key: Range<usize>,
    /// The relay, without brackets; may be empty.
    pub host: Range<usize>,
    /// The port, when one is written.
    pub port: Option<u64>,
    /// The whole line.
    pub line: Range<usize>,
}

/// Why all mail is deferred.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Bad {
    /// A byte that cannot stand there, at this offset.
    Syntax(usize),
    /// A port that is empty or above 65535; offset of its first byte.
    Port(usize),
}

/// Kinds of bytes, as the class table of this commit has them: it is one character short, so that everything behind `Z` has
/// the class of its neighbour. `Z` opens a bracket and `\` closes it; `[`, `_` and `z` are errors.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    End,
    Hash,
    Newline,
    Colon,
    Open,
    Close,
    Digit,
    Hex,
    Other,
    Bad,
}

fn class(byte: u8) -> Class {
    match byte {
        0 => Class::End,
        b'#' => Class::Hash,
        b'\n' => Class::Newline,
        b':' => Class::Colon,
        b'Z' => Class::Open,
        b'\\' => Class::Close,
        b'0'..=b'9' => Class::Digit,
        b'.' | b'A'..=b'F' => Class::Hex,
        b'"' | b'\'' | b'(' | b')' | b'*' | b',' | b';' | b'<' | b'>' | b'[' | b'_' | b'z' => {
            Class::Bad
        }
        b'!'..=b'y' => Class::Other,
        _ => Class::Bad,
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Start,
    Comment,
    QuotedHost,
    Host,
    AfterHost,
    Relay,
    QuotedRelay,
    InRelay,
    AfterRelay,
    Port,
}

/// All routes of a file. NUL ends it, as the end of the file does.
pub(super) fn entries(bytes: &[u8]) -> Result<Vec<Entry>, Bad> {
    let mut found = Vec::new();
    let mut state = State::Start;
    let (mut line, mut key, mut host, mut port) = (0, 0..0, 0..0, None::<usize>);
    let mut at = 0;
    loop {
        let byte = bytes.get(at).copied().unwrap_or(0);
        let kind = class(byte);
        let text = matches!(kind, Class::Hash | Class::Digit | Class::Hex | Class::Other);
        let quoted = matches!(kind, Class::Colon | Class::Digit | Class::Hex);
        let ends_line = matches!(kind, Class::Newline | Class::End);
        let next = match (state, kind) {
            (State::Start, Class::End) | (State::Comment, Class::End) => return Ok(found),
            (State::Start, Class::Newline) => State::Start,
            (State::Start, Class::Hash) => State::Comment,
            (State::Start, Class::Colon) => State::Relay,
            (State::Start, Class::Open) => State::QuotedHost,
            (State::Start, _) if text => State::Host,
            (State::Comment, Class::Newline) => State::Start,
            (State::Comment, _) => State::Comment,
            (State::QuotedHost, Class::Close) => State::AfterHost,
            (State::QuotedHost, _) if quoted => State::QuotedHost,
            (State::Host | State::AfterHost, Class::Colon) => State::Relay,
            (State::Host, _) if text => State::Host,
            (State::Relay | State::InRelay | State::AfterRelay, Class::Colon) => State::Port,
            (State::Relay | State::InRelay | State::AfterRelay | State::Port, _) if ends_line => {
                State::Start
            }
            (State::Relay, Class::Open) => State::QuotedRelay,
            (State::Relay, _) if text => State::InRelay,
            (State::InRelay, _) if text && kind != Class::Hash => State::InRelay,
            (State::QuotedRelay, Class::Close) => State::AfterRelay,
            (State::QuotedRelay, _) if quoted => State::QuotedRelay,
            (State::Port, Class::Digit) => State::Port,
            _ => return Err(Bad::Syntax(at)),
        };
        match (state, next) {
            (State::Start, State::Host) => (line, key) = (at, at..at + 1),
            (State::Start, State::QuotedHost) => (line, key) = (at, at + 1..at + 1),
            (State::Start, State::Relay) => {
                (line, key, host, port) = (at, at..at, at + 1..at + 1, None)
            }
            (State::QuotedHost, State::QuotedHost) | (State::Host, State::Host) => key.end = at + 1,
            (State::Host | State::AfterHost, State::Relay) => (host, port) = (at + 1..at + 1, None),
            (State::Relay, State::QuotedRelay) => host = at + 1..at + 1,
            (State::Relay, State::InRelay) | (State::InRelay, State::InRelay) => host.end = at + 1,
            (State::QuotedRelay, State::QuotedRelay) => host.end = at + 1,
            (State::Relay | State::InRelay | State::AfterRelay, State::Port) => port = Some(at + 1),
            (State::Relay | State::InRelay | State::AfterRelay | State::Port, State::Start) => {
                let port = match port {
                    None => None,
                    Some(from) => Some(port_number(&bytes[from..at]).ok_or(Bad::Port(from))?),
                };
                found.push(Entry {
                    key: key.clone(),
                    host: host.clone(),
                    port,
                    line: line..at,
                });
                if kind == Class::End {
                    return Ok(found);
                }
            }
            _ => {}
        }
        state = next;
        at += 1;
    }
}

/// `uint160_scan`: digits only, at least one, at most 65535.
fn port_number(text: &[u8]) -> Option<u64> {
    let significant = text
        .iter()
        .position(|&b| b != b'0')
        .map_or(&b""[..], |at| &text[at..]);
    let number = scan_ulong(significant).0;
    (!text.is_empty() && significant.len() <= 5 && number <= 65535).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn routes_and_comments() {
        let found = entries(b"# x\n\na:b:26\n:c").unwrap();
        assert_eq!(found.len(), 2);
        assert_eq!(
            found[0],
            Entry {
                key: 5..6,
                host: 7..8,
                port: Some(26),
                line: 5..11
            }
        );
        assert_eq!(
            found[1],
            Entry {
                key: 12..12,
                host: 13..14,
                port: None,
                line: 12..14
            }
        );
    }

    #[test]
    fn the_letter_z_defers_all_mail() {
        assert_eq!(entries(b"a:b\nzoo:c\n"), Err(Bad::Syntax(4)));
        assert_eq!(entries(b"a:[1.2.3.4]\n"), Err(Bad::Syntax(2)));
        let found = entries(b"a:Z1.2.3.4\\:25\n").unwrap();
        assert_eq!((found[0].host.clone(), found[0].port), (3..10, Some(25)));
    }

    #[test]
    fn ports_and_blanks() {
        assert_eq!(entries(b"a:b:\n"), Err(Bad::Port(4)));
        assert_eq!(entries(b"a:b:65536\n"), Err(Bad::Port(4)));
        assert_eq!(entries(b"a:b:00025").unwrap()[0].port, Some(25));
        assert_eq!(entries(b"a:b \n"), Err(Bad::Syntax(3)));
        assert_eq!(entries(b"a:b#c\n"), Err(Bad::Syntax(3)));
        assert_eq!(entries(b"a"), Err(Bad::Syntax(1)));
        assert!(entries(b"a:b\0 rest is not read").unwrap().len() == 1);
    }
}
