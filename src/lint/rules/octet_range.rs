//! An address with a number above 255.

use super::bad_ip;
use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::{Check, Complaint, Line, Reading, Rule};

/// The rule.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        name: "octet-range",
        summary: "a number of an address is above 255, so that another host is reached",
        severity: Severity::Error,
        on: true,
        formats: &["smtproutes"],
        explanation: "\
qmail keeps each number of an address in one byte and does not look whether it fits: `192.0.2.257`
is 192.0.2.1, `10.300.1.2` is 10.44.1.2. Mail goes to a host that nobody named. qmail-ldap, Qsmtp,
skarnet and Courier take such a relay for a name, which DNS does not have; qroute refuses it.

Bad:

    example.org:192.0.2.257

Good:

    example.org:192.0.2.25",
    },
    harmless: None,
    check: Check::Line(check),
};

fn check(line: &Line<'_>, reading: &Reading<'_>) -> Option<Complaint> {
    let at = bad_ip::relay(line, &reading.notation)?;
    let text = &line.bytes[at.clone()];
    let octets = octets(bad_ip::unbracketed(text))?;
    if !octets.iter().any(|octet| is_large(octet)) {
        return None;
    }
    let complaint = Complaint::new(at, "a number of the address is above 255");
    Some(complaint.help("write four numbers from 0 to 255"))
}

/// The four decimal numbers that `text` consists of.
pub(super) fn octets(text: &[u8]) -> Option<[&[u8]; 4]> {
    let mut parts = text.split(|&b| b == b'.');
    let mut octet = || {
        let part = parts.next()?;
        (!part.is_empty() && part.iter().all(u8::is_ascii_digit)).then_some(part)
    };
    let octets = [octet()?, octet()?, octet()?, octet()?];
    parts.next().is_none().then_some(octets)
}

/// True for a number above 255.
pub(super) fn is_large(octet: &[u8]) -> bool {
    let zeros = octet.iter().take_while(|&&b| b == b'0').count();
    let digits = &octet[zeros..];
    digits.len() > 3 || digits.len() == 3 && digits > &b"255"[..]
}

/// True for a number as an address should have it.
pub(super) fn is_plain(octet: &[u8]) -> bool {
    !is_large(octet) && (octet.len() == 1 || octet.first() != Some(&b'0'))
}
