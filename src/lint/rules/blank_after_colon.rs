//! A blank between colon and relay.

use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::{Check, Complaint, Line, Reading, Rule, blanks, is_blank};

/// The rule.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        name: "blank-after-colon",
        summary: "a blank stands behind the colon and becomes part of the relay",
        severity: Severity::Error,
        on: true,
        formats: &["smtproutes"],
        explanation: "\
Everything right of the first colon is the value, blanks too. The relay is then a name that begins
with a blank, no host is called that, and the mail bounces. Where a blank separates relay and
credentials (eQmail, qmail-ldap), the relay is empty, its name is taken for a user, and the next
line of the file for the password. Qsmtp ignores the whole file, skarnet's qmail-remote defers all
mail. Courier alone drops the blank.

Bad:

    example.org: mx1.example.net

Good:

    example.org:mx1.example.net",
    },
    harmless: None,
    check: Check::Line(check),
};

fn check(line: &Line<'_>, _: &Reading<'_>) -> Option<Complaint> {
    let value = line.value_range();
    let lead = blanks(line.value());
    let rest = &line.value()[lead..];
    // A comment behind the colon is `trailing-comment`.
    if !line.is_route() || lead == 0 || rest.is_empty() || rest.starts_with(b"#") {
        return None;
    }
    let at = value.start..value.start + lead;
    let complaint =
        Complaint::new(at.clone(), "the relay begins with a blank").meant(line.with(at, b""));
    // Several words may be prose that happens to have a colon.
    Some(match rest.iter().any(is_blank) {
        true => complaint.unsafe_fix(),
        false => complaint.safe(),
    })
}
