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
        explanation: "\
Some guides write `domain relay` or `domain=relay`, as Postfix, sendmail or a hosts file would. In
smtproutes the first colon ends the key, and a line without a colon is ignored without a word:
mail for the domain goes to its MX or to the default route.

Bad:

    example.org  mx1.example.net
    example.org=mx1.example.net

Good:

    example.org:mx1.example.net",
    },
    harmless: None,
    check: Check::Line(check),
};

fn check(line: &Line<'_>, _: &Reading<'_>) -> Option<Complaint> {
    if line.is_comment() || line.is_blank() {
        return None;
    }
    let text = line.content();
    let at = separator(text)?;
    let complaint = Complaint::new(at.clone(), "domain and relay are not separated by a colon")
        .meant([&text[..at.start], b":", &text[at.end..]].concat());
    Some(complaint.unsafe_fix())
}

/// Where something else than a colon separates what looks like a domain from what looks like a relay, with a port or not.
pub(super) fn separator(text: &[u8]) -> Option<Range<usize>> {
    let is_name = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_');
    let start = text.iter().take_while(|b| is_name(b)).count();
    let key = &text[..start];
    let width = text[start..]
        .iter()
        .take_while(|b| matches!(b, b' ' | b'\t' | b'=' | b'>' | b','))
        .count();
    let relay = &text[start + width..];
    let end = relay.iter().take_while(|b| is_name(b)).count();
    let behind = &relay[end..];
    let port = behind.is_empty()
        || behind[0] == b':' && behind.len() > 1 && behind[1..].iter().all(u8::is_ascii_digit);
    let named = |name: &[u8]| name.contains(&b'.') || name.eq_ignore_ascii_case(b"localhost");
    (width > 0 && named(key) && named(&relay[..end]) && port).then(|| start..start + width)
}
