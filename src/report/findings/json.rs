//! A finding as an object, with the fields that qroute-lint(1) promises.

use base64::Engine;
use serde::Serialize;

use super::lines::Lines;
use super::repair::hunks;
use crate::diagnostic::Finding;
use crate::diagnostic::Fix;
use crate::report::pure::pure;
use crate::source::Span;

#[derive(Serialize)]
struct Object<'a> {
    rule: &'a str,
    severity: &'static str,
    message: &'a str,
    effect: &'a str,
    #[serde(flatten)]
    place: Range<'a>,
    dialects: &'a [&'static str],
    fix: Option<Repair>,
    suppressed: bool,
    help: Option<&'a str>,
    labels: Vec<Labelled<'a>>,
}

#[derive(Serialize)]
struct Range<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<&'a str>,
    line: u64,
    column: u64,
    end_line: u64,
    end_column: u64,
}

#[derive(Serialize)]
struct Labelled<'a> {
    #[serde(flatten)]
    place: Range<'a>,
    text: &'a str,
}

#[derive(Serialize)]
struct Repair {
    safe: bool,
    edits: Vec<Change>,
}

#[derive(Serialize)]
struct Change {
    #[serde(flatten)]
    place: Range<'static>,
    text: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    text_b64: Option<String>,
}

/// Appends `finding`, on one line without its end.
pub(super) fn render(out: &mut String, lines: &mut Lines<'_>, finding: &Finding) {
    let labels = finding.labels.iter().map(|label| Labelled {
        place: range(lines, label.span),
        text: &label.text,
    });
    let labels = labels.collect();
    let object = Object {
        rule: finding.rule,
        severity: finding.severity.name(),
        message: &finding.message,
        effect: &finding.effect,
        place: range(lines, finding.span),
        dialects: &finding.dialects,
        fix: finding.fix.as_ref().map(|fix| repair(lines, fix)),
        suppressed: finding.suppressed,
        help: finding.help.as_deref(),
        labels,
    };
    // Plain values always become JSON.
    out.push_str(&pure(serde_json::to_string(&object).unwrap_or_default()));
}

fn range<'a>(lines: &mut Lines<'a>, span: Span) -> Range<'a> {
    let spot = lines.spot(span);
    Range {
        file: Some(spot.path),
        line: spot.start.line,
        column: spot.start.column,
        end_line: spot.end.line,
        end_column: spot.end.column,
    }
}

fn repair(lines: &mut Lines<'_>, fix: &Fix) -> Repair {
    let written = hunks(lines, fix).into_iter().flat_map(|hunk| hunk.written);
    let edits = written.zip(&fix.edits).map(|((bytes, _), edit)| {
        let (text, text_b64) = match String::from_utf8(bytes) {
            Ok(text) => (text, None),
            Err(error) => {
                let bytes = error.into_bytes();
                let encoded = base64::engine::general_purpose::STANDARD.encode(&bytes);
                (String::from_utf8_lossy(&bytes).into_owned(), Some(encoded))
            }
        };
        let place = range(lines, edit.span);
        Change {
            place: Range {
                file: None,
                line: place.line,
                column: place.column,
                end_line: place.end_line,
                end_column: place.end_column,
            },
            text,
            text_b64,
        }
    });
    Repair {
        safe: fix.safe,
        edits: edits.collect(),
    }
}
