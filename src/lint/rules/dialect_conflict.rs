//! Two places that name different dialects.

use super::unknown_dialect::{Stated, stated};
use crate::diagnostic::{Finding, RuleInfo, Severity};
use crate::lint::{Check, Rule, Site};

/// The rule.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        name: "dialect-conflict",
        summary: "two places name different dialects for the same table",
        severity: Severity::Error,
        on: true,
        formats: &["smtproutes"],
        explanation: "\
What a table means depends on the program that reads it. qroute takes the dialect from the first of
these that names one: --dialect, a comment `# qroute: dialect NAME` at the top of the table, the
file `smtproutesdialect` beside it, `dialect` in qroute.toml. Where two of them disagree, what is
checked and what happens may not be the same. qroute-remote, which delivers, asks
`smtproutesdialect` alone: a comment that says otherwise is an error, because every other program
then answers for a table that is not the one mail is sent by.

Bad:

    smtproutes:          # qroute: dialect sagredo
    smtproutesdialect:   eqmail

Good: the same name in both, or in one of them only.",
    },
    harmless: None,
    check: Check::Site(check),
};

fn check(site: &Site<'_>, found: &mut Vec<Finding>) {
    let known: Vec<(Stated, &'static str)> = stated(site)
        .into_iter()
        .filter_map(|stated| {
            let dialect = (site.dialect)(&stated.name)?;
            Some((stated, dialect))
        })
        .collect();
    let Some(((winner, used), others)) = known.split_first() else {
        return;
    };
    for (loser, ignored) in others.iter().filter(|(_, dialect)| dialect != used) {
        let is_delivery = loser.place == "smtproutesdialect";
        let effect = match is_delivery {
            true => format!(
                "qroute reads the table as {used}, and qroute-remote delivers by it as {ignored}: what is checked is not what happens"
            ),
            false => format!("none on mail: the table is read as {used}"),
        };
        let severity = match is_delivery {
            true => Severity::Error,
            false => Severity::Warning,
        };
        let message = format!("{} says dialect {ignored}", loser.place);
        found.push(
            Finding::new("dialect-conflict", severity, loser.span, message)
                .effect(effect)
                .help("make them agree, or keep one of them only")
                .label(winner.span, format!("{} says {used}, and is asked first", winner.place)),
        );
    }
}
