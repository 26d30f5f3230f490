//! Senders, recipients and exceptions: `user@domain`, `@domain`, `ANY`.

use super::super::names::{self, BadName};
use super::route::Reader;
use crate::diagnostic::{Finding, Severity};
use crate::source::{Span, Text, Visible};

/// What an element says of addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pattern {
    /// Every address.
    Any,
    /// A key as the matcher walks it: `user@domain`, or a domain without its `@`.
    Key(Text),
}

/// Where an address stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Sender,
    Recipient,
    Exception,
}

impl Place {
    fn words(self) -> &'static str {
        match self {
            Place::Sender => "the sender",
            Place::Recipient => "the recipient",
            Place::Exception => "the exception",
        }
    }
}

/// Reads the value of an element, which is not empty. `None` when it is none; that is noted.
pub(super) fn pattern(reader: &mut Reader<'_>, place: Place, text: Text) -> Option<Pattern> {
    let bytes = reader.notes.held(text);
    if let Some(pattern) = plain(&bytes, place, text) {
        return Some(pattern);
    }
    let what = place.words();
    let bad = |reader: &mut Reader<'_>, rule: &'static str, message: String, help: String| {
        let finding = Finding::new(rule, Severity::Error, reader.notes.source(text), message);
        reader.notes.add(
            finding
                .effect("what becomes of its mail is not documented: the product may skip the route, or refuse the whole file")
                .help(help),
        );
        None
    };
    let shown = Visible(&bytes);
    if place != Place::Exception && memchr::memchr(b'|', &bytes).is_some() {
        let message = format!("{what} is a list; there can be only one");
        return bad(
            reader,
            "several-addresses",
            message,
            "write one route for each".to_owned(),
        );
    }
    if bytes.eq_ignore_ascii_case(b"ANY") {
        return any(reader, place, text);
    }
    if *bytes == *b"<>" {
        let message = format!("{what} is `<>`, which is neither an address nor @domain");
        return bad(
            reader,
            "bad-address",
            message,
            "the null sender cannot be named here".to_owned(),
        );
    }
    let Some(at) = bytes.iter().rposition(|&b| b == b'@') else {
        if names::name(&bytes).is_ok() {
            let message = format!("{what} `{shown}` is a domain without `@`");
            return bad(reader, "bare-domain", message, format!("write `@{shown}`"));
        }
        let message = format!("{what} `{shown}` is no address and no @domain");
        return bad(
            reader,
            "bad-address",
            message,
            "write user@domain or @domain".to_owned(),
        );
    };
    let (local, domain) = (&bytes[..at], &bytes[at + 1..]);
    if let Err(why) = local_part(local) {
        let message = format!("{what} `{shown}` is no address: {why}");
        return bad(
            reader,
            "bad-address",
            message,
            "write user@domain or @domain".to_owned(),
        );
    }
    let offset = at as u32 + 1;
    let domain_text = Span::new(text.start + offset, text.len - offset);
    let kept = match domain_of(reader, domain, domain_text) {
        Ok(kept) => kept,
        Err(BadName::LeadingDot) => {
            let message =
                format!("{what} `{shown}` begins its domain with a dot, which means nothing here");
            let help =
                "write one route for each subdomain, or @domain for the domain itself".to_owned();
            return bad(reader, "wildcard-not-supported", message, help);
        }
        Err(BadName::Star) => {
            let message = format!("{what} `{shown}` has a `*`, which stands for nothing here");
            let help = "write ANY for every recipient, or @domain for one domain".to_owned();
            return bad(reader, "wildcard-not-supported", message, help);
        }
        Err(why) => {
            let message = format!("{what} `{shown}` has no domain: {why}");
            return bad(
                reader,
                "bad-address",
                message,
                "write user@domain or @domain".to_owned(),
            );
        }
    };
    if !local.is_ascii() {
        reader.notes.warn(
            "non-ascii-local-part",
            reader.notes.source(text),
            format!("the local part of {what} `{shown}` is not ASCII"),
            "mail for it comes only by SMTPUTF8, and no vendor says how such names are compared",
        );
    }
    let end = offset + kept;
    Some(Pattern::Key(match local.is_empty() {
        true => Span::new(text.start + offset, kept),
        false => Span::new(text.start, end),
    }))
}

