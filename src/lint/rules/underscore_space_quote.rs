//! Bytes in a relay that no name of a host has.

use super::{bad_ip, bracketed_name, long_label, unclosed_bracket};
use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::{Check, Complaint, Consequence, Harm, Line, Reading, Rule};
use crate::model::FileVerdict;

/// The rule.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        name: "underscore-space-quote",
        summary: "a relay has quotes, a slash, an at sign or other bytes that no host name has",
        severity: Severity::Error,
        on: true,
        formats: &["smtproutes"],
        explanation: "\
Nothing is quoted in this file: quotes become part of the relay, and so do a slash, an at sign, a
star or a parenthesis. No host has a name with such a byte, and the mail bounces. A relay is a host;
to forward mail to another address is the business of virtualdomains and .qmail files. Courier
alone reads options behind a slash.

Names with an underscore are against the rules for hosts, but DNS has them and they work; it is said
for information, except under skarnet's qmail-remote, which defers all mail because of one.

Bad:

    example.org:\"mx1.example.net\"

Good:

    example.org:mx1.example.net",
    },
    harmless: None,
    check: Check::Line(check),
};

fn check(line: &Line<'_>, reading: &Reading<'_>) -> Option<Complaint> {
    let at = bad_ip::relay(line, &reading.notation)?;
    let text = &line.bytes[at.clone()];
    // What looks like an address, or like a name in brackets, has rules of its own.
    if bad_ip::shape(text).is_some() || bracketed_name::is_bracketed(text) {
        return None;
    }
    let Some(odd) = text.iter().position(|b| !is_of_name(*b)) else {
        return underscore(line, at.start, text, reading);
    };
    let place = at.start + odd;
    if let Some(inner) = unquoted(text) {
        let complaint = Complaint::new(at.clone(), "the relay stands in quotes, and they are part of it")
            .meant(line.with(at, inner));
        return Some(complaint.safe());
    }
    let complaint = Complaint::new(
        place..place + 1,
        format!("`{}` is part of the relay, and no host name has it", text[odd] as char),
    );
    Some(complaint.help(match text[odd] {
        b'@' => "write a host: mail is forwarded to an address by virtualdomains or .qmail files",
        _ => "write the name of a host",
    }))
}

fn is_of_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_')
}

/// A host between two quotes of the same kind.
fn unquoted(text: &[u8]) -> Option<&[u8]> {
    let [first @ (b'"' | b'\'' | b'`'), inner @ .., last] = text else {
        return None;
    };
    (first == last && unclosed_bracket::is_host(inner)).then_some(inner)
}

/// A name that DNS may have and that is good for no host. Only a reader that refuses it makes it a mistake.
fn underscore(line: &Line<'_>, start: usize, text: &[u8], reading: &Reading<'_>) -> Option<Complaint> {
    let at = memchr::memchr(b'_', text).filter(|_| long_label::fault(text).is_none())?;
    let complaint = Complaint::new(
        start + at..start + at + 1,
        "an underscore is part of the relay, and names of hosts have none",
    )
    .help("write a name without it, if the host has one");
    let normal = reading.document().table.verdict == FileVerdict::Normal;
    Some(match normal || Consequence::of(line, Some(line.bytes), reading).harm != Harm::Mail {
        true => complaint.effect(Severity::Info, "none while DNS has the name"),
        false => complaint,
    })
}
