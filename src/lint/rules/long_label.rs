//! A name with a label that is too long, or empty.

use std::ops::Range;

use super::{bad_ip, unclosed_bracket};
use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::{Check, Complaint, Line, Reading, Rule};

/// The rule.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        name: "long-label",
        summary: "a name is longer than 253 bytes, or a part of it is empty or longer than 63",
        severity: Severity::Error,
        on: true,
        formats: &["smtproutes"],
        explanation: "\
Between the dots of a name in DNS there are 1 to 63 bytes, and 253 in all. What is longer, or has
two dots in a row, or begins with one, is no name that a host can have: as a relay it makes mail
bounce without any question to DNS, as a key it matches no mail. A dot at the start of a key stands
for all domains below; in a relay it means nothing.

Bad:

    example.org:mx1..example.net
    example.org:.example.net

Good:

    example.org:mx1.example.net",
    },
    harmless: None,
    check: Check::Line(check),
};

fn check(line: &Line<'_>, reading: &Reading<'_>) -> Option<Complaint> {
    if !line.is_route() {
        return None;
    }
    if let Some(complaint) = of_key(line) {
        return Some(complaint);
    }
    let at = bad_ip::relay(line, &reading.notation)?;
    let text = &line.bytes[at.clone()];
    if !unclosed_bracket::is_host(text) || bad_ip::shape(text).is_some() {
        return None;
    }
    let (place, fault) = fault(text)?;
    let complaint = Complaint::new(
        at.start + place.start..at.start + place.end,
        fault.message("relay"),
    );
    Some(match (fault, joined(text)) {
        (Fault::Empty, Some(name)) => complaint.meant(line.with(at, &name)).unsafe_fix(),
        _ => complaint.help("write the name of a host"),
    })
}

fn of_key(line: &Line<'_>) -> Option<Complaint> {
    let key = line.key();
    if !unclosed_bracket::is_host(key) {
        return None;
    }
    // Dots at both ends have meanings of their own.
    let lead = usize::from(key.starts_with(b"."));
    let end = lead.max(key.len() - usize::from(key.ends_with(b".")));
    let name = &key[lead..end];
    let (place, fault) = fault(name).filter(|_| !name.is_empty())?;
    let complaint = Complaint::new(lead + place.start..lead + place.end, fault.message("key"));
    Some(match (fault, joined(name)) {
        (Fault::Empty, Some(name)) => complaint.meant(line.with(lead..end, &name)).unsafe_fix(),
        _ => complaint.help("write the name of a domain").effect(
            Severity::Warning,
            "no mail comes to this line: no domain can be called so",
        ),
    })
}

/// What is wrong with a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// A label of so many bytes.
    Label(usize),
    /// The whole has so many bytes.
    Whole(usize),
    /// A label of none.
    Empty,
}

impl Fault {
    fn message(self, what: &str) -> String {
        match self {
            Fault::Label(bytes) => {
                format!("a label of the {what} has {bytes} bytes, and 63 are the most")
            }
            Fault::Whole(bytes) => format!("the {what} has {bytes} bytes, and 253 are the most"),
            Fault::Empty => format!("a label of the {what} is empty"),
        }
    }
}

/// The first thing that is wrong with a name, and where; a dot at its end is part of no label.
pub(super) fn fault(name: &[u8]) -> Option<(Range<usize>, Fault)> {
    let name = name.strip_suffix(b".").filter(|rest| !rest.is_empty()).unwrap_or(name);
    let mut start = 0;
    for label in name.split(|&b| b == b'.') {
        if label.is_empty() {
            // The dot that makes it so.
            let at = start.min(name.len().saturating_sub(1));
            return Some((at..at + 1, Fault::Empty));
        }
        if label.len() > 63 {
            return Some((start..start + label.len(), Fault::Label(label.len())));
        }
        start += label.len() + 1;
    }
    (name.len() > 253).then_some((0..name.len(), Fault::Whole(name.len())))
}

/// The labels that are not empty, with one dot between them.
fn joined(name: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(name.len());
    for label in name.split(|&b| b == b'.').filter(|label| !label.is_empty()) {
        if !out.is_empty() {
            out.push(b'.');
        }
        out.extend_from_slice(label);
    }
    (!out.is_empty()).then_some(out)
}
