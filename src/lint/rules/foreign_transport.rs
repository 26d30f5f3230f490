//! A relay as other mail systems write it.

use std::ops::Range;

use super::{bad_ip, ipv6_key, ipv6_relay, unclosed_bracket};
use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::line::blanks;
use crate::lint::port::TRANSPORTS;
use crate::lint::{Check, Complaint, Line, Reading, Rule};

/// The rule.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        name: "foreign-transport",
        summary: "a relay is written as a transport or an address of the web: `smtp:[host]`, `smtp://host`",
        severity: Severity::Error,
        on: true,
        formats: &["smtproutes"],
        explanation: "\
In the tables of Postfix and sendmail the name of a transport stands before the host:
`smtp:[mx1.example.net]:587`, `relay:mx1.example.net`, `error:mailbox closed`; other programs want
`smtp://mx1.example.net:587`. In smtproutes the first word would be the relay and the rest its
port: the product looks for a host called `smtp`, which does not exist, on port 0, where nothing
answers.

There is one transport here, SMTP. Mail cannot be refused, dropped or delivered locally by this
table: that is the business of rcpthosts, locals and virtualdomains.

Bad:

    example.org:smtp:[mx1.example.net]:587
    example.org:smtp://mx1.example.net

Good:

    example.org:mx1.example.net:587
    example.org:mx1.example.net",
    },
    harmless: None,
    check: Check::Line(check),
};

fn check(line: &Line<'_>, reading: &Reading<'_>) -> Option<Complaint> {
    let found = transport(line)?;
    let word = &line.bytes[found.word.clone()];
    let is = |words: &[&[u8]]| words.iter().any(|w| word.eq_ignore_ascii_case(w));
    let at = found.word.start..found.rest.end;
    let message = match found.url {
        true => "the relay is written as an address of the web",
        false => "the name of a transport stands before the relay",
    };
    let complaint = Complaint::new(at.clone(), message);
    let wish = if is(&[b"error", b"discard"]) {
        "delete the line: no route refuses or drops mail; leave the domain out of rcpthosts"
    } else if is(&[b"local", b"virtual", b"lmtp", b"procmail", b"uucp"]) {
        "delete the line: routes are for SMTP to other hosts; see locals and virtualdomains"
    } else {
        ""
    };
    if !wish.is_empty() {
        return Some(ipv6_relay::as_host(line, word, complaint.help(wish), reading));
    }
    let rest = &line.bytes[found.rest.clone()];
    let known = found.url || is(&TRANSPORTS[..4]);
    let Some(relay) = Relay::of(rest, found.url).filter(|relay| known || relay.bracketed) else {
        return Some(complaint.help("write `domain:host` or `domain:host:port`"));
    };
    let notation = &reading.notation;
    let literals = reading.document().table.product.literals;
    let host = bad_ip::written(relay.host, literals).unwrap_or_else(|| match relay.host.contains(&b':') {
        true => [b"[", relay.host, b"]"].concat(),
        false => relay.host.to_vec(),
    });
    let port = match relay.port {
        b"" => Vec::new(),
        port => [&[notation.port_separator], port].concat(),
    };
    // Between a key and its transport there may be blanks instead of a colon.
    let key = &line.bytes[..found.key];
    let key = if key == b"*" { b"" } else { key };
    let behind = &line.bytes[found.rest.end..];
    let meant = [key, b":", &host, &port, behind].concat();
    // Without brackets, Postfix asks for the MX of the host, and so does Courier in any case.
    let safe = (relay.bracketed || found.url)
        && is(&[b"smtp", b"esmtp", b"relay"])
        && !notation.is_lenient()
        && !relay.secret
        && behind.trim_ascii().is_empty()
        && unclosed_bracket::is_host(&host)
        && relay.port.iter().all(u8::is_ascii_digit);
    let complaint = complaint.meant(meant);
    let complaint = match relay.secret && notation.port_separator != b':' {
        // The matcher would show the name that is asked of DNS.
        true => complaint.effect(Severity::Error, "no host has such a name: the mail does not arrive"),
        false => complaint,
    };
    Some(match safe {
        true => complaint.safe(),
        false => complaint.unsafe_fix(),
    })
}

/// What other systems write before a host, and what stands behind it.
pub(super) struct Transport {
    /// Where the key ends: a colon, or the blanks of a Postfix table.
    key: usize,
    /// The transport.
    pub word: Range<usize>,
    /// What stands behind its colon, up to a blank.
    pub rest: Range<usize>,
    /// `word://`
    url: bool,
}

