//! A colon in a user name or a password.

use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::{Check, Complaint, Consequence, Line, Reading, Rule};
use crate::model::{Decision, Port};
use crate::source::Visible;

/// The rule.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        name: "creds-colon",
        summary: "a colon in a user name or a password is taken for that of a port",
        severity: Severity::Error,
        on: true,
        formats: &["smtproutes"],
        explanation: "\
qmail-ldap looks for the port behind the first colon of the whole value, credentials included.
Where the relay has no port, a colon in the user name or the password is that colon: the port is
the number behind it, mostly 0, and the mail waits until it is returned. The other dialects cut
the credentials off first.

Bad, for qmail-ldap:

    example.org:mx1.example.net user pass:word

Good:

    example.org:mx1.example.net:25 user pass:word",
    },
    harmless: None,
    check: Check::Line(check),
};

fn check(line: &Line<'_>, reading: &Reading<'_>) -> Option<Complaint> {
    let notation = &reading.notation;
    let credentials = line.credentials_range(notation)?;
    let relay = line.relay_range(notation);
    let colon = line.bytes[credentials.clone()].contains(&b':');
    if !line.is_route() || !colon || relay.is_empty() || line.port(notation).is_some() {
        return None;
    }
    let insert = [&[notation.port_separator][..], b"25"].concat();
    let complaint = Complaint::new(credentials, "a colon stands in the user name or the password")
        .help("state the port: then the first colon is that of the port")
        .meant(line.with(relay.end..relay.end, &insert))
        .edits(vec![(relay.end..relay.end, insert)])
        .judged_by(judge);
    Some(complaint.safe())
}

/// The port alone is compared. It is not said: it is a piece of what may be a password.
fn judge(
    line: &Line<'_>,
    reading: &Reading<'_>,
    meant: Option<&[u8]>,
) -> Option<(Severity, String)> {
    let consequence = Consequence::of(line, meant, reading);
    let port = |decision: &Option<Decision>| match decision {
        Some(Decision::Relay(relay)) => relay.hops.first().map(|hop| hop.port.wire()),
        _ => None,
    };
    let (is, should) = (port(&consequence.actual)?, port(&consequence.intended)?);
    let host = Visible(consequence.witness.as_deref()?).to_string();
    let what = match is {
        _ if is == should => return None,
        0 => "is deferred until it is returned: the port is 0",
        _ => "goes to a port that is read out of the credentials",
    };
    let smtp = Port::SMTP.wire();
    Some((Severity::Error, format!("mail for {host} {what}, instead of going to port {smtp}")))
}
