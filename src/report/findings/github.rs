//! A finding as a workflow command of GitHub Actions, which becomes an annotation.

use std::fmt::Write;

use super::lines::Lines;
use super::path::Root;
use crate::diagnostic::{Finding, Severity};
use crate::source::harmless;

/// Appends `finding` and the line end. Columns count UTF-16 code units; GitHub takes them only within one line.
pub(super) fn render(out: &mut String, lines: &mut Lines<'_>, finding: &Finding, root: &Root) {
    let spot = lines.spot(finding.span);
    let command = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "notice",
    };
    let path = property(root.name(spot.path).path());
    let (line, end_line) = (spot.start.line, spot.end.line);
    // Writing to a String cannot fail.
    let _ = write!(out, "::{command} file={path},line={line}");
    if line == end_line {
        let mut column = |offset| {
            let line = spot.lines.map(|(line, _)| line);
            line.map_or(1, |line| lines.units(&line, offset).0 + 1)
        };
        let (start, end) = (column(spot.span.start), column(spot.span.end()));
        let _ = write!(out, ",col={start},endLine={end_line},endColumn={end}");
    } else {
        let _ = write!(out, ",endLine={end_line}");
    }
    let text = data(&sentences([&finding.message, &finding.effect]));
    let _ = writeln!(out, ",title={}::{text}", property(finding.rule));
}

/// Parts of a message, one after the other, separated by full stops.
pub(super) fn sentences<'a>(parts: impl IntoIterator<Item = &'a String>) -> String {
    let mut out = String::new();
    for part in parts.into_iter().filter(|part| !part.is_empty()) {
        if !out.is_empty() {
            out.push_str(if out.ends_with(['.', '!', '?']) {
                " "
            } else {
                ". "
            });
        }
        out.push_str(part);
    }
    out
}

/// Text behind `::`, as `toolkit/core/src/command.ts` escapes it.
fn data(text: &str) -> String {
    let text = harmless(text).replace('%', "%25");
    text.replace('\r', "%0D").replace('\n', "%0A")
}

/// The value of a property.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_end_a_field_is_escaped() {
        assert_eq!(property("a:b,c%0A"), "a%3Ab%2Cc%250A");
        assert_eq!(data("a:b,c\n%"), "a:b,c\\x0A%25");
        let parts = ["one", "", "two.", "three"].map(str::to_owned);
        assert_eq!(sentences(&parts), "one. two. three");
    }
}
