//! A file that the product ignores because of one byte.

use crate::diagnostic::{Finding, RuleInfo, Severity};
use crate::lint::line::lines;
use crate::lint::{Check, Reading, Rule};
use crate::model::FileVerdict;

/// The rule.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        name: "ignored-whole",
        summary: "one blank makes the product ignore the whole file",
        severity: Severity::Error,
        on: true,
        formats: &["smtproutes"],
        explanation: "\
Qsmtp allows blanks and TABs at the end of a line and nowhere else. One that stands at the start of
a line or inside it, in any line, and Qremote takes the whole file for unusable and goes on without
it, without a word in the log: all mail goes to the MX of its domain, also that which was to be
delivered inside, and that which a smart host was to take.

The blank that is named is the first; there may be more.

Bad, for Qsmtp:

    example.org:mx1.example.net
    example.com: mx2.example.net

Good:

    example.org:mx1.example.net
    example.com:mx2.example.net",
    },
    harmless: None,
    check: Check::Table(check),
};

fn check(reading: &Reading<'_>, found: &mut Vec<Finding>) {
    let document = reading.document();
    if !matches!(document.table.verdict, FileVerdict::IgnoredWhole(_)) {
        return;
    }
    // Without a place it is no byte of the table that does it.
    let Some(span) = document.problems.first().map(|problem| problem.span) else {
        return;
    };
    let routes = lines(reading.text(), 0, true).filter(|line| line.is_route()).count();
    let effect = match routes {
        0 => "the whole file is ignored: all mail goes to the MX of its domain".to_owned(),
        1 => "the file is ignored, and the one route in it is lost: all mail goes to the MX of its domain".to_owned(),
        _ => format!("the file is ignored, and all {routes} routes in it are lost: all mail goes to the MX of its domain"),
    };
    found.push(
        Finding::new("ignored-whole", Severity::Error, span, "a blank stands inside a line")
            .effect(effect)
            .help("blanks may stand at the end of a line only; comments are allowed behind `#` without a blank before it"),
    );
}
