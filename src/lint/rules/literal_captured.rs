//! A default route that also takes mail for addresses in brackets.

use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::{Check, Report, Rule, Survey};
use crate::model::DecisionKind;

/// A literal from a range that nobody has (RFC 5737).
const LITERAL: &[u8] = b"[192.0.2.1]";

/// The rule.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        name: "literal-captured",
        summary: "the default route also takes mail for `user@[192.0.2.1]`",
        severity: Severity::Info,
        on: false,
        formats: &["smtproutes"],
        explanation: "\
An address may name a host by its IP address in brackets: `user@[192.0.2.1]`. Its mail is meant for
that very host. qmail walks such a name through the table like any other, and the default route
matches it: the mail goes to the relay, which may refuse it. Hardly anybody writes such addresses,
so this is only said when it is asked for. Qsmtp never asks its table for them.

To be noted:

    :smarthost.example.net

Nothing can be written to except them all; one host can be, though few need it:

    [192.0.2.1]:
    :smarthost.example.net",
    },
    harmless: None,
    check: Check::Routes(check),
};

fn check(survey: &Survey<'_>, report: &mut Report<'_>) {
    let Some(default) = survey.default_route().filter(|route| survey.is_own(*route)) else {
        return;
    };
    let Some(selection) = survey.reading.select(LITERAL) else {
        return;
    };
    let taken = selection
        .route
        .is_some_and(|found| found.view().index() == default.index());
    let fate = survey.fate(&selection.decision);
    if !taken || fate.fails() || selection.decision.kind() == DecisionKind::Mx {
        return;
    }
    report.add(Severity::Info, survey.place(default), |mut finding| {
        finding.message = "the default route also takes mail for addresses in brackets".to_owned();
        finding.effect = format!(
            "mail for user@[192.0.2.1] {} and not to that host",
            fate.instead_of(None)
        );
        finding
    });
}
