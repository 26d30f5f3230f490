//! Bytes from strangers, shown so that they can neither hide nor drive a terminal.

use std::fmt::{self, Write};

/// Shows bytes to a person: printable characters as they are, the rest as `\xHH` or `\u{…}`.
///
/// Control bytes, CR, DEL, bytes that are not UTF-8, invisible and bidirectional characters are written as escapes, and
/// `\` as `\\`, so that the text is unambiguous.
pub struct Visible<'a>(pub &'a [u8]);

impl fmt::Display for Visible<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Nearly all text is plain, and most of it is made for a message that is never needed.
        let is_special = |b: &u8| !matches!(b, b' '..=b'~') || *b == b'\\';
        let plain = self.0.iter().position(is_special).unwrap_or(self.0.len());
        let (plain, rest) = self.0.split_at(plain);
        f.write_str(std::str::from_utf8(plain).unwrap_or_default())?;
        for chunk in rest.utf8_chunks() {
            for c in chunk.valid().chars() {
                match c {
                    '\\' => f.write_str("\\\\")?,
                    c if c.is_ascii_control() => write!(f, "\\x{:02X}", c as u32)?,
                    c if is_deceptive(c) => write!(f, "\\u{{{:X}}}", c as u32)?,
                    c => f.write_char(c)?,
                }
            }
            for byte in chunk.invalid() {
                write!(f, "\\x{byte:02X}")?;
            }
        }
        Ok(())
    }
}

/// A message that was put together from several parts, with every dangerous character escaped and `\` left as it is.
///
/// The last guard before a terminal: parts that went through [`Visible`] stay as they are, and those that nobody thought of
/// (a path, the text of a system error) can neither hide nor drive it.
pub fn harmless(text: &str) -> String {
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return text.to_owned();
    }
    let parts: Vec<String> = text
        .split('\\')
        .map(|part| Visible(part.as_bytes()).to_string())
        .collect();
    parts.join("\\")
}

/// True for characters that show nothing or change the order of what is shown.
pub fn is_deceptive(c: char) -> bool {
    c.is_control()
        || (c.is_whitespace() && c != ' ')
        || matches!(c as u32,
            0xAD | 0x34F | 0x61C | 0x115F | 0x1160 | 0x17B4 | 0x17B5 | 0x180B..=0x180F | 0x200B..=0x200F
            | 0x2028..=0x202E | 0x2060..=0x206F | 0x3164 | 0xFE00..=0xFE0F | 0xFEFF | 0xFFA0 | 0xFFF0..=0xFFFB
            | 0x1BCA0..=0x1BCA3 | 0x1D173..=0x1D17A | 0xE0000..=0xE0FFF)
}

/// Appends a field of a line for scripts: bytes below 33, from 127 up, and `\`, become `\xHH`; the rest stays.
pub fn push_field(out: &mut String, bytes: &[u8]) {
    for &byte in bytes {
        if (33..127).contains(&byte) && byte != b'\\' {
            out.push(byte as char);
        } else {
            // Writing to a String cannot fail.
            let _ = write!(out, "\\x{byte:02X}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_bytes_are_escaped() {
        let shown = Visible("a\r\x1b[31m\u{202e}é\u{feff}\\".as_bytes()).to_string();
        assert_eq!(shown, "a\\x0D\\x1B[31m\\u{202E}é\\u{FEFF}\\\\");
        assert_eq!(harmless("a\\x0D \r\u{202e}é"), "a\\x0D \\x0D\\u{202E}é");
        assert_eq!(Visible(b"\xff\xc3").to_string(), "\\xFF\\xC3");
        let mut field = String::new();
        push_field(&mut field, b"a b\\\xc3\xa9\t");
        assert_eq!(field, "a\\x20b\\x5C\\xC3\\xA9\\x09");
    }
}
