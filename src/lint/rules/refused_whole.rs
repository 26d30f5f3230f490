//! A file that makes the product defer all mail.

use crate::diagnostic::{Finding, RuleInfo, Severity};
use crate::lint::{Check, Reading, Rule};
use crate::model::FileVerdict;
use crate::source::Visible;

/// The rule.
pub const RULE: Rule = Rule {
    info: RuleInfo {
        name: "refused-whole",
        summary: "one byte makes the product refuse the file and defer all mail",
        severity: Severity::Error,
        on: true,
        formats: &["smtproutes"],
        explanation: "\
skarnet's qmail-remote compiles the file with a strict grammar. One byte that it does not
expect, in any line, and it delivers no mail at all: everything waits in the queue until the
file is mended, and is returned when its lifetime is over. Unexpected are blanks, even at the
end of a line, carriage returns, lines without a colon, comments that do not begin in column 1,
bytes outside ASCII, and ports that are empty or above 65535.

At the commit that qroute knows, the table of characters is one entry short. So `z`, `_` and `[` are
refused too, and `Z` opens a bracket: no name with these letters can be written, and no address in
brackets. Its manual says that the file is read as stock qmail-remote does it.

The byte that is named is the first; the program looks no further, and there may be more.

Bad, for skarnet:

    zoo.example:mx1.example.net

Good: a table without such names, or a qmail-remote that reads them.",
    },
    harmless: None,
    check: Check::Table(check),
};

fn check(reading: &Reading<'_>, found: &mut Vec<Finding>) {
    let document = reading.document();
    let FileVerdict::DeferAll { report, .. } = &document.table.verdict else {
        return;
    };
    // Without a place it is no byte of the table that does it.
    let Some(span) = document.problems.first().map(|problem| problem.span) else {
        return;
    };
    let port = report.windows(4).any(|part| part == b"port");
    let byte = document.bytes(span).first().copied();
    let (message, help) = match byte {
        Some(b'\n') | None if port => ("a port is empty".to_owned(), Some("write a number from 1 to 65535, or no port")),
        Some(_) if port => ("a port is too large".to_owned(), Some("write a number from 1 to 65535, or no port")),
        None => ("the file ends inside a route".to_owned(), None),
        Some(b'\n') => ("a line ends before its route does".to_owned(), None),
        Some(byte @ (b'z' | b'_' | b'[')) => (
            format!("`{}` cannot stand in a table at this commit of the program", byte as char),
            Some("its table of characters is one short: `z`, `_` and `[` are refused, and `Z` opens a bracket; use a program without this defect, or names without these characters"),
        ),
        Some(b' ') => ("a blank is not expected here".to_owned(), None),
        Some(b'\t') => ("a TAB is not expected here".to_owned(), None),
        Some(b'\r') => ("a carriage return is not expected here".to_owned(), None),
        Some(byte) => (format!("`{}` is not expected here", Visible(&[byte])), None),
    };
    let said = report.strip_prefix(b"Z").unwrap_or(report);
    let said = said.strip_suffix(b"\0").unwrap_or(said).trim_ascii_end();
    let mut finding = Finding::new("refused-whole", Severity::Error, span, message).effect(format!(
        "all mail is deferred, whatever the other lines say: `{}`",
        Visible(said)
    ));
    finding.help = help.map(str::to_owned);
    found.push(finding);
}
