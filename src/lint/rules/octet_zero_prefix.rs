//! An address with zeros before a number.

use super::bad_ip;
use super::octet_range::{is_large, octets};
use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::{Check, Complaint, Line, Reading, Rule};
use crate::lookup::{Literal, parse_literal};

/// The rule.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        name: "octet-zero-prefix",
        summary: "a number of an address begins with a zero: decimal here, octal or refused elsewhere",
        severity: Severity::Error,
        on: true,
        formats: &["smtproutes"],
        explanation: "\
Other programs (ping, most C libraries) read a number that begins with 0 as octal: 010 is eight
there. The qmail family reads it as decimal: ten. So the mail goes where the line says when it is
read like a postmaster's table of addresses, and tools that test the address reach another host.
Qsmtp and Courier refuse such numbers and take the relay for a name, which DNS does not have.

Bad:

    example.org:192.000.002.010

Good:

    example.org:192.0.2.10",
    },
    harmless: Some(Severity::Info),
    check: Check::Line(check),
};

fn check(line: &Line<'_>, reading: &Reading<'_>) -> Option<Complaint> {
    let at = bad_ip::relay(line, &reading.notation)?;
    let text = &line.bytes[at.clone()];
    let octets = octets(bad_ip::unbracketed(text))?;
    let is_padded = |octet: &&[u8]| octet.len() > 1 && octet.first() == Some(&b'0');
    if octets.iter().any(|octet| is_large(octet)) || !octets.iter().any(is_padded) {
        return None;
    }
    let plain = octets.map(|octet| {
        let zeros = octet.iter().take_while(|&&b| b == b'0').count();
        &octet[zeros.min(octet.len() - 1)..]
    });
    let plain = plain.join(&b'.');
    let plain = match text.starts_with(b"[") {
        true => [b"[", plain.as_slice(), b"]"].concat(),
        false => plain,
    };
    let literals = reading.document().table.product.literals;
    let literal = parse_literal(literals, text);
    let same = literal != Literal::Name && literal == parse_literal(literals, &plain);
    let complaint = Complaint::new(at.clone(), "a number of the address begins with a zero")
        .meant(line.with(at, &plain));
    // Where the product does not read it as decimal, octal may have been meant.
    Some(match same {
        true => complaint.safe(),
        false => complaint.unsafe_fix(),
    })
}
