//! A carriage return where the value is empty.

use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::{Check, Complaint, Line, Reading, Rule};

/// The rule.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        name: "crlf-empty",
        summary: "a route to the own MX ends in a carriage return, which becomes its relay",
        severity: Severity::Error,
        on: true,
        formats: &["smtproutes"],
        explanation: "\
`domain:` with nothing behind the colon sends mail for the domain to its own MX, whatever the
default route says. With Windows line ends (CR LF) there is something behind the colon: the CR. It
becomes the relay, no host is called that, and mail for just the domains that were to be excepted
bounces.

Bad, with CR shown as ^M:

    example.org:^M
    :smarthost.example.net^M

Good: the same lines without it. `tr -d '\\r'` or `qroute-lint --fix` removes it. Courier ends lines
at CR too and is not troubled; skarnet's qmail-remote refuses the whole file.",
    },
    harmless: Some(Severity::Info),
    check: Check::Line(check),
};

fn check(line: &Line<'_>, _: &Reading<'_>) -> Option<Complaint> {
    let content = line.content();
    let text = line.text();
    if !line.is_route() || text.last() != Some(&b'\r') || !line.value_range().is_empty() {
        return None;
    }
    let complaint = Complaint::new(content.len()..text.len(), "a carriage return is the relay")
        .help("end lines with LF alone")
        .meant(content.to_vec());
    Some(complaint.safe())
}
