//! Two lines with the same key that say the same.

use crate::diagnostic::{EVERY, RuleInfo, Severity};
use crate::lint::{Check, Repeat, Report, Rule, Survey};
use crate::model::RouteView;

/// The rule.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        name: "duplicate-same",
        summary: "a line says the same as another line with the same key",
        severity: Severity::Info,
        on: true,
        formats: EVERY,
        explanation: "\
Two lines have the same key and send its mail to the same place. One of them does nothing. As long
as they agree no mail notices; when one of them is changed later, whether the change has any
effect depends on the product: qmail and its family obey the last of equal keys, Qsmtp, skarnet
and Courier the first. Scripts that add routes with `echo … >> smtproutes` leave such lines.

Upper and lower case make no difference in a key, but for skarnet.

Bad:

    example.org:mx1.example.net
    Example.ORG:mx1.example.net

Good:

    example.org:mx1.example.net",
    },
    harmless: None,
    check: Check::Routes(check),
};

fn check(survey: &Survey<'_>, report: &mut Report<'_>) {
    for group in groups(survey) {
        let winner = survey.route(group[0].winner);
        if shadowed(survey, winner) || !survey.is_self_contained(winner) {
            continue;
        }
        let same = |repeat: &&Repeat| {
            let loser = survey.route(repeat.loser);
            survey.is_self_contained(loser) && agree(survey, winner, loser)
        };
        let agreeing: Vec<&Repeat> = group.iter().filter(same).collect();
        // Where all agree the first stays, whichever of them decides: then no product is left without a line when the others
        // are deleted for all.
        let first = group[0].winner.min(group[0].loser);
        if agreeing.len() == group.len() && survey.is_own(survey.route(first)) {
            let numbers = agreeing.iter().map(|repeat| repeat.loser);
            for number in numbers.chain([winner.index()]).filter(|&n| n != first) {
                found(survey, number, first, report);
            }
        } else {
            for repeat in agreeing {
                found(survey, repeat.loser, winner.index(), report);
            }
        }
    }
}

fn found(survey: &Survey<'_>, number: u32, other: u32, report: &mut Report<'_>) {
    let (route, other) = (survey.route(number), survey.route(other));
    if !survey.is_own(route) {
        return;
    }
    report.add(survey.by_repeats(Severity::Info), survey.place(route), |mut finding| {
        let line = survey.line(other);
        finding.message = format!("{} has the same destination at {line}", survey.shown(route));
        finding.effect = "none; the line does nothing".to_owned();
        finding.help = Some("delete it".to_owned());
        if let Some(edit) = survey.deletion(route) {
            finding = finding.fix(true, vec![edit]);
        }
        finding.label(survey.place(other), "says the same")
    });
}

/// Routes with equal keys, one slice for each key.
pub(super) fn groups<'s>(survey: &'s Survey<'_>) -> impl Iterator<Item = &'s [Repeat]> {
    survey
        .repeats()
        .chunk_by(|a, b| a.winner == b.winner)
}

/// True when an earlier line with a wider key takes the mail before any of a group sees it.
pub(super) fn shadowed(survey: &Survey<'_>, winner: RouteView<'_>) -> bool {
    survey.shadow(winner).is_some()
}

/// Whether both routes do the same with their mail.
pub(super) fn agree(survey: &Survey<'_>, a: RouteView<'_>, b: RouteView<'_>) -> bool {
    let input = &survey.reading.document().input;
    let value = |route: RouteView<'_>| {
        let entry = input.bytes(route.origin());
        entry.get(route.key_text().len as usize..).filter(|_| route.only_hop().is_some())
    };
    // The same text says the same; it is so in nearly all pairs.
    if let (Some(a), Some(b)) = (value(a), value(b))
        && a == b
    {
        return true;
    }
    let host = survey.reading.witness(a.key());
    match (survey.decision(a, &host), survey.decision(b, &host)) {
        (Some(a), Some(b)) => a.same_mail(&b),
        _ => false,
    }
}
