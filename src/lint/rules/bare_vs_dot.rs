//! A domain without its subdomains, or subdomains without their domain, where pairs are the custom.

use std::collections::HashMap;

use crate::diagnostic::{EVERY, RuleInfo, Severity};
use crate::lint::same_fate;
use crate::lint::{Check, Report, Rule, Survey};
use crate::model::RouteView;
use crate::source::{Visible, masked_entry};

/// The rule.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        name: "bare-vs-dot",
        summary: "`domain` stands without `.domain` or the reverse, where most have both",
        severity: Severity::Warning,
        on: true,
        formats: EVERY,
        explanation: "\
`example.org` is the domain and nothing below it; `.example.org` is everything below it and not the
domain itself. Who wants both needs both lines. This is reported only where the file shows that
both are its custom: at least three domains stand in both forms with one destination, at least
three times as many as stand alone, in the whole file or among those that share a wider route;
and only where mail in the other form goes somewhere else.

Bad, in a file whose other domains stand in both forms:

    example.org:mx1.example.net

Good:

    example.org:mx1.example.net
    .example.org:mx1.example.net

For skarnet's qmail-remote `example.org` is both, and `.example.org` nothing.",
    },
    harmless: None,
    check: Check::Routes(check),
};

/// How often both forms stand together, and how often one stands alone.
#[derive(Clone, Copy, Default)]
struct Custom {
    pairs: u32,
    alone: u32,
}

impl Custom {
    fn is_clear(self) -> bool {
        self.pairs >= 3 && self.alone > 0 && self.alone.saturating_mul(3) <= self.pairs
    }
}

fn check(survey: &Survey<'_>, report: &mut Report<'_>) {
    if !survey.has_wildcards() || survey.is_conditional() {
        return;
    }
    let first = survey.reading.stage().map_or(0, |stage| stage.first);
    let end = survey.reading.stage().map_or(0, |stage| stage.end);
    // Numbers of routes that have their other form, whatever it says.
    let mut partnered = vec![false; (end - first) as usize];
    let mut all = Custom::default();
    let mut families: HashMap<u32, Custom> = HashMap::new();
    let family = |route: RouteView<'_>| {
        let wider = survey.wider(route)?;
        (!wider.key().is_empty()).then(|| wider.index())
    };
    for route in survey.own().filter(|route| route.key().first() == Some(&b'.')) {
        let Some(bare) = survey.with_key(&route.key()[1..]) else {
            continue;
        };
        for number in [route.index(), bare.index()] {
            partnered[(number - first) as usize] = true;
        }
        if super::duplicate_same::agree(survey, bare, route) {
            all.pairs += 1;
            if let Some(family) = family(route) {
                families.entry(family).or_default().pairs += 1;
            }
        }
    }
    if all.pairs < 3 {
        return;
    }
    let alone = || {
        survey
            .own()
            .filter(|route| !partnered[(route.index() - first) as usize] && is_candidate(*route))
    };
    for route in alone() {
        all.alone += 1;
        if let Some(of) = family(route).and_then(|family| families.get_mut(&family)) {
            of.alone += 1;
        }
    }
    let clear = |route: RouteView<'_>| {
        all.is_clear()
            || family(route)
                .and_then(|family| families.get(&family))
                .is_some_and(|custom| custom.is_clear())
    };
    if !all.is_clear() && !families.values().any(|custom| custom.is_clear()) {
        return;
    }
    for route in alone().filter(|route| clear(*route)) {
        found(survey, route, report);
    }
}

/// A domain below a top-level one: nobody routes `com` and means its subdomains too.
fn is_candidate(route: RouteView<'_>) -> bool {
    let key = route.key();
    key.len() > 1 && key[1..].contains(&b'.') && !key.contains(&b'@')
}

fn found(survey: &Survey<'_>, route: RouteView<'_>, report: &mut Report<'_>) {
    let key = route.key();
    // Lines that do nothing are for other rules.
    if !survey.is_domain(key) || survey.is_repeated(route) || survey.reached(route).is_none() {
        return;
    }
    let (other, what) = match key.strip_prefix(b".") {
        Some(bare) => (bare.to_vec(), "the domain itself is not routed with it"),
        None => ([b".", key].concat(), "its subdomains are not routed with it"),
    };
    let host = survey.reading.witness(&other);
    let Some(actual) = survey.reading.select(&host) else {
        return;
    };
    let Some(meant) = survey.decision(route, &host) else {
        return;
    };
    let product = survey.reading.document().table.product;
    if same_fate(&actual.decision, &meant, product) {
        return;
    }
    report.add(Severity::Warning, survey.place(route), |mut finding| {
        finding.message = format!("{} stands alone: {what}", survey.shown(route));
        finding.effect = format!(
            "mail for {} {}",
            Visible(&host),
            survey
                .fate(&actual.decision)
                .instead_of(Some(&survey.fate(&meant)))
        );
        let entry = survey.reading.document().input.bytes(route.origin());
        let value = entry.get(key.len()..).unwrap_or(b"");
        let line = [&other, value].concat();
        finding.help = Some(format!(
            "if both are meant, write `{}` too",
            Visible(&masked_entry(&line))
        ));
        match &actual.route {
            Some(by) => {
                let by = survey.route(by.view().index());
                finding.label(survey.place(by), "takes that mail")
            }
            None => finding,
        }
    });
}