/// A transport before the relay of a route: behind the key's colon (`key:smtp:[host]`), or in the key after blanks
/// (`key  smtp:[host]`). `relay:25` and `relay:smtp` may be a host called relay.
pub(super) fn transport(line: &Line<'_>) -> Option<Transport> {
    if !line.is_route() {
        return None;
    }
    in_value(line).or_else(|| in_key(line))
}

fn in_value(line: &Line<'_>) -> Option<Transport> {
    let value = line.value_range();
    let start = value.start + blanks(&line.bytes[value.clone()]);
    let rest = end_of(line, start, value.end)?;
    let head = &line.bytes[start..rest];
    let colon = head.iter().position(|b| matches!(b, b':' | b';' | b','))?;
    let word = &head[..colon];
    if head[colon] != b':' || !unclosed_bracket::is_host(word) {
        return None;
    }
    let text = &head[colon + 1..];
    let known = TRANSPORTS.iter().any(|w| word.eq_ignore_ascii_case(w));
    let is_relay = word.eq_ignore_ascii_case(b"relay");
    let url = text.starts_with(b"//");
    let host = match text.first() {
        // A port, unless it is an address.
        Some(b'0'..=b'9') => text.contains(&b'.'),
        Some(byte) => byte.is_ascii_alphabetic() && !is_port_name(text),
        None => !is_relay,
    };
    (url || text.starts_with(b"[") || known && host).then_some(Transport {
        key: value.start.saturating_sub(1),
        word: start..start + colon,
        rest: start + colon + 1..rest,
        url,
    })
}

/// A line of a Postfix table: `key`, blanks, `transport:host`.
fn in_key(line: &Line<'_>) -> Option<Transport> {
    let key = line.key();
    let blank = key.iter().position(|b| matches!(b, b' ' | b'\t'))?;
    let start = blank + blanks(&key[blank..]);
    let word = &key[start..];
    let is_name = key[..blank] == *b"*" || unclosed_bracket::is_host(&key[..blank]);
    if !is_name || !TRANSPORTS.iter().any(|w| word.eq_ignore_ascii_case(w)) {
        return None;
    }
    let value = line.value_range();
    Some(Transport {
        key: blank,
        word: start..key.len(),
        rest: value.start..end_of(line, value.start, value.end)?,
        url: line.value().starts_with(b"//"),
    })
}

/// Where a value's first word ends.
fn end_of(line: &Line<'_>, start: usize, end: usize) -> Option<usize> {
    let text = line.bytes.get(start..end)?;
    let stop = |b: &u8| matches!(b, b' ' | b'\t' | b'|' | b'#');
    Some(start + text.iter().position(stop).unwrap_or(text.len()))
}

/// Words that are ports.
pub(super) fn is_port_name(text: &[u8]) -> bool {
    const NAMES: [&[u8]; 12] = [
        b"smtp", b"mail", b"esmtp", b"submission", b"msa", b"starttls", b"submissions", b"smtps",
        b"ssmtp", b"ssl", b"tls", b"urd",
    ];
    NAMES.iter().any(|name| text.eq_ignore_ascii_case(name))
}

/// Host and port behind a transport.
struct Relay<'t> {
    host: &'t [u8],
    port: &'t [u8],
    bracketed: bool,
    /// A user, and perhaps a password, stands before the host.
    secret: bool,
}

impl<'t> Relay<'t> {
    fn of(rest: &'t [u8], url: bool) -> Option<Self> {
        let mut rest = if url { rest.get(2..)? } else { rest };
        let secret = memchr::memrchr(b'@', rest);
        if let Some(at) = secret {
            rest = &rest[at + 1..];
        }
        if url && let Some(slash) = memchr::memchr(b'/', rest) {
            rest = &rest[..slash];
        }
        let (host, behind, bracketed) = match rest.strip_prefix(b"[") {
            Some(inner) => {
                let close = memchr::memchr(b']', inner)?;
                (&inner[..close], &inner[close + 1..], true)
            }
            None => {
                let end = memchr::memchr(b':', rest).unwrap_or(rest.len());
                (&rest[..end], &rest[end..], false)
            }
        };
        let port = match behind.split_first() {
            None => b"",
            Some((b':', port)) => port,
            Some(_) => return None,
        };
        let host = match host.get(..5) {
            Some(tag) if tag.eq_ignore_ascii_case(b"ipv6:") => &host[5..],
            _ => host,
        };
        let is_host = unclosed_bracket::is_host(host) || bracketed && ipv6_key::is_address(host);
        (is_host && unclosed_bracket::is_host(port) | port.is_empty()).then_some(Relay {
            host,
            port,
            bracketed,
            secret: secret.is_some(),
        })
    }
}
