//! A blank or a sign before a port.

use std::ops::Range;
use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::{Check, Complaint, Line, Reading, Rule, WrittenPort, blanks, is_blank};

/// The rule.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        name: "port-sign-blank",
        summary: "a blank or a sign stands before the port, which makes it port 0",
        severity: Severity::Error,
        on: true,
        formats: &["smtproutes"],
        explanation: "\
A port is the digits right behind the separator. With a blank, `+` or `-` before them there are
none, and the number that no digits make is 0. Nothing answers there: the mail waits in the queue
until its lifetime is over (a week by default) and is then returned. Where a blank separates relay
and credentials (eQmail, qmail-ldap), `: 25` has the user name 25, and the next line of the file is
the password. Qsmtp ignores the whole file because of a blank; skarnet's qmail-remote defers all
mail.

Bad:

    example.org:mx1.example.net: 25
    example.org:mx1.example.net:+25

Good:

    example.org:mx1.example.net:25",
    },
    harmless: Some(Severity::Info),
    check: Check::Line(check),
};

fn check(line: &Line<'_>, reading: &Reading<'_>) -> Option<Complaint> {
    let notation = &reading.notation;
    let port = WrittenPort::of(line, notation).filter(|port| port.is_usual(notation))?;
    let before = before_digits(line, &port)?;
    let text = &line.bytes[before.clone()];
    let message = match text.iter().any(|b| matches!(b, b'+' | b'-')) {
        true => "a sign stands before the port",
        false => "a blank stands before the port",
    };
    let complaint = Complaint::new(before.clone(), message);
    // Nobody knows what a negative port was meant to be.
    Some(match text.contains(&b'-') {
        true => complaint.help("write a port from 1 to 65535"),
        false => complaint.meant(line.with(before, b"")).safe(),
    })
}

/// The blanks and the sign behind the separator, when digits and nothing else follow.
pub(super) fn before_digits(line: &Line<'_>, port: &WrittenPort<'_>) -> Option<Range<usize>> {
    let start = port.range.start;
    let text = line.bytes.get(start..line.value_range().end)?;
    let lead = blanks(text);
    let sign = usize::from(matches!(text.get(lead), Some(b'+' | b'-')));
    let number = &text[lead + sign..];
    let digits = number.iter().take_while(|b| b.is_ascii_digit()).count();
    let ends = number
        .get(digits)
        .is_none_or(|b| is_blank(b) || b"|#".contains(b));
    (lead + sign > 0 && digits > 0 && ends).then(|| start..start + lead + sign)
}
