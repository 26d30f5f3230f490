//! A star in a key.

use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::{Check, Complaint, Line, Reading, Rule};
use crate::model::{Precedence, Walk};

/// The rule.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        name: "star-wildcard",
        summary: "a key has a star, which is a byte like any other and matches no domain",
        severity: Severity::Error,
        on: true,
        formats: &["smtproutes"],
        explanation: "\
Keys have no patterns. `*.example.org` is the domain whose first label is a star, and nobody has
one: the route is never used. What begins with a dot stands for all domains below, and the empty
key for everything that no other line is about. A part of a label cannot be left open at all.
skarnet's qmail-remote defers all mail because of a star.

Bad:

    *.example.org:mx1.example.net
    *:mx2.example.net

Good:

    .example.org:mx1.example.net
    :mx2.example.net",
    },
    harmless: Some(Severity::Warning),
    check: Check::Line(check),
};

fn check(line: &Line<'_>, reading: &Reading<'_>) -> Option<Complaint> {
    let key = line.key();
    // A star before an at sign is part of an address.
    if !line.is_route() || !is_pattern(key) || key.contains(&b'@') {
        return None;
    }
    let star = memchr::memchr(b'*', key)?;
    let complaint = Complaint::new(star..star + 1, "a star in a key stands for nothing but itself");
    let below_too = reading
        .stage()
        .is_some_and(|stage| stage.semantics.walk == Walk::SuffixesWithoutDot);
    let plain = match key.strip_prefix(b"*") {
        Some(rest) if rest.contains(&b'*') => None,
        Some([]) => Some(&b""[..]),
        // Where a key stands for what is below it too, a dot before it would be wrong.
        Some([b'.', name @ ..]) if below_too && !name.is_empty() => Some(name),
        Some(rest @ [b'.', _, ..]) => Some(rest),
        _ => None,
    };
    let Some(plain) = plain else {
        // No key says it; an example of what the star was meant to stand for shows what happens.
        let complaint = complaint
            .help("write a line for each domain, or `.domain:` for all that are below one")
            .meant(line.with(0..key.len(), &example(key)));
        return Some(complaint);
    };
    let complaint = complaint.meant(line.with(0..key.len(), plain));
    Some(match may_become(plain, reading) && !below_too {
        true => complaint.safe(),
        false => complaint.unsafe_fix(),
    })
}

/// True when a line may get this key without taking mail from another: no line has it, and where it stands in the file does
/// not matter.
pub(super) fn may_become(key: &[u8], reading: &Reading<'_>) -> bool {
    let by_length = reading
        .stage()
        .is_some_and(|stage| matches!(stage.semantics.precedence, Precedence::MostSpecific { .. }));
    by_length && !reading.has_key(key)
}

/// True for a key of printable ASCII without blanks that has a star in it.
fn is_pattern(key: &[u8]) -> bool {
    key.contains(&b'*') && key.iter().all(u8::is_ascii_graphic)
}

/// A domain that the pattern was meant for.
fn example(key: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(key.len() + 8);
    let mut start = 0;
    for label in key.split(|&b| b == b'.') {
        let last = start + label.len() == key.len();
        if start > 0 {
            out.push(b'.');
        }
        match label {
            b"*" if start == 0 => out.extend_from_slice(b"sub"),
            b"*" if last => out.extend_from_slice(b"org"),
            _ => out.extend(label.iter().map(|&b| if b == b'*' { b'1' } else { b })),
        }
        start += label.len() + 1;
    }
    out
}
