//! A blank between key and colon.

use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::{Check, Complaint, Line, Reading, Rule, is_blank};

/// The rule.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        name: "blank-before-colon",
        summary: "a blank stands before the colon, so that the key matches no domain",
        severity: Severity::Error,
        on: true,
        formats: &["smtproutes"],
        explanation: "\
Everything left of the first colon is the key, blanks too. No domain ends in a blank, so the route
is never found, and its mail goes to its MX or to the default route. Tables that are aligned in
columns look like this. Qsmtp ignores the whole file because of one such line; skarnet's
qmail-remote defers all mail.

Bad:

    example.org :mx1.example.net

Good:

    example.org:mx1.example.net",
    },
    harmless: None,
    check: Check::Line(check),
};

fn check(line: &Line<'_>, _: &Reading<'_>) -> Option<Complaint> {
    let key = line.key();
    let blanks = key.iter().rev().take_while(|b| is_blank(b)).count();
    let name = key.get(line.lead()..key.len() - blanks).unwrap_or(b"");
    // A key of blanks alone begins with one, which `leading-blank` says; one with a blank inside is no domain either way.
    if !line.is_route() || blanks == 0 || name.is_empty() || name.iter().any(is_blank) {
        return None;
    }
    let at = key.len() - blanks..key.len();
    let complaint =
        Complaint::new(at.clone(), "the key ends in a blank").meant(line.with(at, b""));
    Some(complaint.safe())
}
