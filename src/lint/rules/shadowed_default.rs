//! A default route before other routes, where the first match decides.

use crate::diagnostic::{EVERY, RuleInfo, Severity};
use crate::lint::{Check, Report, Rule, Survey};
use crate::lint::same_fate;
use crate::model::{Action, RouteView};
use crate::source::Visible;

/// The rule.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        name: "shadowed-default",
        summary: "routes stand behind the default route, which takes all their mail",
        severity: Severity::Error,
        on: true,
        formats: EVERY,
        explanation: "\
The default route, a line that begins with the colon, matches all mail. Qsmtp and Courier obey the
first line that matches: every route behind the default is dead, and its mail goes to the default
relay. qmail and its family look for the longest key, whatever the order of lines; there a default
route may stand anywhere, and this rule is silent. A file that moves from one to the other needs
its default route at the end.

Bad, for Qsmtp and Courier:

    :smarthost.example.net
    example.org:mx1.example.net

Good, for all:

    example.org:mx1.example.net
    :smarthost.example.net",
    },
    harmless: None,
    check: Check::Routes(check),
};

fn check(survey: &Survey<'_>, report: &mut Report<'_>) {
    let Some(default) = survey.default_route().filter(|_| survey.first_match()) else {
        return;
    };
    // A line without a key that kills the program is no default route.
    if matches!(default.action(), Action::Crash(_)) || !survey.is_own(default) {
        return;
    }
    let dead = || {
        survey
            .own()
            .skip_while(move |route| route.index() <= default.index())
            .filter(|route| !route.key().is_empty())
    };
    let Some(first) = dead().next() else {
        return;
    };
    let product = survey.reading.document().table.product;
    let differs = |route: &RouteView<'_>| {
        let host = survey.reading.witness(route.key());
        match (
            survey.decision(default, &host),
            survey.decision(*route, &host),
        ) {
            (Some(actual), Some(meant)) => !same_fate(&actual, &meant, product),
            _ => false,
        }
    };
    let misled = dead().find(differs);
    let severity = match misled {
        Some(_) => survey.by_order(Severity::Error),
        None => Severity::Info,
    };
    report.add(severity, default.origin(), |mut finding| {
        let count = dead().count();
        let (message, never) = match count {
            1 => (
                "a line stands behind the default route".to_owned(),
                "the line behind it never decides",
            ),
            _ => (
                format!("{count} lines stand behind the default route"),
                "the lines behind it never decide",
            ),
        };
        finding.message = message;
        finding.effect = match misled {
            Some(route) => {
                let host = survey.reading.witness(route.key());
                let fate = |route| {
                    let decision = survey.decision(route, &host);
                    decision.map(|decision| survey.fate(&decision))
                };
                let words = fate(default).map(|actual| actual.instead_of(fate(route).as_ref()));
                format!(
                    "{never}: mail for {} {} ({})",
                    Visible(&host),
                    words.unwrap_or_default(),
                    survey.line(route)
                )
            }
            None => format!("none; {never}, but say the same"),
        };
        finding.help = Some("move the default route to the end of the file".to_owned());
        finding.label(survey.place(first), "the first line that never decides")
    });
}
