//! Lines that other lines destroy.

use super::nul_byte;
use crate::diagnostic::{Finding, RuleInfo, Severity};
use crate::lint::line::lines;
use crate::lint::plain::is_plain;
use crate::lint::words::Fate;
use crate::lint::{Check, Consequence, Harm, Line, Reading, Rule};
use crate::model::{Action, FileVerdict, RouteView};
use crate::source::{Span, Visible};

/// The rule.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        name: "lost-line",
        summary: "a bad line takes the place of a good one, or becomes the route of another domain",
        severity: Severity::Error,
        on: true,
        formats: &["smtproutes"],
        explanation: "\
Qsmtp means to leave out lines that it cannot read: those without a colon, those with three colons,
those with something else than a number behind the second one. It overwrites their first byte only
and counts them out, so that the rest of the line stays in the list, and for each such line one at
the end of the list is lost. What stays is a route if it has a colon: `a.com:[::1]:25` becomes a
route for `.com` and takes the mail of every domain there.

Bad, for Qsmtp:

    a.com:[::1]:25
    example.org:mx1.example.net

Good:

    example.org:mx1.example.net",
    },
    harmless: None,
    check: Check::Table(check),
};

/// Findings of a kind; those beyond are not counted, they have the same cause.
const MOST: usize = 1000;

fn check(reading: &Reading<'_>, found: &mut Vec<Finding>) {
    let verdict = &reading.document().table.verdict;
    if reading.notation.independent_lines || *verdict != FileVerdict::Normal {
        return;
    }
    let mut text = reading.text();
    if nul_byte::ends_file(reading) {
        text = &text[..memchr::memchr(0, text).unwrap_or(text.len())];
    }
    let Some(file) = reading.file() else { return };
    let mut routes = reading.routes().peekable();
    let mut bad: Option<Span> = None;
    for line in lines(text, file.base(), true) {
        while routes
            .next_if(|route| route.origin().start < line.span.start)
            .is_some()
        {}
        let here = routes
            .peek()
            .copied()
            .filter(|route| route.origin().start <= line.span.end());
        if line.is_blank() || line.is_comment() || here.is_some() && is_plain(line.bytes, &reading.notation) {
            continue;
        }
        let alone = (reading.alone)(line.bytes);
        let good = alone.is_some_and(|store| store.document().routes().next().is_some());
        let finding = match (good, here) {
            (true, None) => lost(&line, bad, reading),
            (false, Some(route)) => {
                bad = bad.or(Some(line.span_of(0..line.content().len())));
                mangled(&line, route, reading)
            }
            (false, None) | (true, Some(_)) => None,
        };
        found.extend(finding);
        if found.len() == MOST {
            return;
        }
    }
}

/// A good line that is not in the list.
fn lost(line: &Line<'_>, bad: Option<Span>, reading: &Reading<'_>) -> Option<Finding> {
    let consequence = Consequence::of(line, Some(line.bytes), reading);
    let host = consequence.witness.as_deref().unwrap_or(b"");
    let crash = reading
        .best(host)
        .is_some_and(|hit| matches!(hit.found.view().action(), Action::Crash(_)));
    let (severity, effect) = match consequence.harm {
        Harm::None | Harm::Overruled if crash => {
            let effect = format!("the program crashes on mail for {}", Visible(host));
            (Severity::Error, effect)
        }
        Harm::None | Harm::Overruled => (Severity::Warning, consequence.sentence.clone()),
        _ => (Severity::Error, consequence.sentence.clone()),
    };
    let at = line.span_of(0..line.content().len());
    let finding = Finding::new("lost-line", severity, at, "a bad line before pushes this one off the list")
        .effect(effect)
        .help("mend or delete the bad line: this one is right");
    Some(match bad {
        Some(span) => finding.label(span, "the first bad line"),
        None => finding,
    })
}

/// A bad line that is a route after all, under the rest of its key.
fn mangled(line: &Line<'_>, route: RouteView<'_>, reading: &Reading<'_>) -> Option<Finding> {
    if matches!(route.action(), Action::Crash(_)) {
        return None;
    }
    let host = reading.witness(route.key());
    let product = reading.document().table.product;
    let fate = reading.select(&host).map(|found| Fate::of(&found.decision, product))?;
    let at = line.span_of(0..line.content().len());
    let message = format!(
        "the line loses its first byte and is a route for `{}`",
        Visible(route.key())
    );
    let effect = format!("mail for {} {}", Visible(&host), fate.instead_of(None));
    Some(
        Finding::new("lost-line", Severity::Error, at, message)
            .effect(effect)
            .help("mend the line, or delete it"),
    )
}
