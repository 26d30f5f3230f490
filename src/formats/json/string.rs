//! Text in quotes: where it ends, what its escapes stand for, and how it is written.

use super::{limit, malformed};
use crate::formats::texts::LONGEST_VALUE;
use crate::formats::xml::Damage;
use crate::source::Visible;

/// Finds the end of the string whose opening quote is at `start` of `text`: behind its closing quote, and whether it holds
/// escapes, all of which are sound.
///
/// # Errors
/// It does not end, holds a control character or an escape that is none, or is longer than any value.
pub(super) fn string(text: &[u8], start: usize) -> Result<(usize, bool), Damage> {
    let mut at = start + 1;
    let mut escaped = false;
    loop {
        let rest = text.get(at..).unwrap_or(&[]);
        let special = rest
            .iter()
            .position(|&b| b == b'"' || b == b'\\' || b < 0x20);
        at += special.unwrap_or(rest.len());
        match text.get(at) {
            None => return Err(malformed(start, "a quote that is never closed")),
            Some(b'"') => break,
            Some(b'\\') => {
                escaped = true;
                at += escape(text, at)?.1;
            }
            Some(b'\n' | b'\r') => {
                return Err(malformed(
                    at,
                    "a line break in a string: is the closing quote missing?",
                ));
            }
            Some(&byte) => {
                let message = format!("the control character \\x{byte:02X} in a string");
                return Err(malformed(at, message));
            }
        }
    }
    if at - start - 1 > LONGEST_VALUE {
        return Err(limit(start, "a string of more than 64 KiB"));
    }
    Ok((at + 1, escaped))
}

/// The text of a string whose escapes are sound; `content` is what stands between its quotes.
pub(super) fn unescape(content: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(content.len());
    let mut at = 0;
    while let Some(&byte) = content.get(at) {
        if byte != b'\\' {
            out.push(byte);
            at += 1;
            continue;
        }
        let Ok((character, length)) = escape(content, at) else {
            break;
        };
        out.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
        at += length;
    }
    out
}

/// The character that the escape at `at` stands for, and its length.
fn escape(text: &[u8], at: usize) -> Result<(char, usize), Damage> {
    let simple = match text.get(at + 1) {
        Some(b'"') => '"',
        Some(b'\\') => '\\',
        Some(b'/') => '/',
        Some(b'b') => '\u{8}',
        Some(b'f') => '\u{c}',
        Some(b'n') => '\n',
        Some(b'r') => '\r',
        Some(b't') => '\t',
        Some(b'u') => return unicode(text, at),
        Some(byte) => {
            let shown = Visible(std::slice::from_ref(byte)).to_string();
            return Err(malformed(at, format!("`\\{shown}` is no escape")));
        }
        None => return Err(malformed(at, "the text ends in an escape")),
    };
    Ok((simple, 2))
}

/// `\u` and four digits; a character beyond the first 65536 is two of them.
fn unicode(text: &[u8], at: usize) -> Result<(char, usize), Damage> {
    let first =
        unit(text, at).ok_or_else(|| malformed(at, "`\\u` without four hexadecimal digits"))?;
    if let Some(character) = char::from_u32(first) {
        return Ok((character, 6));
    }
    let second = unit(text, at + 6).filter(|unit| (0xDC00..0xE000).contains(unit));
    match second {
        Some(second) if first < 0xDC00 => {
            let character = 0x1_0000 + ((first - 0xD800) << 10) + (second - 0xDC00);
            let character = char::from_u32(character).unwrap_or(char::REPLACEMENT_CHARACTER);
            Ok((character, 12))
        }
        _ => Err(malformed(
            at,
            format!("`\\u{first:04X}` is half of a character, and the other half is missing"),
        )),
    }
}

fn unit(text: &[u8], at: usize) -> Option<u32> {
    let digits = text.get(at..at + 6)?.strip_prefix(b"\\u")?;
    let all = digits.iter().all(u8::is_ascii_hexdigit);
    let digits = std::str::from_utf8(digits).ok().filter(|_| all)?;
    u32::from_str_radix(digits, 16).ok()
}

/// `text` as a string with its quotes. Only what must be escaped is; bytes that are no UTF-8 become U+FFFD.
pub(in crate::formats) fn quoted(text: &[u8]) -> String {
    let mut out = String::from("\"");
    for c in String::from_utf8_lossy(text).chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{0}'..='\u{1f}' | '\u{7f}' => out.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes() {
        let text = |written: &str| {
            let (end, _) = string(written.as_bytes(), 0).unwrap();
            assert_eq!(end, written.len());
            String::from_utf8(unescape(&written.as_bytes()[1..end - 1])).unwrap()
        };
        assert_eq!(text(r#""a""#), "a");
        assert_eq!(text(r#""\"\\\/\b\f\n\r\t""#), "\"\\/\u{8}\u{c}\n\r\t");
        assert_eq!(text(r#""\u00e9\u20ac\uD83D\uDE00\ud83d\ude00""#), "é€😀😀");
        assert_eq!(text(r#""\u0000""#), "\0");
        assert!(string(br#""a\u0041""#, 0).unwrap().1);
        assert!(!string(b"\"a\" ", 0).unwrap().1);
    }

    #[test]
    fn strings_that_are_none() {
        for (bad, at) in [
            ("\"abc", 0),
            ("\"a\nb\"", 2),
            ("\"a\tb\"", 2),
            ("\"a\\x\"", 2),
            ("\"a\\", 2),
            ("\"\\u12\"", 1),
            ("\"\\u+123\"", 1),
            (r#""\uD800""#, 1),
            (r#""\uD800\n""#, 1),
            (r#""\uD800\uD800""#, 1),
            (r#""x\uDC00\uD800""#, 2),
        ] {
            let damage = string(bad.as_bytes(), 0).unwrap_err();
            assert_eq!((damage.rule, damage.at), ("malformed-json", at), "{bad}");
        }
        let long = format!("\"{}\"", "a".repeat(LONGEST_VALUE + 1));
        assert_eq!(string(long.as_bytes(), 0).unwrap_err().rule, "json-limit");
        let fits = format!("\"{}\"", "a".repeat(LONGEST_VALUE));
        assert!(string(fits.as_bytes(), 0).is_ok());
    }

    #[test]
    fn what_is_written_is_read() {
        for text in ["", "a\"b\\c", "\u{0}\n\t\u{7f}é😀/"] {
            let written = quoted(text.as_bytes());
            let (end, _) = string(written.as_bytes(), 0).unwrap();
            assert_eq!(unescape(&written.as_bytes()[1..end - 1]), text.as_bytes());
        }
    }
}
