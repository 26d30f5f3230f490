//! A carriage return before the line end.

use super::crlf_port;
use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::{Check, Complaint, Line, Reading, Rule};

/// The rule.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        name: "crlf",
        summary: "a line without a port ends in a carriage return, which becomes part of the relay",
        severity: Severity::Error,
        on: true,
        formats: &["smtproutes", "cpanel"],
        explanation: "\
The file was written with Windows line ends (CR LF), by an editor or a transfer in text mode. The
readers of the qmail family end a line at LF alone: the CR stays and becomes the last byte of the
relay. No host is called that, so the mail bounces at once, although the line looks right in
every editor.

Bad, with CR shown as ^M:

    example.org:mx1.example.net^M

Good: the same line without it. `tr -d '\\r'` or `qroute-lint --fix` removes it. Courier ends lines
at CR too and is not troubled; skarnet's qmail-remote refuses the whole file.",
    },
    harmless: Some(Severity::Info),
    check: Check::Line(check),
};

fn check(line: &Line<'_>, reading: &Reading<'_>) -> Option<Complaint> {
    let text = line.text();
    let content = line.content();
    if !crlf_port::ends_in_cr(line) || crlf_port::what(line, reading).is_some() {
        return None;
    }
    let message = if content.is_empty() && !reading.notation.independent_lines {
        // Where every line counts for all (skarnet), even this one does.
        "a carriage return stands on a line that looks blank"
    } else if line.is_route() && !line.value_range().is_empty() {
        "a carriage return is part of the relay"
    } else {
        return None;
    };
    let complaint = Complaint::new(content.len()..text.len(), message)
        .help("end lines with LF alone")
        .meant(content.to_vec());
    Some(complaint.safe())
}
