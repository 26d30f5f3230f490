//! Credentials that nothing protects.

use super::creds_one_delim::could_be_host;
use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::{Check, Reading, Report, Rule, Survey};
use crate::model::{Action, Hop, HopLookup, Password, Protocol, RouteView, Tls};
use crate::source::{State, Visible, masked};

/// The rule.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        name: "creds-cleartext",
        summary: "a user and a password are sent without anything that demands TLS",
        severity: Severity::Warning,
        on: true,
        formats: &["smtproutes"],
        explanation: "\
The patched qmails start TLS if the relay offers it, and log in without it if it does not. Somebody
between the two hosts who removes the offer from the relay's greeting reads the password. On port 25
some networks do so as a matter of course; on the submission port it is rare, and serious relays
refuse to be logged in at without TLS. A rule that demands TLS settles it: port 465, where the
product speaks TLS there from the first byte (sagredo, indimail); in sagredo the file
control/tlshosts/RELAY.pem, which applies to relays given by name and never to addresses; in s/qmail
and aQmail control/tlsdestinations.

Bad:

    example.org:smtp.example.net|user|password

Better, and best for sagredo:

    example.org:smtp.example.net:587|user|password
    example.org:smtp.example.net:465|user|password",
    },
    harmless: None,
    check: Check::Routes(check),
};

fn check(survey: &Survey<'_>, report: &mut Report<'_>) {
    let reading = &survey.reading;
    if reading.notation.credentials.is_some() {
        // All files that hold credentials are asked: authsenders and qmtproutes too.
        for route in reading.document().routes() {
            look(reading, route, report);
        }
    }
}

fn look(reading: &Reading<'_>, route: RouteView<'_>, report: &mut Report<'_>) {
    let Action::Relay { hops, tls, .. } = route.action() else {
        return;
    };
    for hop in &hops {
        look_at(reading, hop, tls, report);
    }
}

fn look_at(reading: &Reading<'_>, hop: &Hop, tls: Tls, report: &mut Report<'_>) {
    let document = reading.document();
    let Some(credentials) = hop.credentials else { return };
    let (Password::Stated(secret), HopLookup::Address(at)) = (credentials.password, hop.lookup)
    else {
        return;
    };
    let empty = credentials.user.is_empty() || secret.expose().is_empty();
    // A comment that is taken for credentials, and a relay that is none, are other rules'.
    let remark = document.bytes(credentials.user).starts_with(b"#");
    let relay = document.bytes(at);
    if empty || remark || !could_be_host(relay) || is_loopback(relay) || tls != Tls::default() {
        return;
    }
    let port = hop.port.map(|port| port.wire());
    let name = reading.notation.name;
    let from_first_byte = matches!(hop.protocol, Protocol::Smtps | Protocol::Qmtps)
        || name == "sagredo" && port == Some(465);
    let shown = Visible(&masked(relay)).to_string();
    let rule = document.input.file(&format!("tlshosts/{shown}.pem"));
    let has_rule = name == "sagredo" && rule.is_some_and(|file| file.state != State::Missing);
    if from_first_byte || has_rule {
        return;
    }
    let severity = match port {
        None | Some(25) => Severity::Warning,
        _ => Severity::Info,
    };
    report.add(severity, at, |mut finding| {
        finding.message = format!("nothing demands TLS for the user and the password of {shown}");
        finding
            .effect(format!(
                "where {shown} offers no TLS, or somebody on the way hides the offer, user and password are sent in clear"
            ))
            .help(help(name, relay, &shown, severity))
    });
}

fn help(dialect: &str, relay: &[u8], shown: &str, severity: Severity) -> String {
    let address = relay.iter().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'[' | b']'));
    match dialect {
        "sagredo" if address => {
            "give the relay by name: rules for TLS do not apply to addresses; or use port 465".to_owned()
        }
        "sagredo" => {
            format!("put the certificate that signs the relay's into control/tlshosts/{shown}.pem, or use port 465")
        }
        "s-qmail" | "aqmail" => format!("demand TLS for {shown} in control/tlsdestinations"),
        "indimail-auth" => format!("use port 465 of {shown}"),
        _ if severity == Severity::Warning => {
            format!("use port 587 of {shown}, and see that it refuses to be logged in at without TLS")
        }
        _ => format!("see that {shown} refuses to be logged in at without TLS"),
    }
}

/// True for this host itself: what is sent there leaves no trace on a network.
fn is_loopback(relay: &[u8]) -> bool {
    let plain = relay.strip_prefix(b"[").unwrap_or(relay);
    let plain = plain.strip_suffix(b"]").unwrap_or(plain);
    relay.eq_ignore_ascii_case(b"localhost")
        || plain == b"::1"
        || plain.starts_with(b"127.") && plain.iter().all(|b| b.is_ascii_digit() || *b == b'.')
}
