//! A line without which its mail would go to the same place.

use std::collections::HashSet;

use crate::diagnostic::{EVERY, RuleInfo, Severity};
use crate::lint::{Check, Report, Rule, Survey};
use crate::model::{Decision, HopLookup, RouteView};
use crate::source::Visible;

/// The rule.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        name: "redundant",
        summary: "without the line its mail would go to the same place by a wider route",
        severity: Severity::Info,
        on: true,
        formats: EVERY,
        explanation: "\
A line sends its mail where a wider route would send it anyway: the one of the domain above, or the
default route. It can be deleted without any effect on mail. It is not wrong; it may be there so
that the domain stays where it is when the wider route changes. Then allow it:

    # qroute: allow(redundant) stays at mx1 whatever the default is

Bad:

    .example.org:mx1.example.net
    www.example.org:mx1.example.net

Good:

    .example.org:mx1.example.net

`.example.org` does not take mail for `example.org` itself, so a pair of both is never redundant.
With skarnet it does.",
    },
    harmless: None,
    check: Check::Routes(check),
};

fn check(survey: &Survey<'_>, report: &mut Report<'_>) {
    // Without a route that has conditions, its mail may come to several others.
    if survey.is_conditional() {
        return;
    }
    // Where the first match decides, a line may keep mail from lines behind it: without it they would come alive.
    let shadows: HashSet<u32> = match survey.first_match() {
        true => survey
            .own()
            .filter_map(|route| Some(survey.shadow(route)?.index()))
            .collect(),
        false => HashSet::new(),
    };
    for route in survey.own() {
        let Some(wider) = survey.wider(route).filter(|wider| may_agree(survey, route, *wider)) else {
            continue;
        };
        if survey.shadow(route).is_some() || shadows.contains(&route.index()) {
            continue;
        }
        let Some(decision) = deletable(survey, route) else {
            continue;
        };
        let host = survey.reading.witness(route.key());
        if survey
            .decision(wider, &host)
            .is_some_and(|other| other.same_mail(&decision))
        {
            found(survey, route, wider, &host, &decision, report);
        }
    }
}

fn found(
    survey: &Survey<'_>,
    route: RouteView<'_>,
    wider: RouteView<'_>,
    host: &[u8],
    decision: &Decision,
    report: &mut Report<'_>,
) {
    report.add(Severity::Info, survey.place(route), |mut finding| {
        let line = survey.line(wider);
        finding.message = format!(
            "{} has the destination of {} at {line}",
            survey.shown(route),
            survey.shown(wider)
        );
        finding.effect = format!(
            "none; without the line mail for {} {} by {line}",
            Visible(host),
            survey.fate(decision).instead_of(None)
        );
        finding.help = Some("delete it, unless it is to stay when the other changes".to_owned());
        if let Some(edit) = survey.deletion(route) {
            finding = finding.fix(false, vec![edit]);
        }
        finding.label(survey.place(wider), "takes its mail without it")
    });
}

/// What `route` does with its mail, when nothing but its own mail depends on its line and the mail arrives.
pub(super) fn deletable(survey: &Survey<'_>, route: RouteView<'_>) -> Option<Decision> {
    // The key of bounces is asked for them apart. Of equal keys, another would take this one's place.
    let bounce = survey.reading.notation.bounce_key && route.key() == b"!@";
    if bounce
        || !survey.is_domain(route.key())
        || !survey.is_self_contained(route)
        || survey.is_password(route)
        || survey.is_repeated(route)
    {
        return None;
    }
    let decision = survey.decision(route, &survey.reading.witness(route.key()))?;
    let fails = matches!(decision, Decision::Failure(_)) || survey.fate(&decision).fails();
    (!fails).then_some(decision)
}

/// False when the destinations as written cannot be the same: most routes of most tables, told without a decision.
fn may_agree(survey: &Survey<'_>, a: RouteView<'_>, b: RouteView<'_>) -> bool {
    let host = |route: RouteView<'_>| match survey.hop(route)?.lookup {
        HopLookup::Address(text) | HopLookup::MxOf(text) => {
            Some(survey.reading.document().bytes(text))
        }
        HopLookup::OwnMx => Some(&b""[..]),
    };
    match (host(a), host(b)) {
        // Neither leaves for another host.
        (None, None) => true,
        (Some(a), Some(b)) => {
            // Addresses have several spellings.
            let is_address = |name: &[u8]| match name.first() {
                Some(b'0'..=b'9' | b'[' | b':') => true,
                Some(b'a'..=b'f' | b'A'..=b'F') => name.contains(&b':'),
                _ => false,
            };
            a.eq_ignore_ascii_case(b) || is_address(b) && is_address(a)
        }
        _ => false,
    }
}
