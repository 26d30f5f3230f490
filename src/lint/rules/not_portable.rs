//! A line that means different things to different products.

use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::{Check, Rule};

/// The rule.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        name: "not-portable",
        summary: "dialects disagree about what happens to the mail of a line (with --portable)",
        severity: Severity::Warning,
        on: true,
        formats: &["smtproutes"],
        explanation: "\
One file name, a dozen readers: the port separator is a colon, a semicolon or a comma; credentials
follow a pipe, a blank, or do not exist; the first or the last of two lines with the same key wins.
With `--portable` each line on which the dialects that are named (`--dialect`, several times; all
without it) decide differently about the line's own mail is reported, with what each of them does.
The decisions are compared, not the spelling: a line that all of them read alike is silent.

Bad, before a move from notqmail to s/qmail:

    example.org:mx1.example.net:587

Good, for both:

    example.org:mx1.example.net",
    },
    harmless: None,
    check: Check::Runner,
};
