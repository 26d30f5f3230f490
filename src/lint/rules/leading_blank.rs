//! A blank before the key.

use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::{Check, Complaint, Line, Reading, Rule};

/// The rule.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        name: "leading-blank",
        summary: "a line begins with a blank, so that its key matches no domain",
        severity: Severity::Error,
        on: true,
        formats: &["smtproutes"],
        explanation: "\
Blanks at the end of a line are dropped, blanks at its start are not: they are the first bytes of
the key. No domain begins with a blank, so the route is never found, and its mail goes to its MX
or to the default route. Qsmtp ignores the whole file because of one such line; skarnet's
qmail-remote defers all mail.

Bad:

     example.org:mx1.example.net

Good:

    example.org:mx1.example.net",
    },
    harmless: None,
    check: Check::Line(check),
};

fn check(line: &Line<'_>, _: &Reading<'_>) -> Option<Complaint> {
    let lead = line.lead();
    // An indented comment of any kind is another rule's.
    if lead == 0 || !line.is_route() {
        return None;
    }
    let complaint = Complaint::new(0..lead, "the key begins with a blank")
        .meant(line.bytes[lead..].to_vec());
    Some(complaint.safe())
}
