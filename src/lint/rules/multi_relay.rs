//! Several relays for one key.

use std::ops::Range;

use super::{bad_ip, continuation, foreign_transport, octet_range, unclosed_bracket};
use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::line::blanks;
use crate::lint::{Check, Complaint, Line, Notation, Reading, Rule};

/// The rule.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        name: "multi-relay",
        summary: "several relays are given for one key, and no product tries a second one",
        severity: Severity::Error,
        on: true,
        formats: &["smtproutes"],
        explanation: "\
A route has one relay. `mx1.example.net,mx2.example.net` is one name with a comma in it, which no
host has: the mail bounces. There is no failover in any product of the family, whatever some guides
say; a second line with the same key does not help either, for one of the two decides and the other
is never used.

For failover, give one name the addresses of all hosts: every address is tried before the mail is
deferred.

Bad:

    example.org:mx1.example.net,mx2.example.net

Good, where mx.example.net has the addresses of both:

    example.org:mx.example.net",
    },
    harmless: None,
    check: Check::Line(check),
};

fn check(line: &Line<'_>, reading: &Reading<'_>) -> Option<Complaint> {
    let list = list(line, &reading.notation)?;
    let complaint = Complaint::new(list.first.start..list.end, "a route has one relay, and here are several")
        .help("write one name that has the addresses of all of them")
        .meant(line.with(list.first.end..list.end, b""));
    Some(complaint.unsafe_fix())
}

/// Several relays in the place of one.
pub(super) struct List {
    /// The first of them, with its port.
    pub first: Range<usize>,
    /// Where the last ends.
    pub end: usize,
}

/// Names or addresses with commas, semicolons, colons or blanks between them. Where a blank separates credentials, it is no list; a
/// blank alone is evidence only when what follows cannot well be a user: one name, or several that are alike.
pub(super) fn list(line: &Line<'_>, notation: &Notation) -> Option<List> {
    if !line.is_route() || continuation::is_continued(line) {
        return None;
    }
    let value = line.value_range();
    let start = value.start + blanks(&line.bytes[value.clone()]);
    let mut words = Words { bytes: line.bytes.get(..value.end)?, at: start };
    let first = words.next()?.1;
    if let Some(list) = by_colon(line, first.clone()) {
        return Some(list);
    }
    let (sign, second) = words.next()?;
    let text = |range: &Range<usize>| &line.bytes[range.clone()];
    let is_other = |range| is_relay(text(range)) || sign && is_short(text(range));
    if !unclosed_bracket::is_host(text(&first)) && !is_relay(text(&first)) || !is_other(&second) {
        return None;
    }
    let alone = words.at >= value.end;
    let mut list = List { first, end: second.end };
    if !sign {
        let alike = |other: &Range<usize>| {
            let [a, b] = [&list.first, other].map(text);
            domain(a).eq_ignore_ascii_case(domain(b)) || is_address(a) && is_address(b)
        };
        // A blank beside a dot stands inside a name.
        let split = text(&list.first).ends_with(b".");
        let user = notation.credentials == Some(b' ');
        if user || split || !alike(&second) && !alone {
            return None;
        }
    }
    for (joined, word) in words {
        // What follows a list and a blank may be credentials.
        if !is_relay(&line.bytes[word.clone()]) || sign && !joined {
            break;
        }
        list.end = word.end;
    }
    Some(list)
}

/// `first:second`, where the second is no port; what has a transport before its host is another rule's.
fn by_colon(line: &Line<'_>, word: Range<usize>) -> Option<List> {
    let text = &line.bytes[word.clone()];
    let colon = memchr::memchr(b':', text)?;
    let (host, behind) = (&text[..colon], &text[colon + 1..]);
    let found = unclosed_bracket::is_host(host)
        && is_relay(behind)
        && foreign_transport::transport(line).is_none();
    found.then_some(List {
        first: word.start..word.start + colon,
        end: word.end,
    })
}

/// The words of a value, each with whether a comma or semicolon stands before it.
struct Words<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Iterator for Words<'_> {
    type Item = (bool, Range<usize>);

    fn next(&mut self) -> Option<Self::Item> {
        let mut sign = false;
        while let Some(byte) = self.bytes.get(self.at) {
            match byte {
                b',' | b';' => sign = true,
                b' ' | b'\t' => {}
                _ => break,
            }
            self.at += 1;
        }
        let start = self.at;
        let is_end = |b: &u8| matches!(b, b',' | b';' | b' ' | b'\t' | b'|' | b'#');
        let text = self.bytes.get(start..)?;
        self.at += text.iter().position(is_end).unwrap_or(text.len());
        (self.at > start).then_some((sign, start..self.at))
    }
}

/// True for a name with a dot, or an address, with a port or not: what nobody would take for a port or a password.
fn is_relay(text: &[u8]) -> bool {
    let (host, port) = match memchr::memchr(b':', text) {
        Some(colon) => (&text[..colon], &text[colon + 1..]),
        None => (text, &b""[..]),
    };
    let mut labels = host.split(|&b| b == b'.');
    let is_label = |label: &[u8]| {
        !label.is_empty()
            && label.iter().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
    };
    let top = host.rsplit(|&b| b == b'.').next().unwrap_or_default();
    let is_name = labels.clone().count() > 1
        && labels.all(is_label)
        && top.len() > 1
        && top.iter().all(u8::is_ascii_alphabetic);
    (is_name || is_address(host))
        && port.iter().all(u8::is_ascii_digit)
}

/// True for a name without a dot that is not that of a port: behind a comma nothing else can be meant.
fn is_short(text: &[u8]) -> bool {
    text.first().is_some_and(u8::is_ascii_alphabetic)
        && unclosed_bracket::is_host(text)
        && !foreign_transport::is_port_name(text)
}

fn is_address(text: &[u8]) -> bool {
    let host = &text[..memchr::memchr(b':', text).unwrap_or(text.len())];
    octet_range::octets(bad_ip::unbracketed(host)).is_some()
}

/// What stands behind the first label.
fn domain(text: &[u8]) -> &[u8] {
    let text = &text[..memchr::memchr(b':', text).unwrap_or(text.len())];
    memchr::memchr(b'.', text).map_or(text, |dot| &text[dot..])
}
