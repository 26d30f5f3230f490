//! The canonical form of the lists: domains and hosts in small letters, nothing behind them, LF. Comments, order, repeats and what
//! stands behind a domain stay; an answer of the API and a user file stay as they are.

use super::USER;
use super::line::{BOM, Line, LineKind, is_blank, lines};
use super::listed::{FILES, IS_MANUAL};
use crate::formats::format::Canonical;
use crate::model::Document;

/// The form of all files of a document.
pub(super) fn canonical(document: &Document) -> Canonical {
    let mut canonical = Canonical::default();
    let is_answer = document
        .table
        .stages()
        .iter()
        .any(|stage| stage.name == "list_mxs");
    for (index, file) in document.input.files().iter().enumerate() {
        let Some(bytes) = file.state.bytes() else {
            continue;
        };
        let which = FILES.iter().position(|name| *name == file.name);
        let formed = match which {
            // Text that was made lies behind the files, without a name.
            None if file.name != USER => continue,
            None => bytes.to_vec(),
            Some(_) if is_answer || document.damaged => bytes.to_vec(),
            Some(which) => list(bytes, which == IS_MANUAL),
        };
        canonical.files.push((index, formed));
    }
    canonical
}

fn list(bytes: &[u8], is_manual: bool) -> Vec<u8> {
    // Before a key it is an error, and before a comment or nothing it stands for nothing.
    let is_nothing = |rest: &&[u8]| {
        let line = rest.split(|&b| b == b'\n').next().unwrap_or(b"");
        line.first() == Some(&b'#') || line.iter().all(|b| is_blank(*b))
    };
    let bytes = bytes.strip_prefix(BOM).filter(is_nothing).unwrap_or(bytes);
    // Before a blank it is a key that is none; another one where a colon follows.
    let behind = bytes.strip_prefix(BOM).and_then(<[u8]>::first);
    let is_mark = |line: &Line| line.whole.start == 0 && behind.is_some_and(|b| is_blank(*b));
    let mut out = Vec::with_capacity(bytes.len() + 1);
    for line in lines(bytes) {
        match line.kind {
            LineKind::Blank => {}
            LineKind::Comment | LineKind::Continued => {
                out.extend_from_slice(&bytes[line.text.clone()]);
            }
            LineKind::Entry if is_mark(&line) => out.extend_from_slice(&bytes[line.text.clone()]),
            LineKind::Entry => entry(bytes, &line, is_manual, &mut out),
        }
        out.push(b'\n');
    }
    out
}

fn entry(bytes: &[u8], line: &Line, is_manual: bool, out: &mut Vec<u8>) {
    let key = &bytes[line.key.clone()];
    let plain = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_' | 0x80..);
    if key.is_empty() || !key.iter().all(plain) {
        out.extend_from_slice(&bytes[line.text.clone()]);
        return;
    }
    let value = &bytes[line.value.clone()];
    // What follows the quote without a blank would become part of the key.
    if line.quoted && !value.is_empty() {
        out.extend_from_slice(&bytes[line.text.clone()]);
        return;
    }
    out.extend(key.to_ascii_lowercase());
    if value.is_empty() {
        // A key without value is an error in the one file and complete in the others.
        out.extend_from_slice(if is_manual { b":" } else { b"" });
        return;
    }
    if !is_manual {
        out.extend_from_slice(&bytes[line.key.end..line.text.end]);
        return;
    }
    out.extend_from_slice(b": ");
    let value = value.to_ascii_lowercase();
    match value.strip_suffix(b"/mx") {
        Some(name) => out.extend([name, b"/MX"].concat()),
        None => out.extend(value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_goes_only_where_it_stands_for_nothing() {
        for (text, formed) in [
            ("\u{FEFF}", ""),
            ("\u{FEFF}    ", "\n"),
            ("\u{FEFF} \t\r\n# c", "\n# c\n"),
            ("\u{FEFF}# c", "# c\n"),
            ("\u{FEFF} H", "\u{FEFF} H\n"),
            ("\u{FEFF}\rH\n", "\u{FEFF}\rH\n"),
        ] {
            for is_manual in [true, false] {
                let once = list(text.as_bytes(), is_manual);
                assert_eq!(String::from_utf8_lossy(&once), formed, "{text:?}");
                assert_eq!(list(&once, is_manual), once, "{text:?}");
            }
        }
    }
}
