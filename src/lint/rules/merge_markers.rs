//! What a merge leaves in a file when it finds a conflict.

use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::{Check, Complaint, Consequence, Harm, Line, Reading, Rule};
use crate::model::{FileVerdict, Precedence};

/// The rule.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        name: "merge-markers",
        summary: "a line is the marker of a merge conflict that nobody resolved",
        severity: Severity::Error,
        on: true,
        formats: &["smtproutes"],
        explanation: "\
git, diff3 and other tools write both versions of a file where they cannot decide, between lines
that begin with `<<<<<<<`, `=======` and `>>>>>>>`. qmail ignores those lines, for they have no
colon, and reads both versions: of two routes with the same key the last one decides. Qsmtp, which
knows no blanks inside a line, ignores the whole file; skarnet's qmail-remote defers all mail.

Bad:

    <<<<<<< HEAD
    example.org:mx1.example.net
    =======
    example.org:mx2.example.net
    >>>>>>> new-relay

Good: one of the two.

    example.org:mx2.example.net",
    },
    harmless: None,
    check: Check::Line(check),
};

fn check(line: &Line<'_>, reading: &Reading<'_>) -> Option<Complaint> {
    if !line.is_merge_marker() {
        return None;
    }
    let end = line.content().len();
    let consequence = Consequence::of(line, Some(b""), reading);
    let effect = match (consequence.harm, &reading.document().table.verdict) {
        (Harm::Mail, _) => consequence.sentence,
        (_, FileVerdict::IgnoredWhole(why) | FileVerdict::DeferAll { text: why, .. }) => {
            format!("{}: {why}", reading.notation.title)
        }
        (_, FileVerdict::Normal) => {
            let last = reading.stage().is_some_and(|stage| {
                stage.semantics.precedence
                    == Precedence::MostSpecific {
                        last_of_equals: true,
                    }
            });
            let which = if last { "last" } else { "first" };
            format!("both versions are in force: of two lines with the same key the {which} one decides")
        }
    };
    let complaint = Complaint::new(0..end, "a conflict of a merge is not resolved")
        .help("keep one of the two versions, and delete the markers")
        .effect(Severity::Error, effect);
    Some(complaint)
}
