//! Something behind a relay that is no port at all.

use super::RULES;
use crate::control::scan_ulong;
use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::{Check, Complaint, Consequence, Line, Reading, Rule};
use crate::model::Decision;

/// The rule.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        name: "port-unreadable",
        summary: "what stands behind the relay is no port, and is read as port 0",
        severity: Severity::Error,
        on: true,
        explanation: "\
Behind the first colon of a value stands a port, for every product of the qmail family but s/qmail
and Courier. Whatever else stands there is read as the number that it begins with, and that is 0
where it begins with none. Nothing answers on port 0: the mail waits until its lifetime is over and
is returned. Where qroute knows what was meant, another rule says it; this one speaks where none
does.

Bad:

    example.org:mx1.example.net:mx2.example.net
    smtp:example.org:mx1.example.net

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
    let value = line.value_range();
    let at = value.start + memchr::memchr(reading.notation.port_separator, line.value())?;
    if scan_ulong(&line.bytes[at + 1..value.end]).0 & 0xFFFF != 0 {
        return None;
    }
    // Every rule that knows more speaks first.
    let known = RULES.iter().any(|rule| match rule.check {
        _ if rule.info.name == RULE.info.name => false,
        Check::Line(check) | Check::LineAndTable(check, _) => check(line, reading).is_some(),
        _ => false,
    });
    let secret = |b: &u8| matches!(b, b' ' | b'\t' | b'|');
    let behind = &line.bytes[at..value.end];
    let end = behind.iter().position(secret).map_or(value.end, |end| at + end);
    let complaint = Complaint::new(at..end, "what stands behind the relay is no port")
        .help("write `key:relay`, with a port from 1 to 65535 if it is not 25")
        .judged_by(judge);
    (!known).then_some(complaint)
}

/// Only mail that does not arrive counts: indimail takes an empty port for none.
fn judge(
    line: &Line<'_>,
    reading: &Reading<'_>,
    _: Option<&[u8]>,
) -> Option<(Severity, String)> {
    let consequence = Consequence::of(line, None, reading);
    let arrives = match &consequence.actual {
        Some(Decision::Relay(relay)) => relay.hops.first().is_some_and(|hop| hop.port.wire() != 0),
        Some(Decision::Failure(_)) | None => false,
        Some(_) => true,
    };
    (!arrives).then_some((Severity::Error, consequence.sentence))
}
