//! JSON: one object a finding.

use base64::Engine;
use serde_json::{Map, Value, json};

use super::place::Region;
use crate::diagnostic::{Edit, Finding};
use crate::source::{Input, Span, masked_entry};

/// The object of a finding, with the fields of the manual in their order.
pub(super) fn object(input: &Input, finding: &Finding) -> Value {
    let mut object = Map::new();
    object.insert("rule".to_owned(), finding.rule.into());
    object.insert("severity".to_owned(), finding.severity.name().into());
    object.insert("message".to_owned(), finding.message.as_str().into());
    object.insert("effect".to_owned(), finding.effect.as_str().into());
    place(&mut object, input, finding.span, true);
    object.insert("dialects".to_owned(), json!(finding.dialects));
    let fix = finding.fix.as_ref().map(|fix| {
        let edits: Vec<Value> = fix
            .edits
            .iter()
            .map(|edit| edit_object(input, edit))
            .collect();
        json!({"safe": fix.safe, "edits": edits})
    });
    object.insert("fix".to_owned(), fix.unwrap_or(Value::Null));
    object.insert("suppressed".to_owned(), finding.suppressed.into());
    object.insert(
        "help".to_owned(),
        finding.help.as_deref().map_or(Value::Null, Value::from),
    );
    let labels: Vec<Value> = finding
        .labels
        .iter()
        .map(|label| {
            let mut object = Map::new();
            place(&mut object, input, label.span, true);
            object.insert("text".to_owned(), label.text.as_str().into());
            Value::Object(object)
        })
        .collect();
    object.insert("labels".to_owned(), labels.into());
    Value::Object(object)
}

fn place(object: &mut Map<String, Value>, input: &Input, span: Span, file: bool) {
    let region = Region::of(input, span);
    if file {
        object.insert("file".to_owned(), region.file.into());
    }
    object.insert("line".to_owned(), region.line.into());
    object.insert("column".to_owned(), region.column.into());
    object.insert("end_line".to_owned(), region.end_line.into());
    object.insert("end_column".to_owned(), region.end_column.into());
}

fn edit_object(input: &Input, edit: &Edit) -> Value {
    let mut object = Map::new();
    place(&mut object, input, edit.span, false);
    let text = shown_edit(input, edit);
    object.insert("text".to_owned(), String::from_utf8_lossy(&text).into());
    if std::str::from_utf8(&text).is_err() {
        let exact = base64::engine::general_purpose::STANDARD.encode(&text);
        object.insert("text_b64".to_owned(), exact.into());
    }
    Value::Object(object)
}

/// The text of an edit; what may be a secret in the line that it makes is masked.
pub(super) fn shown_edit(input: &Input, edit: &Edit) -> Vec<u8> {
    let text = edit.text.as_slice();
    // What stands before the edit says whether its text is part of a value.
    let region = Region::of(input, edit.span);
    let line = input.line_of(edit.span);
    let before = &line[..((region.column - 1) as usize).min(line.len())];
    let mut out = Vec::with_capacity(text.len());
    for (number, part) in text.split(|&b| b == b'\n').enumerate() {
        if number > 0 {
            out.push(b'\n');
        }
        let lead: &[u8] = if number == 0 { before } else { b"" };
        let whole = [lead, part].concat();
        let masked = masked_entry(&whole);
        match masked.get(lead.len()..) {
            // A comment is no secret.
            _ if part.starts_with(b"#") && lead.is_empty() => out.extend_from_slice(part),
            Some(rest) if masked.starts_with(lead) => out.extend_from_slice(rest),
            _ if part.is_empty() => {}
            _ => out.extend_from_slice("…".as_bytes()),
        }
    }
    out
}
