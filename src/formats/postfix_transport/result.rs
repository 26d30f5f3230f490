//! Results: `transport:nexthop`.

use std::ops::Range;

use smallvec::SmallVec;

use super::line::{Value, is_blank};
use super::reader::{Reader, UNUSED, WAITS};
use crate::diagnostic::{Finding, Severity};
use crate::model::{Action, Choice, Hop, HopLookup};
use crate::source::{Span, Text, Visible};

/// Transports in the master.cf that Postfix comes with, and those of its examples.
pub(super) const STOCK: &[&[u8]] = &[
    b"smtp",
    b"relay",
    b"lmtp",
    b"local",
    b"virtual",
    b"error",
    b"retry",
    b"discard",
    b"uucp",
    b"maildrop",
];

/// What error(8) and retry say when a result gives no text (`transport.c`).
pub(super) const NO_TEXT: &[u8] = b"Address is undeliverable";

/// Length of the enhanced status code that `text` begins with; 0 without one (`dsn_util.c`, `dsn_valid`).
pub(super) fn status_len(text: &[u8]) -> usize {
    let digits = |from: usize| {
        let rest = text.get(from..).unwrap_or(b"");
        let count = rest.iter().take_while(|b| b.is_ascii_digit()).count();
        (1..=3).contains(&count).then_some(from + count)
    };
    let class = matches!(text.first(), Some(b'2' | b'4' | b'5')) && text.get(1) == Some(&b'.');
    let end = class
        .then(|| digits(2))
        .flatten()
        .filter(|at| text.get(*at) == Some(&b'.'))
        .and_then(|at| digits(at + 1));
    match end {
        Some(end) if text.get(end).is_none_or(|b| is_blank(*b)) => end,
        _ => 0,
    }
}

