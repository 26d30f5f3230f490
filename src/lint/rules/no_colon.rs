//! A line without a colon.

use super::{bom, wrong_separator};
use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::{Check, Complaint, Line, Reading, Rule};

/// The rule.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        name: "no-colon",
        summary: "a line has no colon and is ignored",
        severity: Severity::Error,
        on: true,
        formats: &["smtproutes"],
        explanation: "\
A route is `key:relay`. A line without a colon is dropped without a word: mail for the domain goes
where it would go without the line, which is to its MX or to the default route. Qsmtp loses other
lines because of it, or dies on every mail; skarnet's qmail-remote defers all mail.

Bad:

    example.org

Good, to send it to its MX whatever the default route says:

    example.org:

Good, to remark something:

    # example.org",
    },
    harmless: None,
    check: Check::Line(check),
};

fn check(line: &Line<'_>, _: &Reading<'_>) -> Option<Complaint> {
    if line.is_comment() || line.is_blank() || line.colon().is_some() || line.bytes.contains(&0) {
        return None;
    }
    let text = line.content();
    // What looks like a route, a comment or a marker of a merge is another rule's.
    let marked = bom::behind_mark(line).is_some_and(|text| text.starts_with(b"#") || text.trim_ascii().is_empty());
    if marked || line.remark().is_some() || line.is_merge_marker() || wrong_separator::parts(line).is_some() {
        return None;
    }
    let complaint = Complaint::new(0..text.len(), "a line without a colon is no route")
        .help("write `domain:relay`, `domain:` for its own MX, or begin the line with `#`")
        .otherwise(
            Severity::Error,
            "the line is ignored: its mail goes where the other lines send it",
        );
    Some(complaint)
}
