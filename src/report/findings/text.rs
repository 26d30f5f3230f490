//! For people: as rustc shows it. And one line, for editors.

use anstyle::{AnsiColor, Style};

use super::place::{Region, shown};
use super::snippet::Snippet;
use crate::diagnostic::{Finding, Severity};
use crate::source::{Input, Span, harmless};

/// `file:line:column: severity: message [rule]`.
pub(super) fn push_concise(out: &mut String, input: &Input, finding: &Finding) {
    let region = Region::of(input, finding.span);
    out.push_str(&format!(
        "{}:{}:{}: {}: {} [{}]\n",
        shown(&region.file),
        region.line,
        region.column,
        finding.severity.name(),
        harmless(&finding.message),
        finding.rule
    ));
}

struct Paint {
    severity: Style,
    strong: Style,
    frame: Style,
    note: Style,
}

impl Paint {
    fn new(severity: Severity, color: bool) -> Paint {
        if !color {
            let plain = Style::new();
            return Paint {
                severity: plain,
                strong: plain,
                frame: plain,
                note: plain,
            };
        }
        let bold = |color: AnsiColor| Style::new().bold().fg_color(Some(color.into()));
        Paint {
            severity: bold(match severity {
                Severity::Error => AnsiColor::Red,
                Severity::Warning => AnsiColor::Yellow,
                Severity::Info => AnsiColor::Cyan,
            }),
            strong: Style::new().bold(),
            frame: bold(AnsiColor::Blue),
            note: bold(AnsiColor::Cyan),
        }
    }
}

/// One finding: headline, place, the line with carets, other places, effect, help, fix.
pub(super) fn push(out: &mut String, input: &Input, finding: &Finding, color: bool) {
    let paint = Paint::new(finding.severity, color);
    let Paint {
        severity,
        strong,
        frame,
        note,
    } = &paint;
    out.push_str(&format!(
        "{severity}{}[{}]{severity:#}{strong}: {}{strong:#}\n",
        finding.severity.name(),
        finding.rule,
        harmless(&finding.message)
    ));
    let region = Region::of(input, finding.span);
    let last = finding
        .labels
        .iter()
        .map(|label| Region::of(input, label.span).line);
    let width = last.fold(region.line, u64::max).to_string().len();
    let margin = " ".repeat(width);
    out.push_str(&format!(
        "{margin}{frame}-->{frame:#} {}:{}:{}\n",
        shown(&region.file),
        region.line,
        region.column
    ));
    let has_bytes = input
        .file_of(finding.span)
        .is_some_and(|file| file.state.bytes().is_some_and(|bytes| !bytes.is_empty()));
    if has_bytes {
        out.push_str(&format!("{margin} {frame}|{frame:#}\n"));
        line(out, input, finding.span, ('^', ""), severity, frame, width);
        let mut file = region.file;
        for label in &finding.labels {
            let other = Region::of(input, label.span);
            if other.file != file {
                out.push_str(&format!(
                    "{margin}{frame}:::{frame:#} {}:{}:{}\n",
                    shown(&other.file),
                    other.line,
                    other.column
                ));
                file = other.file;
            }
            let text = harmless(&label.text);
            line(out, input, label.span, ('-', &text), frame, frame, width);
        }
        out.push_str(&format!("{margin} {frame}|{frame:#}\n"));
    }
    let mut remark = |word: &str, text: &str| {
        out.push_str(&format!(
            "{margin} {frame}={frame:#} {note}{word}{note:#}: {}\n",
            harmless(text)
        ));
    };
    if !finding.effect.is_empty() {
        remark("effect", &finding.effect);
    }
    if let Some(help) = &finding.help {
        remark("help", help);
    }
    match &finding.fix {
        Some(fix) if fix.safe => remark("fix", "--fix does it"),
        Some(_) => remark("fix", "--unsafe-fixes does it; look at the result"),
        None => {}
    }
}

/// A line of the file and marks under a part of it.
fn line(
    out: &mut String,
    input: &Input,
    span: Span,
    (mark, text): (char, &str),
    style: &Style,
    frame: &Style,
    width: usize,
) {
    let region = Region::of(input, span);
    let bytes = input.line_of(span);
    let from = (region.column - 1) as usize;
    let to = (from + span.len as usize).min(bytes.len()).max(from);
    let snippet = Snippet::new(bytes, from, to);
    let (start, end) = (snippet.column(from), snippet.column(to));
    let marks: String = std::iter::repeat_n(mark, end.saturating_sub(start).max(1)).collect();
    let blank = " ".repeat(start);
    let space = if text.is_empty() { "" } else { " " };
    out.push_str(&format!(
        "{frame}{:>width$} |{frame:#} {}\n{:>width$} {frame}|{frame:#} {blank}{style}{marks}{space}{text}{style:#}\n",
        region.line, snippet.text, ""
    ));
}