/// What nothing needs to be said of, as nearly all addresses are.
fn plain(bytes: &[u8], place: Place, text: Text) -> Option<Pattern> {
    if bytes == b"ANY" && place == Place::Recipient {
        return Some(Pattern::Any);
    }
    let at = memchr::memrchr(b'@', bytes)?;
    let (local, domain) = (&bytes[..at], &bytes[at + 1..]);
    let name = names::name(domain).ok()?;
    let is_plain = !name.final_dot && !name.unicode && local.is_ascii();
    let is_list = memchr::memchr(b'|', local).is_some();
    if !is_plain || is_list || local_part(local).is_err() {
        return None;
    }
    let start = if local.is_empty() { 1 } else { 0 };
    Some(Pattern::Key(Span::new(
        text.start + start,
        text.len - start,
    )))
}

fn any(reader: &mut Reader<'_>, place: Place, text: Text) -> Option<Pattern> {
    if place == Place::Exception {
        reader.notes.warn(
            "any-in-exceptions",
            reader.notes.source(text),
            "ANY among the exceptions",
            "none: it stands for no recipient there",
        );
        return None;
    }
    if place == Place::Sender {
        reader.doubt("any-sender");
        reader.notes.warn(
            "any-sender",
            reader.notes.source(text),
            "the sender ANY, which the vendor does not document",
            "taken as every sender; if the product reads it otherwise, the route is never taken",
        );
    }
    if reader.notes.bytes(text) != b"ANY" {
        let shown = Visible(reader.notes.bytes(text)).to_string();
        reader.doubt("any-spelling");
        let message = format!("`{shown}` where the vendor writes ANY");
        let finding = Finding::new(
            "any-spelling",
            Severity::Warning,
            reader.notes.source(text),
            message,
        )
        .effect("taken as ANY; if the product compares letter by letter, the route is never taken")
        .help("write `ANY`");
        reader.notes.add_fixed(finding, text, b"ANY");
    }
    Some(Pattern::Any)
}

/// How many bytes of the domain count, or why it is none.
fn domain_of(reader: &mut Reader<'_>, domain: &[u8], text: Text) -> Result<u32, BadName> {
    if domain.first() == Some(&b'[') && domain.last() == Some(&b']') {
        reader.notes.warn(
            "domain-literal",
            reader.notes.source(text),
            format!("the domain is the address literal `{}`", Visible(domain)),
            "only mail to that very literal matches",
        );
        return Ok(domain.len() as u32);
    }
    let name = names::name(domain)?;
    if name.final_dot {
        reader.doubt("final-dot");
        let shown = Visible(&domain[name.range.clone()]).to_string();
        let finding = Finding::new(
            "final-dot",
            Severity::Warning,
            reader.notes.source(text),
            format!("a dot stands at the end of `{shown}.`"),
        )
        .effect(format!(
            "taken as {shown}; if the product compares the dot too, the route is never taken"
        ))
        .help("delete the dot");
        reader.notes.add_fixed(
            finding,
            Span::new(text.start + name.range.end as u32, 1),
            b"",
        );
    }
    if name.unicode {
        let ascii = crate::model::Domain::new(&domain[name.range.clone()]);
        let ascii = ascii.map(|domain| domain.to_string()).unwrap_or_default();
        let finding = Finding::new(
            "unicode-domain",
            Severity::Warning,
            reader.notes.source(text),
            format!(
                "the domain `{}` is not written as its A-label",
                Visible(domain)
            ),
        )
        .effect(format!(
            "taken as {ascii}; if the product compares letters, mail for {ascii} does not match"
        ))
        .help(format!("write `{ascii}`"));
        reader.notes.add(finding);
    }
    Ok(name.range.end as u32)
}

/// What is wrong with a local part; an empty one is that of `@domain`.
fn local_part(local: &[u8]) -> Result<(), &'static str> {
    if let Some(inner) = local.strip_prefix(b"\"") {
        let closed = inner.strip_suffix(b"\"").is_some_and(|inner| {
            // A quote that is escaped does not close.
            inner.iter().rev().take_while(|&&b| b == b'\\').count() % 2 == 0
        });
        return if closed {
            Ok(())
        } else {
            Err("the quote is not closed")
        };
    }
    for &byte in local {
        match byte {
            b'*' => return Err("`*` stands for nothing here"),
            b' ' | b'\t' | b'\n' | b'\r' => return Err("a blank stands in it"),
            b'@' => return Err("it has two `@`"),
            b'<' | b'>' | b'(' | b')' | b',' | b';' | b':' | b'"' | b'[' | b']' | b'\\' => {
                return Err("it holds a character that must be quoted");
            }
            byte if byte.is_ascii_control() => return Err("it holds a control character"),
            _ => {}
        }
    }
    Ok(())
}
