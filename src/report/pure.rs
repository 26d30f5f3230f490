//! JSON that is pure of what drives a terminal.

use std::fmt::Write;

use crate::source::is_deceptive;

/// `json` with DEL, C1 controls, invisible and bidirectional characters written as `\uXXXX`, which means the same to every
/// reader. They can stand nowhere but in strings.
pub(super) fn pure(json: String) -> String {
    // Every such character but DEL is not ASCII; the first test is much the faster one.
    if (json.is_ascii() && !json.contains('\x7f')) || !json.contains(is_deceptive) {
        return json;
    }
    let mut out = String::with_capacity(json.len() + 16);
    for c in json.chars() {
        if is_deceptive(c) {
            for unit in c.encode_utf16(&mut [0; 2]) {
                // Writing to a String cannot fail.
                let _ = write!(out, "\\u{unit:04x}");
            }
        } else {
            out.push(c);
        }
    }
    out
}
