//! Domain and relay with something else than a colon between them.

use std::ops::Range;

use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::{Check, Complaint, Line, Reading, Rule};

/// The rule.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        name: "wrong-separator",
        summary: "domain and relay are separated by something else than a colon",
        severity: Severity::Error,
        on: true,
        formats: &["smtproutes"],
        explanation: "\
Some guides write `domain relay` or `domain=relay`, as Postfix, sendmail or a hosts file would. In
smtproutes the first colon ends the key, and a line without a colon is ignored without a word:
mail for the domain goes to its MX or to the default route.

Bad:

    example.org  mx1.example.net
    example.org=mx1.example.net:587

Good:

    example.org:mx1.example.net
    example.org:mx1.example.net:587",
    },
    harmless: None,
    check: Check::Line(check),
};

fn check(line: &Line<'_>, reading: &Reading<'_>) -> Option<Complaint> {
    let Parts { between, port, end } = parts(line)?;
    let bytes = line.bytes;
    let mut meant = bytes[..between.start].to_vec();
    meant.push(b':');
    meant.extend_from_slice(&bytes[between.end..port.start]);
    if !port.is_empty() {
        // In the dialect's own notation.
        meant.push(reading.notation.port_separator);
        meant.extend_from_slice(&bytes[port.start + 1..port.end]);
    }
    meant.extend_from_slice(&bytes[port.end..end]);
    let message = "domain and relay are not separated by a colon";
    Some(Complaint::new(between, message).meant(meant).unsafe_fix())
}

/// A line that looks like a route with another separator.
pub(super) struct Parts {
    /// What stands between domain and relay.
    between: Range<usize>,
    /// The port with its separator; empty without one.
    port: Range<usize>,
    /// The end of the line.
    end: usize,
}

/// Where something else than a colon separates what looks like a domain from what looks like a relay, with or without a
/// port; behind it may stand credentials or a comment.
pub(super) fn parts(line: &Line<'_>) -> Option<Parts> {
    let other = line.is_comment() || line.remark().is_some() || line.is_merge_marker();
    if other || line.is_blank() {
        return None;
    }
    let text = line.content();
    let count = |text: &[u8], is: fn(&u8) -> bool| text.iter().take_while(|b| is(b)).count();
    let lead = line.lead();
    // `*.domain` and `@domain` are mistakes of their own. A `-` may begin an arrow.
    let name = count(&text[lead..], |b| {
        b.is_ascii_alphanumeric() || b".-_*@".contains(b)
    });
    let arrow = text[lead..lead + name].ends_with(b"-") && text.get(lead + name) == Some(&b'>');
    let start = lead + name - usize::from(arrow);
    let relay = start + count(&text[start..], |b| b" \t=>,;|-".contains(b));
    let end = match text.get(relay) {
        Some(b'[') => relay + memchr::memchr(b']', &text[relay..])? + 1,
        _ => {
            relay
                + count(&text[relay..], |b| {
                    b.is_ascii_alphanumeric() || b".-_".contains(b)
                })
        }
    };
    let digits = match text.get(end) {
        Some(b':' | b';' | b',') => count(&text[end + 1..], u8::is_ascii_digit),
        _ => 0,
    };
    let port = match digits {
        0 => end..end,
        _ => end..end + 1 + digits,
    };
    // Without a port, more words are prose.
    let ends = match text.get(port.end) {
        None | Some(b'|') => true,
        Some(b' ' | b'\t') => digits > 0 || text[port.end..].trim_ascii_start().starts_with(b"#"),
        Some(_) => false,
    };
    let named = |name: &[u8]| name.contains(&b'.') || name.eq_ignore_ascii_case(b"localhost");
    let domain = named(&text[lead..start]) || &text[lead..start] == b"*";
    (relay > start && domain && named(&text[relay..end]) && ends).then_some(Parts {
        between: start..relay,
        port,
        end: text.len(),
    })
}
