//! An exception from a route that does not exist.

use super::redundant::deletable;
use crate::diagnostic::{EVERY, RuleInfo, Severity};
use crate::lint::{Check, Report, Rule, Survey};
use crate::model::{HopLookup, Walk};
use crate::source::Visible;

/// The rule.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        name: "exception-without-effect",
        summary: "a line sends a domain to its own MX, where it goes without the line too",
        severity: Severity::Info,
        on: true,
        formats: EVERY,
        explanation: "\
A line with nothing behind the colon excepts its domain from a wider route: its mail goes to the MX
that DNS knows. When no wider route takes the domain there is nothing to be excepted from, and the
line has no effect. Either the wider route is missing or misspelt, or the line is left over.

Bad, alone in the file:

    example.org:

Good:

    example.org:
    :smarthost.example.net

skarnet's qmail-remote knows no such exceptions: there the line is a route to a relay with the
empty name.",
    },
    harmless: None,
    check: Check::Routes(check),
};

fn check(survey: &Survey<'_>, report: &mut Report<'_>) {
    // In a list of whole domains nothing is wider than a line, and the list says more than where mail goes.
    if survey.walk() == Walk::Exact {
        return;
    }
    for route in survey.own() {
        let own_mx = survey
            .hop(route)
            .is_some_and(|hop| hop.lookup == HopLookup::OwnMx);
        if !own_mx || survey.wider(route).is_some() {
            continue;
        }
        // A file of IMSS has a default by its form, and DNS is what it says right after the installation.
        if route.key().is_empty() && survey.reading.notation.format == "imss" {
            continue;
        }
        let host = survey.reading.witness(route.key());
        let same = deletable(survey, route)
            .is_some_and(|decision| decision.same_mail(&survey.unmatched(&host)));
        // Where the first match decides, lines behind it that it takes the mail of would come alive.
        if !same || survey.first_match() && shadows_any(survey, route.index()) {
            continue;
        }
        report.add(Severity::Info, survey.place(route), |mut finding| {
            finding.message = match route.key() {
                b"" => "the default route names no relay".to_owned(),
                key => format!("no route is wider than `{}`", Visible(key)),
            };
            finding.effect = format!(
                "none; mail for {} goes to its MX without the line too",
                Visible(&host)
            );
            finding.help = Some(
                "delete it, or look for the route that it was meant to be an exception from"
                    .to_owned(),
            );
            if let Some(edit) = survey.deletion(route) {
                finding = finding.fix(false, vec![edit]);
            }
            finding
        });
    }
}

fn shadows_any(survey: &Survey<'_>, number: u32) -> bool {
    survey
        .own()
        .any(|route| survey.shadow(route).is_some_and(|by| by.index() == number))
}
