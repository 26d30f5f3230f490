//! Lines of `authsenders` that match no sender.

use crate::diagnostic::{Edit, Finding, RuleInfo, Severity};
use crate::lint::line::{Line, lines};
use crate::lint::{Check, Reading, Rule};
use crate::model::HopLookup;
use crate::source::{Span, Visible, masked};

/// The rule.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        name: "authsenders-form",
        summary: "a line of authsenders matches no sender",
        severity: Severity::Error,
        on: true,
        formats: &["smtproutes"],
        explanation: "\
A line of authsenders is `sender:relay|user|password`; a line without a colon is ignored. The
example in the manual page and on wiki.qmailtoaster.org, `@example.com|generic|passwd`, has none and
matches nothing. The sender is looked up whole, then from each `@` and each dot on: `@example.com`
and `.com` are found for joe@example.com, `example.com` never is. Such mail is routed as if the line
were not there: without the relay, and without logging in.

In s/qmail and aQmail a line with a single `|` has no credentials at all: all of it is the name of
a relay that does not exist.

Bad:

    @example.com|user|password
    example.com:smtp.example.net:587|user|password

Good:

    @example.com:smtp.example.net:587|user|password
    joe@example.com:smtp.example.net:587|user|password",
    },
    harmless: None,
    check: Check::Table(check),
};

const FILE: &str = "authsenders";

fn check(reading: &Reading<'_>, found: &mut Vec<Finding>) {
    if !reading.notation.auth_senders {
        return;
    }
    let document = reading.document();
    let Some(file) = document.input.file(FILE) else {
        return;
    };
    let bytes = file.state.bytes().unwrap_or(b"");
    found.extend(lines(bytes, file.base(), true).filter_map(|line| key(&line)));
    let stages = document.table.stages().iter();
    let routes = stages.filter(|stage| stage.name == FILE).flat_map(|stage| stage.first..stage.end);
    found.extend(routes.filter_map(|index| {
        let route = document.route(index);
        let action = route.action();
        let hop = action.hops().first().filter(|hop| hop.credentials.is_none())?;
        let HopLookup::Address(at) = hop.lookup else {
            return None;
        };
        one_separator(at, document.bytes(at))
    }));
}

fn key(line: &Line<'_>) -> Option<Finding> {
    if line.is_comment() || line.is_blank() {
        return None;
    }
    let finding = |at, message: &str| {
        Finding::new("authsenders-form", Severity::Error, line.span_of(at), message)
    };
    let Some(colon) = line.colon() else {
        let text = line.content();
        let end = text.iter().position(|b| matches!(b, b'|' | b' ' | b'\t'));
        let finding = finding(0..end.unwrap_or(text.len()), "a line without a colon is no route")
            .effect("the line is ignored: mail of such senders is routed as if it were not there")
            .help("write `sender:relay|user|password`");
        return Some(finding);
    };
    let key = line.key();
    // An empty key takes bounces too, and is meant.
    if key.is_empty() || key.starts_with(b".") || key.contains(&b'@') {
        return None;
    }
    let shown = Visible(&masked(key)).to_string();
    let edit = Edit { span: Span::new(line.span.start, 0), text: b"@".to_vec() };
    let finding = finding(0..colon, "the key is a domain without `@` or dot before it")
        .effect(format!(
            "the line matches no sender: mail of someone@{shown} is routed as if it were not there"
        ))
        .help(format!("write `@{shown}` for its addresses, `.{shown}` for those of hosts below it"))
        .fix(false, vec![edit]);
    Some(finding)
}

/// s/qmail cuts credentials off when both separators are there.
fn one_separator(at: Span, relay: &[u8]) -> Option<Finding> {
    let pipe = memchr::memchr(b'|', relay)?;
    let finding = Finding::new(
        "authsenders-form",
        Severity::Error,
        Span::new(at.start + pipe as u32, at.len - pipe as u32),
        "a user without a password",
    )
    .effect("it is part of the relay's name, which no host has: mail of such senders bounces")
    .help("write `sender:relay|user|password`, or `sender:relay`");
    Some(finding)
}
