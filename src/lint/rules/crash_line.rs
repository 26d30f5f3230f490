//! A line that kills the program.

use crate::diagnostic::{Finding, RuleInfo, Severity};
use crate::lint::{Check, Reading, Rule};
use crate::model::{Action, Precedence};
use crate::source::Span;

/// The rule.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        name: "crash-line",
        summary: "a line makes the program crash when it comes to it",
        severity: Severity::Error,
        on: true,
        formats: &["smtproutes"],
        explanation: "\
Qsmtp checks its lines when it reads the file, and means to leave out those without a colon. It
overwrites their first byte only, so that the rest stays in the list while a line at the end falls
out of it. The search does not expect a line without a colon and reads where nothing is: Qremote
dies of signal 11 with every mail that no line before it is about, and the mail waits in the queue
until it is returned. A file whose first line is a heading without `#` stops all mail.

Bad, for Qsmtp:

    Routes of example.org
    example.org:mx1.example.net

Good:

    # Routes of example.org
    example.org:mx1.example.net",
    },
    harmless: None,
    check: Check::Table(check),
};

fn check(reading: &Reading<'_>, found: &mut Vec<Finding>) {
    let Some(stage) = reading.stage() else { return };
    if reading.notation.independent_lines {
        return;
    }
    let (mut before, mut crash) = (0u32, None);
    for route in reading.routes() {
        if let Action::Crash(signal) = route.action() {
            // The byte before is the one that was overwritten.
            let Span { start, len } = route.origin();
            crash = Some((Span::new(start.saturating_sub(1), len + 1), signal));
            break;
        }
        // The search never comes to what stands behind a default route.
        if route.key().is_empty() && stage.semantics.precedence == Precedence::FirstMatch {
            return;
        }
        before += 1;
    }
    let Some((span, signal)) = crash else { return };
    let which = match before {
        0 => "every mail",
        _ => "every mail that no line before is about",
    };
    found.push(
        Finding::new("crash-line", Severity::Error, span, "a line without a colon stays in the list of routes")
            .effect(format!("the program dies of signal {signal} with {which}, which waits in the queue until it is returned"))
            .help("delete the line, or begin it with `#`"),
    );
}
