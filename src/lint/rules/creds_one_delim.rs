//! A user without a password.

use std::net::IpAddr;

use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::{Check, Reading, Report, Rule, Survey};
use crate::model::{Domain, HopLookup, Password, RouteView, StatedCredentials};
use crate::source::{Span, Visible, masked};

/// The rule.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        name: "creds-one-delim",
        summary: "a user stands without a password, and the next line is sent as the password",
        severity: Severity::Error,
        on: true,
        formats: &["smtproutes"],
        explanation: "\
Credentials are a user and a password, each behind a separator. Where the second separator is
missing, sagredo, s/qmail, aQmail, eQmail and qmail-ldap test the wrong index and take for the
password whatever stands behind the value in memory: that is the next line of the file, with the
credentials of another relay if it has any. It is sent to this relay. On the last line of the file
it is memory of the program. indimail tests the right index and does not log in.

Bad:

    example.org:mx1.example.net:587|user
    example.com:mx2.example.net:587|other|secret

Good:

    example.org:mx1.example.net:587|user|password
    example.com:mx2.example.net:587|other|secret

Good, when no login is wanted:

    example.org:mx1.example.net:587",
    },
    harmless: None,
    check: Check::Routes(check),
};

fn check(survey: &Survey<'_>, report: &mut Report<'_>) {
    let reading = &survey.reading;
    let Some(separator) = reading.notation.credentials else {
        return;
    };
    // All files that hold credentials are asked: authsenders and qmtproutes too.
    for route in reading.document().routes() {
        let action = route.action();
        let Some(HopLookup::Address(relay)) = action.hops().first().map(|hop| hop.lookup) else {
            continue;
        };
        match action.credentials() {
            Some(credentials) => {
                half(reading.document().bytes(relay), &credentials, separator, reading, report);
            }
            None if separator == b' ' => dropped(relay, route, reading, report),
            None => {}
        }
    }
}

/// A user whose password is not in the route.
fn half(
    relay: &[u8],
    credentials: &StatedCredentials,
    separator: u8,
    reading: &Reading<'_>,
    report: &mut Report<'_>,
) {
    let password = match credentials.password {
        Password::Stated(_) => return,
        Password::FromNextLine(_) => "the next line of the file",
        Password::Undefined => "whatever stands in memory behind the file",
    };
    let user = reading.document().bytes(credentials.user);
    // A comment and a blank behind the colon are other rules' mistakes.
    let comment = user.trim_ascii_start().starts_with(b"#");
    if comment || separator == b' ' && relay.is_empty() {
        return;
    }
    let at = Span::new(
        credentials.user.start.saturating_sub(1),
        credentials.user.len + 1,
    );
    let severity = match user.is_empty() {
        true => Severity::Warning,
        false => Severity::Error,
    };
    report.add(severity, at, |mut finding| {
        let shown = Visible(&masked(relay)).to_string();
        finding.message = "a user without a password".to_owned();
        finding.effect = if user.is_empty() {
            finding.message = "a separator without a user and a password".to_owned();
            "none: without a user nobody logs in".to_owned()
        } else if relay.is_empty() {
            "mail is sent nowhere: the relay is the empty name".to_owned()
        } else if !could_be_host(relay) {
            format!("mail is sent nowhere: no host can be called `{shown}`; with a right relay {password} would be sent as the password")
        } else {
            format!("{password} is sent to {shown} as the password of this user")
        };
        finding.help(help(separator))
    });
}

/// A user that is dropped because it has no password (indimail).
fn dropped(relay: Span, route: RouteView<'_>, reading: &Reading<'_>, report: &mut Report<'_>) {
    let value = Span::new(relay.start, route.origin().end().saturating_sub(relay.start));
    let text = reading.document().bytes(value);
    let Some(blank) = memchr::memchr(b' ', text) else {
        return;
    };
    let user = &text[blank + 1..];
    let other = matches!(user.first(), None | Some(b'/' | b'#')) || user.contains(&b' ');
    if other || blank == 0 {
        return;
    }
    let at = Span::new(value.start + blank as u32, value.len - blank as u32);
    report.add(Severity::Error, at, |mut finding| {
        let shown = Visible(&masked(&text[..blank])).to_string();
        finding.message = "a user without a password".to_owned();
        finding
            .effect(format!("mail goes to {shown} without logging in"))
            .help(help(b' '))
    });
}

fn help(separator: u8) -> &'static str {
    match separator {
        b'|' => "write `relay|user|password`, or the relay alone",
        _ => "write `relay user password`, or the relay alone",
    }
}

/// True for a name that DNS can have, and for addresses.
pub(super) fn could_be_host(relay: &[u8]) -> bool {
    let inner = relay.strip_prefix(b"[").and_then(|rest| rest.strip_suffix(b"]"));
    let address = |text: &[u8]| std::str::from_utf8(text).is_ok_and(|text| text.parse::<IpAddr>().is_ok());
    address(inner.unwrap_or(relay)) || Domain::new(relay).is_ok()
}
