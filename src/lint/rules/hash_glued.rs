//! A comment that touches the relay.

use super::trailing_comment;
use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::{Check, Complaint, Line, Reading, Rule, blanks, is_blank};

/// The rule.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        name: "hash-glued",
        summary: "a comment begins right behind the relay, without a blank",
        severity: Severity::Error,
        on: true,
        formats: &["smtproutes"],
        explanation: "\
Comments exist only in column 1. Behind a relay, `#text` is part of its name: no host is called
that, and the mail bounces. Behind a port it is ignored, because the number ends where the digits
end. Courier and Qsmtp begin a comment at every `#`, so that the same file works there; skarnet's
qmail-remote refuses the whole file.

Bad:

    example.org:mx1.example.net#new

Good:

    #new
    example.org:mx1.example.net",
    },
    harmless: Some(Severity::Warning),
    check: Check::Line(check),
};

fn check(line: &Line<'_>, reading: &Reading<'_>) -> Option<Complaint> {
    if !line.is_route() || reading.notation.cuts_comments() {
        return None;
    }
    let value = line.value_range();
    let text = line.value();
    let lead = blanks(text);
    // Credentials may have any byte; behind a blank it is `trailing-comment`.
    let head = text[lead..]
        .iter()
        .take_while(|b| !is_blank(b) && !b"|#".contains(b))
        .count();
    if text.get(lead + head) != Some(&b'#') || head == 0 && lead > 0 {
        return None;
    }
    let at = value.start + lead + head;
    let end = line.content().len();
    let complaint = Complaint::new(at..end, "a `#` does not begin a comment here")
        .help("put the comment on a line of its own")
        .meant(trailing_comment::moved(line, at, at));
    Some(complaint.unsafe_fix())
}
