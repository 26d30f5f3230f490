//! Patterns: whose mail a line takes.

use super::super::names::{self, BadName};
use super::reader::{Reader, UNMATCHED};
use crate::diagnostic::{Finding, Severity};
use crate::source::{Span, Text, Visible};

/// True for a line of a table of regular expressions (regexp_table(5), pcre_table(5)).
pub(super) fn is_regular_expression(line: &[u8]) -> bool {
    let test = |text: &[u8]| matches!(text.first(), Some(b'/')) || text.starts_with(b"!/");
    let condition = line
        .strip_prefix(b"if")
        .filter(|rest| rest.first().is_some_and(u8::is_ascii_whitespace));
    test(line) || condition.is_some_and(|rest| test(rest.trim_ascii_start()))
}

impl Reader<'_> {
    /// The pattern at `place` as a key: the empty one for `*`. `None` for one that no mail has; that is noted.
    pub(super) fn pattern(&mut self, place: Text) -> Option<Text> {
        let bytes = self.notes.bytes(place).to_vec();
        let shown = Visible(&bytes).to_string();
        if bytes == b"*" {
            return Some(Span::new(place.start, 0));
        }
        let bad = |reader: &mut Self, rule, message: String, help: &str| {
            reader.notes.error(rule, place, message, UNMATCHED, help);
            None
        };
        if bytes.ends_with(b":") {
            let message = format!("a colon stands behind `{shown}`, as in a table of aliases");
            return bad(
                self,
                "bad-address",
                message,
                "write the pattern, a blank, transport:nexthop",
            );
        }
        let at = bytes.iter().rposition(|&b| b == b'@');
        let (local, from) = at.map_or((&b""[..], 0), |at| (&bytes[..at], at + 1));
        if at == Some(0) {
            let message = format!("`{shown}`: no pattern of this table begins with `@`");
            let help = format!("write `{}`", Visible(&bytes[1..]));
            return bad(self, "at-domain", message, &help);
        }
        let domain = &bytes[from..];
        if bytes.contains(&b'*') {
            let message = format!("`*` stands in `{shown}`, where it is a star and nothing else");
            let help = match bytes.strip_prefix(b"*") {
                Some(rest) if rest.starts_with(b".") => {
                    format!("write `{}` for all domains below", Visible(rest))
                }
                Some(rest) if rest.starts_with(b"@") => {
                    format!("write `{}` for the whole domain", Visible(&rest[1..]))
                }
                _ => "write .domain for all domains below one, or * alone for every recipient"
                    .to_owned(),
            };
            return bad(self, "wildcard-not-supported", message, &help);
        }
        if is_literal(domain) {
            return Some(place);
        }
        let dotted = usize::from(at.is_none() && domain.starts_with(b"."));
        let name = match names::name(&domain[dotted..]) {
            Ok(name) => name,
            Err(why) => {
                let message = format!("`{shown}` is no pattern: {why}");
                let help = match why {
                    BadName::Byte(b'/') => "write domains: this table knows no networks",
                    _ => "write user@domain, domain, .domain or *",
                };
                return bad(self, "bad-address", message, help);
            }
        };
        if local.iter().any(|b| b.is_ascii_control()) {
            let message = format!("`{shown}` is no address");
            return bad(self, "bad-address", message, "write user@domain");
        }
        if name.final_dot {
            let finding = Finding::new(
                "final-dot",
                Severity::Error,
                place,
                format!("a dot stands at the end of `{shown}`"),
            )
            .effect("Postfix drops that dot from addresses, and not from patterns: no mail has this one")
            .help("delete the dot");
            let dot = Span::new(place.end().saturating_sub(1), 1);
            self.notes.add_fixed(finding, dot, b"");
            return None;
        }
        if name.unicode {
            let ascii = crate::model::Domain::new(&domain[dotted..]);
            let ascii = ascii.map(|domain| domain.to_string()).unwrap_or_default();
            let finding = Finding::new(
                "unicode-domain",
                Severity::Warning,
                place,
                format!("`{shown}` is not written as its A-label"),
            );
            self.notes.add(
                finding
                    .effect("mail that is addressed to the A-label is not taken by it: Postfix compares the letters")
                    .help(format!("write a line for `{ascii}` too")),
            );
        }
        Some(place)
    }
}

/// An address literal.
fn is_literal(domain: &[u8]) -> bool {
    let inner = domain
        .strip_prefix(b"[")
        .and_then(|rest| rest.strip_suffix(b"]"));
    let Some(inner) = inner.and_then(|inner| std::str::from_utf8(inner).ok()) else {
        return false;
    };
    let six = inner
        .get(..5)
        .filter(|tag| tag.eq_ignore_ascii_case("ipv6:"));
    match six {
        Some(_) => inner[5..].parse::<std::net::Ipv6Addr>().is_ok(),
        None => inner.parse::<std::net::Ipv4Addr>().is_ok(),
    }
}
