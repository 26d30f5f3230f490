//! A NUL byte in a line.

use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::{Check, Complaint, Consequence, Harm, Line, Reading, Rule};
use crate::model::{Action, RouteView};
use crate::source::Visible;

/// The rule.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        name: "nul-byte",
        summary: "a NUL byte cuts a line in two, hides it, or ends the file",
        severity: Severity::Error,
        on: true,
        formats: &["smtproutes"],
        explanation: "\
To programs in C a NUL byte ends a text. qmail and its descendants cut a line into several entries
there, and the part behind it may be a route that nobody sees, even a default route; a line that
begins with NUL is dropped. skarnet's qmail-remote and Courier take it for the end of the file: all
lines behind it are lost. NULs come from damaged disks, from files written by several programs at a
time, and from editors that write UTF-16.

Bad, with NUL shown as ^@:

    example.org:mx1.example.net^@:mx9.example.net

Good: the lines without it.",
    },
    harmless: None,
    check: Check::Line(check),
};

fn check(line: &Line<'_>, _: &Reading<'_>) -> Option<Complaint> {
    let at = memchr::memchr(0, line.bytes)?;
    let complaint = Complaint::new(at..at + 1, "a NUL byte stands in the line")
        .help("delete it, and what does not belong behind it")
        .judged_by(judge);
    Some(complaint)
}

/// True when the dialect stops reading at a NUL.
pub(super) fn ends_file(reading: &Reading<'_>) -> bool {
    (reading.alone)(b"\0\na.example:b.example\n")
        .is_some_and(|store| store.document().routes().next().is_none())
}

fn judge(
    line: &Line<'_>,
    reading: &Reading<'_>,
    _: Option<&[u8]>,
) -> Option<(Severity, String)> {
    if ends_file(reading) {
        let base = reading.file()?.base();
        let end = memchr::memchr(0, reading.text())?;
        // What stands behind the first one is not read at all.
        let first = line.span.start as usize <= end + base as usize;
        return first.then(|| {
            let effect = "the file ends here: the routes of all lines behind it are lost";
            (Severity::Error, effect.to_owned())
        });
    }
    let whole: Vec<u8> = line.bytes.iter().copied().filter(|&b| b != 0).collect();
    if !line.is_comment() {
        let consequence = Consequence::of(line, Some(&whole), reading);
        if matches!(consequence.harm, Harm::None | Harm::Overruled) {
            return Some((Severity::Warning, consequence.sentence));
        }
    }
    let store = (reading.alone)(line.bytes)?;
    let error = |effect: String| Some((Severity::Error, effect));
    let crash = |route: RouteView<'_>| matches!(route.action(), Action::Crash(_));
    if store.document().routes().any(crash) {
        return error(
            "the line is cut, and the program crashes on all mail that no line before decides about"
                .to_owned(),
        );
    }
    let keys: Vec<String> = store
        .document()
        .routes()
        .take(4)
        .map(|route| match route.key() {
            [] => "all mail that no other line is about".to_owned(),
            key => format!("`{}`", Visible(key)),
        })
        .collect();
    match keys.as_slice() {
        [] if line.is_comment() => Some((Severity::Info, "none: the comment is ignored".to_owned())),
        [] => error("no route is left of the line: it is ignored".to_owned()),
        [key] => error(format!("the line is cut and read as a route for {key}")),
        [keys @ .., last] => error(format!(
            "the line is cut and read as several routes, for {} and {last}",
            keys.join(", ")
        )),
    }
}
