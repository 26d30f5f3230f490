//! A comment of another language.

use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::{Check, Complaint, Line, Reading, Rule};
use crate::source::Visible;

/// The rule.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        name: "foreign-comment",
        summary: "a line begins with the comment mark of another language",
        severity: Severity::Error,
        on: true,
        formats: &["smtproutes"],
        explanation: "\
A line is a comment only if `#` is its first byte. Behind `;`, `//`, `/*`, `<!--`, `--`, `!`, `REM`
or `dnl` it is a line like any other: with a colon in it, it is a route for a domain of that
strange name; without one it is ignored. Either is harmless in qmail, but skarnet's qmail-remote
may defer all mail because of it, and in Qsmtp it disables the file, or crashes the program.

Bad:

    ; relays: see the manual
    //example.org:mx1.example.net

Good:

    # relays: see the manual
    #example.org:mx1.example.net

`!@:relay` is no comment: s/qmail and indimail send bounces that way.",
    },
    harmless: Some(Severity::Info),
    check: Check::Line(check),
};

fn check(line: &Line<'_>, _: &Reading<'_>) -> Option<Complaint> {
    let mark = line.remark()?;
    let text = line.bytes.get(mark.clone())?;
    // An indented `#` is `indented-comment`.
    if text == b"#" {
        return None;
    }
    let message = format!("`{}` does not begin a comment", Visible(text));
    let meant = [b"#", &line.bytes[mark.end..]].concat();
    let complaint = Complaint::new(mark, message)
        .help("begin the line with `#`")
        .meant(meant);
    // What somebody meant by `!` is less clear.
    Some(match text {
        b"!" => complaint.unsafe_fix(),
        _ => complaint.safe(),
    })
}
