//! The test of a subject.

use super::super::xml::{NodeId, Record};
use super::java::{JavaPattern, java_pattern};
use super::route::Reader;
use crate::diagnostic::{Edit, Finding, Severity};
use crate::model::{SubjectOperator, SubjectTest};
use crate::source::{Span, Visible};

/// Reads a `subject` element: `Ok(None)` when it tests nothing, `Err` when the route must not be used; that is noted.
pub(super) fn test(
    reader: &mut Reader<'_>,
    record: &Record,
    id: NodeId,
) -> Result<Option<SubjectTest>, ()> {
    let node = record.node(id);
    let text = node.value.text;
    let operator = operator(reader, record, id);
    if node.value.trimmed {
        reader.trimmed(text);
        reader.doubt("trim");
    }
    if text.is_empty() {
        reader.notes.warn(
            "empty-subject",
            node.tag,
            "the subject to look for is empty",
            "none: every subject holds nothing, so that the route is taken whatever the subject is",
        );
        return Ok(None);
    }
    if operator == SubjectOperator::Finds {
        let pattern = String::from_utf8_lossy(reader.notes.bytes(text)).into_owned();
        judge_pattern(reader, &pattern, reader.notes.source(text))?;
    }
    let extent = reader.whole_subject();
    Ok(Some(SubjectTest {
        operator: match operator {
            SubjectOperator::Finds if extent => SubjectOperator::Matches,
            operator => operator,
        },
        operand: text,
        ignore_case: reader.subject_ignores_case(),
    }))
}

/// The operator; a missing or invalid one is `cn` (documented).
fn operator(reader: &mut Reader<'_>, record: &Record, id: NodeId) -> SubjectOperator {
    let node = record.node(id);
    let mut found = None;
    for (name, value) in record.attributes(id) {
        if reader.notes.bytes(*name) == b"operand" {
            found = Some(*value);
        } else {
            reader.unknown_attribute(*name, *value);
        }
    }
    let Some(value) = found else {
        // Behind the element's name.
        let at = Span::new(node.name.end(), 0);
        let finding = Finding::new(
            "operand-missing",
            Severity::Info,
            node.tag,
            "the subject has no operand",
        )
        .effect("none: the vendor documents that a missing operand is cn, contains")
        .help("write operand=\"cn\"")
        .fix(
            true,
            vec![Edit {
                span: at,
                text: b" operand=\"cn\"".to_vec(),
            }],
        );
        reader.notes.add(finding);
        return SubjectOperator::Contains;
    };
    let text = reader.notes.held(value.text);
    match &*text {
        b"cn" => return SubjectOperator::Contains,
        b"sw" => return SubjectOperator::StartsWith,
        b"ew" => return SubjectOperator::EndsWith,
        b"rg" => return SubjectOperator::Finds,
        _ => {}
    }
    let shown = Visible(&text).to_string();
    let meant = text.to_ascii_lowercase();
    let meant = ["sw", "ew", "rg"]
        .into_iter()
        .find(|name| name.as_bytes() == meant);
    let message = match (shown.is_empty(), meant) {
        (true, _) => "the operand is empty, which is cn, contains".to_owned(),
        (false, Some(meant)) => format!(
            "the operand `{shown}` is invalid, which is cn, contains: {meant} was probably meant, and operands are in small letters"
        ),
        (false, None) => format!("the operand `{shown}` is invalid, which is cn, contains"),
    };
    let effect = match meant {
        Some("rg") => "the text is looked for as it stands, and not as an expression",
        Some(_) => "the text is looked for anywhere in the subject",
        None => "the text is looked for anywhere in the subject, as the vendor documents",
    };
    let source = reader.notes.source(value.text);
    let finding =
        Finding::new("operand-invalid", Severity::Warning, source, message).effect(effect);
    reader.notes.add(match meant {
        Some(meant) => finding.help(format!("write operand=\"{meant}\"")).fix(
            false,
            vec![Edit {
                span: source,
                text: meant.as_bytes().to_vec(),
            }],
        ),
        None => finding
            .help("write operand=\"cn\", or what is meant: sw, ew, rg")
            .fix(
                true,
                vec![Edit {
                    span: source,
                    text: b"cn".to_vec(),
                }],
            ),
    });
    SubjectOperator::Contains
}

fn judge_pattern(reader: &mut Reader<'_>, pattern: &str, source: Span) -> Result<(), ()> {
    let shown = Visible(pattern.as_bytes()).to_string();
    match java_pattern(pattern) {
        JavaPattern::Invalid(at, why) => {
            let column = pattern[..at.min(pattern.len())].chars().count() + 1;
            let finding = Finding::new(
                "bad-pattern",
                Severity::Error,
                source,
                format!("Java refuses the expression `{shown}`: {why}, at its character {column}"),
            )
            .effect("what becomes of its mail is not documented: the product may skip the route, or refuse the whole file")
            .help("mend the expression, or use operand cn for text as it stands");
            reader.notes.add(finding);
            Err(())
        }
        JavaPattern::NotEvaluable(why) => {
            let finding = Finding::new(
                "pattern-not-evaluable",
                Severity::Info,
                source,
                format!("the expression `{shown}` has {why}, which Java evaluates and this program does not"),
            )
            .effect("none on mail; where the subject decides, the answer here is undecided (needs: regex)");
            reader.notes.add(finding);
            Ok(())
        }
        JavaPattern::Evaluable(java) => {
            if java.backtracks {
                reader.notes.warn(
                    "pattern-backtracking",
                    source,
                    format!("the expression `{shown}` repeats what is repeated already"),
                    "for some subjects Java takes exponential time to find out that it does not match: mail stands still",
                );
            }
            Ok(())
        }
    }
}
