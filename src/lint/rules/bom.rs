//! A byte order mark at the start of the file.

use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::{Check, Complaint, Line, Reading, Rule};

/// The rule.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        name: "bom",
        summary: "the file begins with a byte order mark, which becomes part of the first line",
        severity: Severity::Error,
        on: true,
        formats: &["smtproutes", "cpanel"],
        explanation: "\
Windows editors write the three bytes EF BB BF before a text in UTF-8. Editors do not show them;
the readers of smtproutes take them for the start of the first key. No domain begins so, and mail
for it goes to its MX or to the default route. A comment in the first line is none any more: with a
colon in it, it is a route. skarnet's qmail-remote defers all mail.

Bad, with the mark shown as <EF><BB><BF>:

    <EF><BB><BF>example.org:mx1.example.net

Good: the same file without it, saved as `UTF-8 without BOM`.",
    },
    harmless: Some(Severity::Warning),
    check: Check::Line(check),
};

const MARK: &[u8] = b"\xEF\xBB\xBF";

/// The first line's text behind a byte order mark.
pub(super) fn behind_mark<'a>(line: &Line<'a>) -> Option<&'a [u8]> {
    line.bytes.strip_prefix(MARK).filter(|_| line.first)
}

fn check(line: &Line<'_>, _: &Reading<'_>) -> Option<Complaint> {
    let meant = behind_mark(line)?.to_vec();
    let complaint = Complaint::new(0..MARK.len(), "the file begins with a byte order mark")
        .help("save the file as UTF-8 without byte order mark")
        .meant(meant);
    Some(complaint.safe())
}