impl Reader<'_> {
    /// What `value` does with mail; `None` when there are errors in it, which are noted.
    pub(super) fn result(&mut self, value: &Value) -> Option<Action> {
        let first = value.pieces.first().cloned().unwrap_or_default();
        let colon = memchr::memchr(b':', &self.text[first.clone()]).map(|at| first.start + at);
        let name = first.start..colon.unwrap_or(first.end);
        let rest = self.text.get(name.end..).unwrap_or(b"");
        self.line_end = memchr::memchr(b'\n', rest).map_or(self.text.len(), |at| name.end + at);
        let nexthop = match colon {
            Some(at) => value.behind(self.text, at + 1),
            None => Value::default(),
        };
        let word = &self.text[name.clone()];
        if colon.is_none() && (value.pieces.len() > 1 || !STOCK.contains(&word)) {
            return self.no_transport(value);
        }
        if !is_transport(word) || is_host_and_port(self.text, word, &nexthop) {
            return self.bad_transport(value, name);
        }
        if colon.is_none() {
            let span = self.span(name.clone());
            let shown = Visible(word).to_string();
            self.notes.warn(
                "missing-colon",
                span,
                format!("no colon stands behind the transport `{shown}`"),
                &format!("none: taken as `{shown}:`"),
            );
        }
        let spelled = STOCK
            .iter()
            .find(|stock| stock.eq_ignore_ascii_case(word) && **stock != word);
        if let Some(meant) = spelled {
            let (shown, meant) = (Visible(word).to_string(), Visible(meant).to_string());
            let message =
                format!("`{shown}` where `{meant}` is meant: transports are told by case");
            let span = self.span(name);
            let help = format!("write `{meant}`");
            self.notes
                .error("wrong-case-name", span, message, WAITS, help);
            return None;
        }
        match word {
            b"" if nexthop.is_empty() => Some(Action::Default),
            b"smtp" => self.smtp(value, name, &nexthop),
            b"" | b"relay" => {
                if self.assumed.is("transports", "stock") {
                    self.doubt("transports");
                    return self.smtp(value, name, &nexthop);
                }
                self.other(name, &nexthop)
            }
            b"local" => {
                self.ignored(&nexthop);
                Some(Action::Local)
            }
            b"error" | b"retry" => self.reject(name, &nexthop),
            b"discard" => Some(Action::Discard),
            _ => self.other(name, &nexthop),
        }
    }

    /// The SMTP client: to the MX of the recipient's domain, or to next hops.
    fn smtp(&mut self, value: &Value, name: Range<usize>, nexthop: &Value) -> Option<Action> {
        if nexthop.is_empty() {
            return Some(Action::to(Hop::to(HopLookup::OwnMx)));
        }
        let start = nexthop.range().start;
        if start > name.end + 1 && value.pieces.len() == 1 {
            let span = self.span(name.end + 1..start);
            let finding = Finding::new(
                "blank-after-transport",
                Severity::Warning,
                span,
                format!("a blank stands behind `{}:`", Visible(&self.text[name])),
            )
            .effect("none from Postfix 3.5 on; before, the blank is part of the next hop, and the mail waits until it is returned")
            .help("delete the blank");
            self.notes.add_fixed(finding, span, b"");
        }
        let hops = self.destinations(nexthop);
        (!hops.is_empty()).then(|| relay(hops))
    }

    /// Another transport of master.cf.
    fn other(&mut self, name: Range<usize>, nexthop: &Value) -> Option<Action> {
        if self.glued_words(nexthop) {
            return None;
        }
        let nexthop = self.made(nexthop);
        let name = match name.is_empty() {
            // What the class of the recipient's domain says.
            true => self.notes.texts.push(b"default_transport", self.span(name)),
            false => self.span(name),
        };
        Some(Action::Transport { name, nexthop })
    }

    /// `error:` and `retry:`: "the reason may be prefixed with an RFC 3463-compatible detail code" (error(8)).
    fn reject(&mut self, name: Range<usize>, nexthop: &Value) -> Option<Action> {
        let temporary = &self.text[name.clone()] == b"retry";
        if self.glued_words(nexthop) {
            return None;
        }
        if nexthop.is_empty() {
            let text = self.notes.texts.push(NO_TEXT, self.span(name));
            return Some(Action::Reject {
                status: None,
                text,
                temporary,
            });
        }
        let whole = self.made(nexthop);
        let bytes = self.notes.bytes(whole);
        let length = status_len(bytes);
        let blanks = bytes[length..].iter().take_while(|b| is_blank(**b)).count();
        let class = bytes.first().copied().unwrap_or_default();
        let part =
            |from: usize, to: usize| Span::new(whole.start + from as u32, (to - from) as u32);
        let text = part(length + blanks, bytes.len());
        let status = (length > 0).then(|| part(0, length));
        let wanted = if temporary { b'4' } else { b'5' };
        let status = match status {
            // `bounce_append` and `defer_append` ignore a code of another class.
            Some(status) if class != wanted => {
                let shown = self.notes.shown(status);
                let message = format!(
                    "the status {shown} is of another class than `{}:`",
                    Visible(&self.text[name])
                );
                let (fate, help) = match temporary {
                    true => (
                        "the code is ignored: the mail waits, with 4.0.0",
                        "write 4.…, or error:",
                    ),
                    false => (
                        "the code is ignored: the mail bounces, with 5.0.0",
                        "write 5.…, or retry:",
                    ),
                };
                let start = nexthop.range().start;
                let span = self.span(start..start + length);
                let finding = Finding::new("status-class", Severity::Warning, span, message);
                self.notes.add(finding.effect(fate).help(help));
                let none: &[u8] = if temporary { b"4.0.0" } else { b"5.0.0" };
                Some(self.notes.texts.push(none, span))
            }
            status => status,
        };
        Some(Action::Reject {
            status,
            text,
            temporary,
        })
    }

    /// A next hop that local(8) has no use for.
    fn ignored(&mut self, nexthop: &Value) {
        if !nexthop.is_empty() {
            let span = self.span(nexthop.range());
            self.notes.warn(
                "ignored-next-hop",
                span,
                "a next hop stands behind `local:`, and mail for the recipient is delivered here whatever it says",
                "none: unlike in sendmail's mailertable, it is no user who gets the mail",
            );
        }
    }

    /// A result without colon that is no transport.
    fn no_transport(&mut self, value: &Value) -> Option<Action> {
        let text = value.text(self.text).into_owned();
        let shown = Visible(&text).to_string();
        let span = self.span(value.range());
        let help = match text.iter().any(|b| is_blank(*b) || *b == b'@') {
            true => "write transport:nexthop".to_owned(),
            false => {
                let bare = text
                    .strip_prefix(b"[")
                    .and_then(|rest| rest.strip_suffix(b"]"));
                format!(
                    "write `smtp:[{}]` for the host",
                    Visible(bare.unwrap_or(&text))
                )
            }
        };
        let message = format!("`{shown}` is no result: there is no colon in it");
        self.notes
            .error("bad-transport", span, message, WAITS, help);
        None
    }

    fn bad_transport(&mut self, value: &Value, name: Range<usize>) -> Option<Action> {
        let shown = Visible(&self.text[name.clone()]).to_string();
        let whole = Visible(&value.text(self.text)).to_string();
        let message = format!("`{shown}` is no transport");
        let span = self.span(name);
        let help = match whole.contains([' ', '\t', '@']) {
            true => "write transport:nexthop".to_owned(),
            false => match whole
                .strip_prefix('[')
                .and_then(|rest| rest.split_once(']'))
            {
                Some((host, port)) => format!("write `smtp:[{host}]{port}` for the host"),
                None => match whole.split_once(':') {
                    Some((host, port)) if !port.is_empty() => {
                        format!("write `smtp:[{host}]:{port}` for the host")
                    }
                    _ => "write transport:nexthop".to_owned(),
                },
            },
        };
        self.notes
            .error("bad-transport", span, message, WAITS, help);
        None
    }

    /// The text of a value: where it stands, or put together of its lines.
    fn made(&mut self, value: &Value) -> Text {
        match value.pieces.as_slice() {
            [] => Text::default(),
            [piece] => self.span(piece.clone()),
            _ => {
                let text = value.text(self.text).into_owned();
                self.notes.texts.push(&text, self.span(value.range()))
            }
        }
    }

    /// Whether `word`, of a list of next hops, begins a line of its own that was indented by mistake; notes it.
    pub(super) fn glued(&mut self, word: Range<usize>) -> bool {
        let text = &self.text[word.clone()];
        let Some(colon) = memchr::memchr(b':', text) else {
            return false;
        };
        let known = STOCK.contains(&&text[..colon])
            && text.get(colon + 1).is_none_or(|b| !b.is_ascii_digit());
        if !known && colon > 0 {
            return false;
        }
        let continued = self.is_continued(word.start);
        let start = match continued {
            true => {
                let line = memchr::memrchr(b'\n', &self.text[..word.start]);
                super::line::trim(self.text, line.map_or(0, |at| at + 1)..word.end).start
            }
            false => word.start,
        };
        self.is_glued(start..word.end, continued);
        true
    }

    /// The same in text that a transport gets as it is: a line that continues it and would be one of its own.
    fn glued_words(&mut self, value: &Value) -> bool {
        for piece in &value.pieces {
            if !self.is_continued(piece.start) {
                continue;
            }
            let line = super::line::trim(self.text, piece.clone());
            let text = &self.text[line.clone()];
            let mut words = text.split(|b| is_blank(*b)).filter(|word| !word.is_empty());
            let (Some(key), Some(result)) = (words.next(), words.next()) else {
                continue;
            };
            let pattern = key == b"*" || memchr::memchr2(b'.', b'@', key).is_some();
            let name = memchr::memchr(b':', result).map(|at| &result[..at]);
            if pattern && name.is_some_and(|name| name.is_empty() || STOCK.contains(&name)) {
                self.is_glued(line, true);
                return true;
            }
        }
        false
    }

    /// True when `at`, behind the colon of the result at hand, stands on a line that continues the one of the colon.
    fn is_continued(&self, at: usize) -> bool {
        at > self.line_end
    }

    fn is_glued(&mut self, at: Range<usize>, continued: bool) {
        let span = self.span(at.clone());
        let shown = Visible(&self.text[at]).to_string();
        let (message, help) = match continued {
            true => (
                format!("`{shown}` begins with a blank and so belongs to the line before it"),
                "delete the blank before it, if it is a line of its own",
            ),
            false => (
                format!("a second result, `{shown}`, stands behind the first"),
                "write one result, or several next hops without their transport",
            ),
        };
        self.notes
            .error("glued-result", span, message, UNUSED, help);
    }
}

/// Delivery to `hops`, one after the other.
fn relay(hops: SmallVec<[Hop; 1]>) -> Action {
    Action::relay(Choice::InOrder, hops)
}

/// Names of services in master.cf; those with a dot are taken for hosts.
fn is_transport(word: &[u8]) -> bool {
    word.iter()
        .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
}

/// `host:25`, which names the transport `host`.
fn is_host_and_port(text: &[u8], word: &[u8], nexthop: &Value) -> bool {
    let port = nexthop.text(text);
    let number = !port.is_empty() && port.iter().all(u8::is_ascii_digit);
    number && !word.is_empty() && !STOCK.contains(&word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn enhanced_status_codes() {
        for (text, length) in [
            ("5.1.2 no such domain", 5),
            ("4.999.123", 9),
            ("2.0.0\tx", 5),
            ("5.1.2x", 0),
            ("5.1", 0),
            ("5.1234.1", 0),
            ("3.0.0 x", 0),
            ("", 0),
        ] {
            assert_eq!(status_len(text.as_bytes()), length, "{text}");
        }
    }
}
