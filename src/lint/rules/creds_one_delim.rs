//! A user without a password.

use std::net::IpAddr;

use super::creds_stock::is_host;
use crate::diagnostic::{Finding, RuleInfo, Severity};
use crate::lint::{Check, Reading, Rule};
use crate::model::{Domain, Action, HopLookup, Password, StatedCredentials};
use crate::source::{Span, Visible, masked};

/// The rule.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        name: "creds-one-delim",
        summary: "a user stands without a password, and the next line is sent as the password",
        severity: Severity::Error,
        on: true,
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
    check: Check::Table(check),
};

fn check(reading: &Reading<'_>, found: &mut Vec<Finding>) {
    let Some(separator) = reading.notation.credentials else {
        return;
    };
    let document = reading.document();
    found.extend(document.routes().filter_map(|route| {
        let Action::Relay {
            hops,
            credentials: Some(credentials),
            ..
        } = route.action()
        else {
            return None;
        };
        let HopLookup::Address(relay) = hops.first()?.lookup else {
            return None;
        };
        finding(reading, separator, document.bytes(relay), &credentials)
    }));
}

fn finding(
    reading: &Reading<'_>,
    separator: u8,
    relay: &[u8],
    credentials: &StatedCredentials,
) -> Option<Finding> {
    let password = match credentials.password {
        Password::Stated(_) => return None,
        Password::FromNextLine(_) => "the next line of the file",
        Password::Undefined => "whatever stands in memory behind the file",
    };
    let user = reading.document().bytes(credentials.user);
    let first = user.split(|b| matches!(b, b'|' | b' ')).next();
    // A comment, a blank behind the colon and a list of relays are other rules' mistakes.
    let comment = user.trim_ascii_start().starts_with(b"#");
    let lead = separator == b' ' && relay.is_empty();
    let list = first.is_some_and(is_host) && is_host(relay);
    if comment || lead || list {
        return None;
    }
    let write = match separator {
        b'|' => "`relay|user|password`",
        _ => "`relay user password`",
    };
    let shown = Visible(&masked(relay)).to_string();
    let (severity, message, effect) = match (relay.is_empty(), user.is_empty()) {
        (_, true) => (
            Severity::Warning,
            "a separator without a user and a password",
            "none: without a user nobody logs in".to_owned(),
        ),
        (true, false) => (
            Severity::Error,
            "a user without a password and without a relay",
            "the mail bounces: the relay is the empty name".to_owned(),
        ),
        (false, false) if !could_be_host(relay) => (
            Severity::Error,
            "a user without a password",
            format!("no host can be called `{shown}`; with a right relay {password} would be sent as the password"),
        ),
        (false, false) => (
            Severity::Error,
            "a user without a password",
            format!("{password} is sent to {shown} as the password of this user"),
        ),
    };
    let at = Span::new(
        credentials.user.start.saturating_sub(1),
        credentials.user.len + 1,
    );
    let finding = Finding::new("creds-one-delim", severity, at, message)
        .effect(effect)
        .help(format!("write {write}, or the relay alone"));
    Some(finding)
}

/// True for a name that DNS can have, and for addresses.
pub(super) fn could_be_host(relay: &[u8]) -> bool {
    let inner = relay.strip_prefix(b"[").and_then(|rest| rest.strip_suffix(b"]"));
    let address = |text: &[u8]| std::str::from_utf8(text).is_ok_and(|text| text.parse::<IpAddr>().is_ok());
    address(inner.unwrap_or(relay)) || Domain::new(relay).is_ok()
}
