//! SARIF 2.1.0 (OASIS): one run, written result by result.

use serde_json::{Map, Value, json};

use super::json::shown_edit;
use super::place::{Region, relative, uri};
use crate::diagnostic::{Finding, Fix, RuleInfo, Severity};
use crate::source::{Input, Span};

/// What stands behind the results.
pub(super) const TAIL: &str = "]}]}\n";

const INFORMATION: &str = "https://docs.rs/qroute";
const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// Everything before the first result.
pub(super) fn head(rules: &[RuleInfo], root: Option<&str>) -> Vec<u8> {
    let rules: Vec<Value> = rules
        .iter()
        .map(|info| {
            json!({
                "id": info.name,
                "shortDescription": {"text": info.summary},
                "fullDescription": {"text": info.explanation},
                "help": {"text": info.explanation},
                "defaultConfiguration": {"level": level(info.severity), "enabled": info.on},
            })
        })
        .collect();
    let mut run = Map::new();
    let driver = json!({
        "name": "qroute-lint",
        "version": env!("CARGO_PKG_VERSION"),
        "informationUri": INFORMATION,
        "rules": rules,
    });
    run.insert("tool".to_owned(), json!({"driver": driver}));
    // Columns count characters, not bytes.
    run.insert("columnKind".to_owned(), "unicodeCodePoints".into());
    if let Some(root) = root {
        let root = format!("file://{}/", uri(root));
        run.insert(
            "originalUriBaseIds".to_owned(),
            json!({"ROOT": {"uri": root}}),
        );
    }
    let run = Value::Object(run).to_string();
    let open = run.strip_suffix('}').unwrap_or(&run);
    format!("{{\"$schema\":\"{SCHEMA}\",\"version\":\"2.1.0\",\"runs\":[{open},\"results\":[")
        .into_bytes()
}

/// One result.
pub(super) fn result(
    input: &Input,
    finding: &Finding,
    rules: &[RuleInfo],
    root: Option<&str>,
    fingerprint: &str,
) -> Value {
    let mut result = Map::new();
    result.insert("ruleId".to_owned(), finding.rule.into());
    if let Some(index) = rules.iter().position(|info| info.name == finding.rule) {
        result.insert("ruleIndex".to_owned(), index.into());
    }
    result.insert("level".to_owned(), level(finding.severity).into());
    let mut text = finding.message.clone();
    for more in [Some(&finding.effect), finding.help.as_ref()]
        .into_iter()
        .flatten()
    {
        if !more.is_empty() {
            text.push_str(". ");
            text.push_str(more);
        }
    }
    result.insert("message".to_owned(), json!({"text": text}));
    let location = location(input, finding.span, root);
    result.insert("locations".to_owned(), json!([location]));
    if !finding.labels.is_empty() {
        let related: Vec<Value> = finding
            .labels
            .iter()
            .enumerate()
            .map(|(number, label)| {
                let mut other = self::location(input, label.span, root);
                other["id"] = (number + 1).into();
                other["message"] = json!({"text": label.text});
                other
            })
            .collect();
        result.insert("relatedLocations".to_owned(), related.into());
    }
    result.insert(
        "partialFingerprints".to_owned(),
        json!({"qroute/v1": fingerprint}),
    );
    if let Some(fix) = finding
        .fix
        .as_ref()
        .and_then(|fix| fix_object(input, fix, root))
    {
        result.insert("fixes".to_owned(), json!([fix]));
    }
    if finding.suppressed {
        result.insert("suppressions".to_owned(), json!([{"kind": "inSource"}]));
    }
    result.insert(
        "properties".to_owned(),
        json!({"effect": finding.effect, "dialects": finding.dialects}),
    );
    Value::Object(result)
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

fn artifact(path: &str, root: Option<&str>) -> Value {
    let short = relative(path, root);
    match root {
        Some(_) if !short.starts_with('/') => json!({"uri": uri(short), "uriBaseId": "ROOT"}),
        _ => json!({"uri": uri(short)}),
    }
}

fn location(input: &Input, span: Span, root: Option<&str>) -> Value {
    let region = Region::of(input, span);
    json!({"physicalLocation": {
        "artifactLocation": artifact(&region.file, root),
        "region": region_object(input, span),
    }})
}

/// Lines, and columns in characters.
fn region_object(input: &Input, span: Span) -> Value {
    let region = Region::of(input, span);
    let end = input.line_of(Span::new(span.end(), 0));
    json!({
        "startLine": region.line,
        "startColumn": characters(input.line_of(span), region.column),
        "endLine": region.end_line,
        "endColumn": characters(end, region.end_column),
    })
}

/// The column of byte `column`, counted in characters; a byte that is not part of one counts as one. Both from 1.
fn characters(line: &[u8], column: u64) -> u64 {
    let before = &line[..usize::try_from(column - 1)
        .unwrap_or(usize::MAX)
        .min(line.len())];
    let count: usize = before
        .utf8_chunks()
        .map(|chunk| chunk.valid().chars().count() + usize::from(!chunk.invalid().is_empty()))
        .sum();
    count as u64 + 1
}

/// A fix; `None` when its text could not be shown whole.
fn fix_object(input: &Input, fix: &Fix, root: Option<&str>) -> Option<Value> {
    let first = fix.edits.first()?;
    let file = input.file_of(first.span)?;
    let mut replacements = Vec::with_capacity(fix.edits.len());
    for edit in &fix.edits {
        if shown_edit(input, edit) != edit.text {
            return None;
        }
        let text = std::str::from_utf8(&edit.text).ok()?;
        replacements.push(json!({
            "deletedRegion": region_object(input, edit.span),
            "insertedContent": {"text": text},
        }));
    }
    let description = match fix.safe {
        true => "safe: no other decision changes",
        false => "look at the result",
    };
    Some(json!({
        "description": {"text": description},
        "artifactChanges": [{
            "artifactLocation": artifact(&file.path, root),
            "replacements": replacements,
        }],
    }))
}
