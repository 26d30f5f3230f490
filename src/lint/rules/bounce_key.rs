//! The key of bounces where it is none.

use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::{Check, Complaint, Line, Reading, Rule};

/// The rule.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        name: "bounce-key",
        summary: "the key `!@` is the route of bounces in s/qmail and indimail only",
        severity: Severity::Warning,
        on: true,
        formats: &["smtproutes"],
        explanation: "\
In s/qmail, aQmail and indimail the line `!@:relay` is the route of mail with an empty sender, which
is what bounces have. Other products take `!@` for the name of a domain. Nobody has a domain of that
name: bounces go where other mail for their recipient goes.

Bad, outside those products:

    !@:bounces.example.net

Good, for all mail, bounces included:

    :relay.example.net",
    },
    harmless: None,
    check: Check::Line(check),
};

fn check(line: &Line<'_>, reading: &Reading<'_>) -> Option<Complaint> {
    if reading.notation.bounce_key || line.key() != b"!@" {
        return None;
    }
    let complaint = Complaint::new(0..2, "the product has no route for bounces, and takes `!@` for a domain")
        .help("delete the line: this product has no route for bounces")
        .effect(
            Severity::Warning,
            "no mail comes to this line: bounces go where other mail for their domain goes",
        );
    Some(complaint)
}
