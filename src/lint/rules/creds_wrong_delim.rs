//! Credentials with the separators of another dialect.

use super::creds_stock::shape;
use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::{Check, Complaint, Line, Reading, Rule};

/// The rule.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        name: "creds-wrong-delim",
        summary: "user and password are separated as another dialect does it",
        severity: Severity::Error,
        on: true,
        formats: &["smtproutes"],
        explanation: "\
sagredo, s/qmail and aQmail write `relay|user|password`; eQmail, qmail-ldap and indimail with
AUTH_SMTP write `relay user password`. Each takes the other's separators for text: behind a port
the credentials are ignored without a word and the relay is used without logging in, without a port
they become part of the relay's name and the mail bounces. Public guides have both forms, and often
do not say for which patch.

Bad, for sagredo:

    :smtp.example.net:587 user password

Good:

    :smtp.example.net:587|user|password",
    },
    harmless: None,
    check: Check::Line(check),
};

fn check(line: &Line<'_>, reading: &Reading<'_>) -> Option<Complaint> {
    let own = reading.notation.credentials?;
    let Some(shape) = shape(line) else {
        return Some(spread(line)?).filter(|_| own == b' ');
    };
    // With both kinds of separators in the value, nobody knows which were meant.
    if shape.separator == own || line.value().contains(&own) {
        return None;
    }
    let meant = [
        &line.bytes[..shape.first],
        &[own],
        &line.bytes[shape.first + 1..shape.second],
        &[own],
        &line.bytes[shape.second + 1..line.value_range().end],
    ]
    .concat();
    let (is, should) = match own {
        b'|' => ("blanks", "`|`"),
        _ => ("`|`", "one blank"),
    };
    // One edit a separator: what stands between them is a user, and behind them a password.
    let edits = [shape.first, shape.second]
        .map(|at| (at..at + 1, vec![own]))
        .to_vec();
    let message = format!("user and password are separated by {is}");
    let complaint = Complaint::new(shape.first..line.value_range().end, message)
        .help(format!("separate relay, user and password by {should}"))
        .meant(meant)
        .edits(edits);
    Some(complaint.unsafe_fix())
}

/// Several blanks between relay and user: the user is empty then, and there is no login.
fn spread(line: &Line<'_>) -> Option<Complaint> {
    let start = line.value_range().start;
    let first = start + memchr::memchr(b' ', line.value())?;
    let blanks = line.bytes[first..].iter().take_while(|&&b| b == b' ').count();
    let more = first + 1..first + blanks;
    let meant = line.with(more.clone(), b"");
    let alone = Line {
        bytes: &meant,
        ..*line
    };
    if more.is_empty() || shape(&alone)?.separator != b' ' {
        return None;
    }
    let complaint = Complaint::new(first..more.end, "several blanks stand between relay and user")
        .help("write one blank: the user is empty otherwise")
        .meant(meant)
        .edits(vec![(more, Vec::new())]);
    Some(complaint.unsafe_fix())
}
