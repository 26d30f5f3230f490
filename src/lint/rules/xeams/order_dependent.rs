//! Routes whose mail goes elsewhere if the product does not ask them in the order of the file.

use std::borrow::Cow;

use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::{Check, Report, Rule, Survey};
use crate::lookup::keys;
use crate::model::RouteView;
use crate::source::Visible;

/// The rule.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        name: "order-dependent",
        summary: "mail goes elsewhere if the product does not ask its routes in the order of the file",
        severity: Severity::Warning,
        on: true,
        formats: &["xeams"],
        explanation: "\
Two routes fit the same mail and send it to different hosts. Which of them decides, the vendor does
not say: the one that stands first, or the one that is more special, as in most other products.
This program assumes the first. In a table where every special route stands before the wider ones,
both readings give the same answer, and nothing rests on the assumption.

Bad:

    1. from @acme.example to ANY: 192.0.2.1
    2. from sales@acme.example to ANY: 192.0.2.2

Good:

    1. from sales@acme.example to ANY: 192.0.2.2
    2. from @acme.example to ANY: 192.0.2.1

`--assume order=most-specific` reads the table the other way.",
    },
    harmless: None,
    check: Check::Routes(check),
};

/// Most routes that are looked at beside one.
const MOST: usize = 64;

fn check(survey: &Survey<'_>, report: &mut Report<'_>) {
    if !survey.is_conditional() || !survey.first_match() {
        return;
    }
    let mut all = survey
        .own()
        .filter_map(|route| Some((route, decided_before(survey, route)?)));
    let Some((route, before)) = all.next() else {
        return;
    };
    let more = all.count();
    report.add(Severity::Warning, survey.place(route), |mut finding| {
        let line = survey.line(before);
        let others = match more {
            0 => String::new(),
            1 => "; so does another route".to_owned(),
            n => format!("; so do {n} other routes"),
        };
        finding.message = format!(
            "{} is more special than {} at {line}, which stands before it: the answer depends on an order that the vendor does not document{others}",
            survey.shown(route),
            survey.shown(before)
        );
        let host = survey.reading.witness(route.key());
        let fates = [before, route].map(|route| survey.decision(route, &host).map(|d| survey.fate(&d)));
        finding.effect = match fates {
            [Some(first), Some(special)] => format!(
                "mail for {} {}; if the most special route decides, it {}",
                Visible(&host),
                first.instead_of(None),
                special.instead_of(None)
            ),
            _ => "unknown".to_owned(),
        };
        finding.help = Some("put special routes before wider ones: then the order does not matter".to_owned());
        finding.label(survey.place(before), "decides, if the order of the file counts")
    });
}

/// An earlier route that is wider in sender or recipient, takes mail of `route`, and sends it elsewhere.
fn decided_before<'a>(survey: &Survey<'a>, route: RouteView<'_>) -> Option<RouteView<'a>> {
    let reading = &survey.reading;
    let semantics = &reading.stage()?.semantics;
    let document = reading.document();
    let sender = |route: RouteView<'_>| {
        let key = route.condition().and_then(|condition| condition.sender);
        key.map_or(&b""[..], |key| document.bytes(key))
    };
    let walked = keys(semantics.walk, route.key());
    let senders = match sender(route) {
        b"" => vec![Cow::Borrowed(&b""[..])],
        key => keys(semantics.walk, key),
    };
    let all = reading
        .store
        .candidates(reading.stage_id(), semantics, &walked, Some(&senders));
    let host = reading.witness(route.key());
    let own = survey.decision(route, &host)?;
    let numbers = all.ok()?.map(|hit| hit.found.view().index());
    numbers
        .take_while(|&number| number < route.index())
        .take(MOST)
        .map(|number| survey.route(number))
        .find(|&other| {
            let same = |a: &[u8], b: &[u8]| a.eq_ignore_ascii_case(b);
            let twin = same(other.key(), route.key()) && same(sender(other), sender(route));
            let excepted = other.condition().is_some_and(|condition| {
                let mut except = condition.except.iter();
                except.any(|&key| {
                    let key = document.bytes(key);
                    keys(semantics.walk, &host).iter().any(|tried| same(tried, key))
                })
            });
            let decision = survey.decision(other, &host);
            !twin && !excepted && decision.is_some_and(|decision| !decision.same_mail(&own))
        })
}
