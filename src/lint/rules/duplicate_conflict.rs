//! Two lines with the same key that contradict one another.

use super::duplicate_same::{agree, groups, shadowed};
use crate::diagnostic::{EVERY, RuleInfo, Severity};
use crate::lint::{Check, Report, Rule, Survey};
use crate::model::{Action, FailureKind, RouteView, Walk};
use crate::source::Visible;

/// The rule.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        name: "duplicate-conflict",
        summary: "two lines have the same key and different destinations; one of them is dead",
        severity: Severity::Error,
        on: true,
        formats: EVERY,
        explanation: "\
Two lines have the same key and send its mail to different places. Only one of them is obeyed, and
which one depends on the product: qmail and its family take the last of equal keys, Qsmtp, skarnet
and Courier the first. The other is dead. No product tries the second when the first does not
answer. The file looks as if it had two relays for the domain, and changing the dead line has no
effect whatever.

Upper and lower case make no difference in a key, but for skarnet.

Bad:

    example.org:mx1.example.net
    example.org:mx2.example.net

Good: the one that is meant. For two hosts, give one name two A records in DNS:

    example.org:mx.example.net",
    },
    harmless: None,
    check: Check::Routes(check),
};

fn check(survey: &Survey<'_>, report: &mut Report<'_>) {
    for group in groups(survey) {
        let winner = survey.route(group[0].winner);
        // Where nothing reaches either of them another rule says so.
        let dotted = survey.walk() == Walk::SuffixesWithoutDot && winner.key().starts_with(b".");
        if dotted || shadowed(survey, winner) {
            continue;
        }
        for repeat in group {
            let loser = survey.route(repeat.loser);
            // What a reader cannot decide it says itself.
            let undecided = |route: RouteView<'_>| {
                let undefined = |kind| kind == FailureKind::Undefined;
                matches!(route.action(), Action::Refused { kind, .. } if undefined(kind))
            };
            let says_so = !survey.reading.notation.has_dialects();
            if says_so && (undecided(winner) || undecided(loser)) {
                continue;
            }
            let usable = |route: RouteView<'_>| {
                survey.is_self_contained(route) || matches!(route.action(), Action::Refused { .. })
            };
            // A password from the next line is complained of elsewhere; the lines may be meant alike.
            let both = usable(winner) && usable(loser);
            if survey.is_own(loser) && both && !agree(survey, winner, loser) {
                found(survey, winner, loser, report);
            }
        }
    }
}

fn found(
    survey: &Survey<'_>,
    winner: RouteView<'_>,
    loser: RouteView<'_>,
    report: &mut Report<'_>,
) {
    let severity = survey.by_repeats(survey.by_order(Severity::Error));
    report.add(severity, survey.place(loser), |mut finding| {
        let line = survey.line(winner);
        let host = survey.reading.witness(winner.key());
        let mail = match winner.key() {
            b"" => "mail for other domains".to_owned(),
            _ => format!("mail for {}", Visible(&host)),
        };
        let decisions = [winner, loser].map(|route| survey.decision(route, &host));
        let fates = decisions.map(|decision| decision.map(|d| survey.fate(&d)));
        finding.message = format!("{} has another destination at {line}", survey.shown(loser));
        finding.effect = match (survey.reached(winner), fates) {
            (Some(_), [Some(winner), Some(loser)]) => {
                format!("{mail} {}", winner.and_not(&line, &loser))
            }
            _ => format!("{line} decides, and this line does nothing"),
        };
        finding.help = Some("delete the line that is not meant".to_owned());
        if let Some(edit) = survey.deletion(loser) {
            finding = finding.fix(false, vec![edit]);
        }
        finding.label(survey.place(winner), "decides")
    });
}
