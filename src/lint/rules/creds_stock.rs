//! Credentials in a dialect that has none.

use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::words::Fate;
use crate::lint::{Check, Complaint, Consequence, Harm, Line, Reading, Rule};
use crate::source::Visible;

/// The rule.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        name: "creds-stock",
        summary: "a user and a password stand in a dialect that has no credentials",
        severity: Severity::Error,
        on: true,
        formats: &["smtproutes"],
        explanation: "\
Only patched qmails log in at a relay: sagredo and s/qmail write `relay|user|password`, eQmail,
qmail-ldap and indimail with AUTH_SMTP write `relay user password`. All others do not know of it.
Behind a port the credentials are ignored without a word, and the relay is used without logging in:
it refuses the mail, or takes it for a stranger's. Without a port they become part of the relay's
name, and the mail bounces. Qsmtp ignores the whole file because of a blank; skarnet's qmail-remote
defers all mail.

Bad:

    :smtp.example.net:587 user password

Good: a relay that accepts this host by its address, or a qmail that logs in:

    :smtp.example.net",
    },
    harmless: None,
    check: Check::Line(check),
};

/// What looks like credentials behind a relay: where the two separators stand.
pub(super) struct Shape {
    /// `|` or a blank.
    pub separator: u8,
    /// Between relay and user.
    pub first: usize,
    /// Between user and password.
    pub second: usize,
}

/// What looks like `relay user password` or `relay|user|password` and like nothing else: exactly two separators, a relay
/// that could be one, and no list of relays and no comment behind it.
pub(super) fn shape(line: &Line<'_>) -> Option<Shape> {
    if !line.is_route() {
        return None;
    }
    let start = line.value_range().start;
    let value = line.value();
    let first = value
        .iter()
        .position(|b| matches!(b, b'|' | b' ' | b'\t'))?;
    let separator = value[first];
    let rest = &value[first + 1..];
    let second = memchr::memchr(separator, rest)?;
    let (user, password) = (&rest[..second], &rest[second + 1..]);
    let more = match separator {
        b'|' => password.contains(&b'|'),
        _ => rest.contains(&b'\t') || password.contains(&b' '),
    };
    let relay = &value[..first];
    let is_relay = |b: &u8| b.is_ascii_alphanumeric() || b".-_:;,[]".contains(b);
    let relay_like = relay.iter().any(u8::is_ascii_alphanumeric) && relay.iter().all(is_relay);
    let remark = matches!(user.first(), Some(b'#' | b'(' | b';' | b'<' | b'/') | None)
        || user.iter().all(u8::is_ascii_digit);
    let list = is_host(user) && is_host(password);
    let other = separator == b'\t' || more || !relay_like || remark || list || password.is_empty();
    (!other).then_some(Shape {
        separator,
        first: start + first,
        second: start + first + 1 + second,
    })
}

/// True for what looks like a host with a dot in its name, or an IPv4 address, with a port or not.
fn is_host(text: &[u8]) -> bool {
    let mut parts = text.splitn(2, |&b| b == b':');
    let name = parts.next().unwrap_or(b"");
    let port = parts.next();
    let is_name = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-');
    name.contains(&b'.')
        && name.iter().all(is_name)
        && port.is_none_or(|port| port.iter().all(u8::is_ascii_digit))
}

fn check(line: &Line<'_>, reading: &Reading<'_>) -> Option<Complaint> {
    if reading.notation.credentials.is_some() {
        return None;
    }
    let shape = shape(line)?;
    let help = match (reading.notation.name, shape.separator) {
        ("indimail", b' ') => "set AUTH_SMTP in the environment of qmail-send, or delete them",
        (_, b'|') => "delete them; sagredo, s/qmail and aQmail would read them",
        _ => "delete them; eQmail, qmail-ldap, and indimail with AUTH_SMTP would read them",
    };
    let end = line.value_range().end;
    let message = "a user and a password stand behind the relay";
    let complaint = Complaint::new(shape.first..end, message)
        .help(help)
        .meant(line.bytes[..shape.first].to_vec())
        .judged_by(judge);
    Some(complaint)
}

/// Without credentials the line means what it means with them where they are ignored; the harm is that they are.
fn judge(
    line: &Line<'_>,
    reading: &Reading<'_>,
    meant: Option<&[u8]>,
) -> Option<(Severity, String)> {
    let consequence = Consequence::of(line, meant, reading);
    let (Harm::None | Harm::Overruled, Some(actual), Some(host)) = (
        consequence.harm,
        &consequence.actual,
        &consequence.witness,
    ) else {
        return Some((Severity::Error, consequence.sentence));
    };
    if !reading.decides(line, host) {
        return Some((Severity::Warning, consequence.sentence));
    }
    let fate = Fate::of(actual, reading.document().table.product);
    let effect = format!(
        "mail for {} {} without logging in: what stands behind the port is not read",
        Visible(host),
        fate.instead_of(None)
    );
    Some((Severity::Error, effect))
}
