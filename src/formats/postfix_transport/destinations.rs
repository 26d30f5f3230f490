//! Next hops of the SMTP client: `[host]`, `domain`, each with `:port`, several of them from Postfix 3.5 on.

use std::ops::Range;

use smallvec::SmallVec;

use super::super::names::{self, BadHost, BadPort, Host};
use super::line::Value;
use super::reader::{Reader, WAITS};
use crate::diagnostic::{Finding, Severity};
use crate::model::{Hop, HopLookup, Port};
use crate::source::{Span, Visible};

/// `known_tcp_ports`, by default since Postfix 3.6; the same as in services(5).
const SERVICES: [(&str, u16); 5] = [
    ("smtp", 25),
    ("lmtp", 24),
    ("smtps", 465),
    ("submissions", 465),
    ("submission", 587),
];

/// Most next hops of one line that others are compared with.
const MOST_COMPARED: usize = 64;

impl Reader<'_> {
    /// The next hops in `value`; none when there are errors in them, which are noted.
    pub(super) fn destinations(&mut self, value: &Value) -> SmallVec<[Hop; 1]> {
        let words = value.words(self.text);
        let mut hops: SmallVec<[Hop; 1]> = SmallVec::new();
        if words.is_empty() {
            let span = self.span(value.range());
            let help = "write a host, or nothing for the recipient's domain";
            self.notes.error(
                "bad-host",
                span,
                "no next hop stands in the list",
                WAITS,
                help,
            );
            return hops;
        }
        for word in &words {
            let text = &self.text[word.clone()];
            if text.starts_with(b"#") {
                let span = self.span(word.start..value.range().end);
                self.notes.error(
                    "comment-in-result",
                    span,
                    "a comment behind a result is part of it: its words are taken for next hops",
                    WAITS,
                    "write the comment on a line of its own",
                );
                return SmallVec::new();
            }
            if self.glued(word.clone()) {
                return SmallVec::new();
            }
        }
        if words.len() > 1 {
            if self.assumed.is("next-hops", "one") {
                let span = self.span(value.range());
                let message = format!("{} next hops in one result", words.len());
                let help =
                    "write one; several need Postfix 3.5, or one name with several MX records";
                self.notes
                    .error("several-next-hops", span, message, WAITS, help);
                return hops;
            }
            self.doubt("next-hops");
        }
        let mut seen: Vec<(Vec<u8>, u16)> = Vec::new();
        for word in &words {
            let Some(hop) = self.destination(word.clone()) else {
                continue;
            };
            if words.len() > 1 {
                self.look_for_twin(&mut seen, &hop, word.clone());
            }
            hops.push(hop);
        }
        match hops.len() == words.len() {
            true => hops,
            false => SmallVec::new(),
        }
    }

    fn look_for_twin(&mut self, seen: &mut Vec<(Vec<u8>, u16)>, hop: &Hop, word: Range<usize>) {
        if seen.len() > MOST_COMPARED {
            return;
        }
        let name = self.text[word.clone()]
            .split(|&b| b == b']')
            .next()
            .unwrap_or(b"");
        let name = match hop.lookup {
            HopLookup::MxOf(text) => self.notes.bytes(text),
            _ => name,
        };
        let place = (
            name.to_ascii_lowercase(),
            hop.port.unwrap_or(Port::SMTP).wire(),
        );
        if seen.contains(&place) {
            let span = self.span(word.clone());
            self.notes.warn(
                "duplicate-host",
                span,
                format!("the next hop `{}` stands twice", Visible(&self.text[word])),
                "it is tried twice, and no other host takes the mail meanwhile",
            );
        }
        seen.push(place);
    }

    /// One next hop (`host_port.c`, `smtp_parse_destination`).
    fn destination(&mut self, word: Range<usize>) -> Option<Hop> {
        let text = &self.text[word.clone()];
        let shown = Visible(text).to_string();
        let span = self.span(word.clone());
        if let Some(inner) = text.strip_prefix(b"[") {
            let close = memchr::memchr(b']', inner);
            let rest = close.map(|at| &inner[at + 1..]);
            let (Some(close), Some(_)) = (
                close,
                rest.filter(|rest| matches!(rest.first(), None | Some(b':'))),
            ) else {
                let message = match close {
                    None => format!("the bracket of `{shown}` is not closed"),
                    Some(_) => format!("`{shown}`: only `:port` may stand behind the bracket"),
                };
                let help = "write [host] or [host]:port";
                self.notes
                    .error("unbalanced-bracket", span, message, WAITS, help);
                return None;
            };
            let tag = inner
                .get(..5)
                .is_some_and(|tag| tag.eq_ignore_ascii_case(b"ipv6:"));
            let from = word.start + 1 + if tag { 5 } else { 0 };
            let host = self.host(from..word.start + 1 + close, true)?;
            let port = word.start + close + 3..word.end;
            return self.hop(HopLookup::Address(host), port);
        }
        if text.contains(&b']') || text.contains(&b'[') {
            let message = format!("a bracket stands inside `{shown}`");
            let help = "write [host] or [host]:port";
            self.notes
                .error("unbalanced-bracket", span, message, WAITS, help);
            return None;
        }
        // Several colons are an IPv6 address.
        let colons = memchr::memchr_iter(b':', text).count();
        let end = match memchr::memrchr(b':', text) {
            Some(at) if colons == 1 => word.start + at,
            _ => word.end,
        };
        let name = self.host(word.start..end, false)?;
        self.hop(HopLookup::MxOf(name), (end + 1).min(word.end)..word.end)
    }

    fn hop(&mut self, lookup: HopLookup, port: Range<usize>) -> Option<Hop> {
        // `host:` is the default port, as `host` is.
        let port = match port.is_empty() {
            true => None,
            false => Some(self.port(port)?),
        };
        Some(Hop {
            port,
            ..Hop::to(lookup)
        })
    }

    /// A name or an address; bare ones must be names.
    fn host(&mut self, range: Range<usize>, bracketed: bool) -> Option<Span> {
        let text = &self.text[range.clone()];
        let (span, shown) = (self.span(range.clone()), Visible(text).to_string());
        match names::host(text) {
            Ok(Host::V4 | Host::V6(_)) if !bracketed => {
                self.notes.error(
                    "bare-address",
                    span,
                    format!("the address `{shown}` stands without brackets"),
                    "the MX of a name is asked for where no brackets stand, and an address has none: the form is required",
                    format!("write `[{shown}]`"),
                );
                None
            }
            Ok(Host::V6(inner)) if inner.start > 0 => {
                self.bad_host(span, &shown, "brackets in brackets")
            }
            Ok(Host::Name(name)) if name.final_dot => {
                let finding = Finding::new(
                    "final-dot",
                    Severity::Error,
                    span,
                    format!("a dot stands at the end of `{shown}`"),
                )
                .effect(WAITS)
                .help("delete the dot: names are absolute anyway");
                let dot = Span::new(span.end().saturating_sub(1), 1);
                self.notes.add_fixed(finding, dot, b"");
                None
            }
            Ok(found) => Some(self.notes.host(&found, span)),
            Err(BadHost::V6) if !bracketed => self.bad_host(span, &shown, "colons in a name"),
            Err(why) => self.bad_host(span, &shown, &why.to_string()),
        }
    }

    fn bad_host(&mut self, span: Span, shown: &str, why: &str) -> Option<Span> {
        let message = match shown {
            "" => "no host stands there".to_owned(),
            _ => format!("`{shown}` is no host: {why}"),
        };
        let help = "write a name, or an address in brackets";
        self.notes.error("bad-host", span, message, WAITS, help);
        None
    }

    /// A number, or the name of a service.
    fn port(&mut self, range: Range<usize>) -> Option<Port> {
        let text = &self.text[range.clone()];
        let (span, shown) = (self.span(range), Visible(text).to_string());
        let service = SERVICES.iter().find(|(name, _)| name.as_bytes() == text);
        if let Some((_, port)) = service {
            return Some(Port::scanned(u64::from(*port)));
        }
        match names::port(text) {
            Ok(port) => Some(Port::scanned(u64::from(port))),
            Err(BadPort::NotDecimal) if text.first().is_some_and(u8::is_ascii_alphabetic) => {
                self.notes.error(
                    "unknown-service",
                    span,
                    format!("the port of the service `{shown}` is not known here"),
                    "Postfix asks services(5) of its host, and mail waits where the name does not stand there",
                    "write the number of the port",
                );
                None
            }
            Err(why) => {
                let help = "write a port from 1 to 65535, or none for 25";
                self.notes
                    .error("bad-port", span, format!("`{shown}`: {why}"), WAITS, help);
                None
            }
        }
    }
}
