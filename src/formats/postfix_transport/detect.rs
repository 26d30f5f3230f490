//! Whether a file is a transport table.

use super::super::format::Confidence;
use super::super::head::Head;
use super::super::planned::is_of_sendmail;
use super::FORMAT;
use super::pattern::is_regular_expression;
use super::result::STOCK;

/// A table is known by its results: `smtp:`, `error:`, `:[host]` and the like behind a pattern without a colon. smtproutes have
/// one in it, lists of domains nothing behind it. What may be sendmail's mailertable as well, and has something of that, is not
/// taken for a transport table.
pub(super) fn detect(head: &Head<'_>) -> Confidence {
    if head.is_xml() || head.is_json() {
        return Confidence::No;
    }
    let (mut stock, mut others, mut lines) = (0u32, 0u32, 0u32);
    for line in head.lines() {
        // What continues a line has no form of its own.
        if line.starts_with([' ', '\t']) {
            continue;
        }
        lines += 1;
        let mut parts = line.splitn(2, |c: char| c.is_ascii_whitespace());
        let (key, value) = (
            parts.next().unwrap_or(""),
            parts.next().unwrap_or("").trim(),
        );
        let literal = key.starts_with('[') && key.ends_with(']');
        let pattern = is_regular_expression(line.as_bytes());
        if key.contains(':') && !literal && !pattern || is_of_sendmail(key, value) {
            return Confidence::No;
        }
        let value = match pattern {
            true => value.rsplit(char::is_whitespace).next().unwrap_or(""),
            false => value,
        };
        match of_result(value) {
            Some(true) => stock += 1,
            Some(false) => others += 1,
            None => {}
        }
    }
    let named = FORMAT.files.iter().any(|name| {
        let rest = head.name.strip_prefix(name);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '-', '_']))
    });
    match named {
        true if lines == 0 || stock + others > 0 => Confidence::Named,
        _ if stock > 0 && (stock + others) * 2 >= lines => Confidence::Likely,
        _ => Confidence::No,
    }
}

/// Whether a result names a transport that Postfix comes with; `None` for what is no result.
fn of_result(value: &str) -> Option<bool> {
    let (name, nexthop) = value.split_once(':')?;
    let word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    if nexthop.starts_with("//") || !name.chars().all(word) {
        return None;
    }
    let bracket = name.is_empty() && nexthop.trim_start().starts_with('[');
    Some(bracket || STOCK.contains(&name.as_bytes()))
}
