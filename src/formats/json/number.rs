//! Numbers, and what other notations call numbers.

use super::malformed;
use crate::formats::xml::Damage;

/// The end of the number that begins at `start` of `text`.
///
/// # Errors
/// It is none of RFC 8259, 6: a leading zero, no digit at either side of a point or behind an `e`.
pub(super) fn number(text: &[u8], start: usize) -> Result<usize, Damage> {
    let mut at = start + usize::from(text.get(start) == Some(&b'-'));
    let digits = |from: usize| {
        let rest = text.get(from..).unwrap_or(&[]);
        from + rest.iter().take_while(|b| b.is_ascii_digit()).count()
    };
    let whole = digits(at);
    if whole == at {
        return Err(malformed(start, "a `-` without a digit behind it"));
    }
    if text[at] == b'0' && whole > at + 1 {
        return Err(malformed(
            start,
            "a number that begins with 0: some read it as octal; write it without the 0, or in quotes",
        ));
    }
    at = whole;
    if text.get(at) == Some(&b'.') {
        let end = digits(at + 1);
        if end == at + 1 {
            return Err(malformed(at, "a point without a digit behind it"));
        }
        at = end;
    }
    if matches!(text.get(at), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(text.get(at + 1), Some(b'+' | b'-')));
        let end = digits(at + 1 + sign);
        if end == at + 1 + sign {
            return Err(malformed(at, "an exponent without a digit"));
        }
        at = end;
    }
    match text.get(at) {
        Some(b'a'..=b'z' | b'A'..=b'Z' | b'_' | b'.' | b'0'..=b'9' | b'+' | b'-' | 0x80..) => {
            Err(malformed(
                start,
                "a number with other characters in it: text stands in quotes",
            ))
        }
        _ => Ok(at),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers() {
        for good in ["0", "-0", "12", "-1.5", "1e9", "1E+9", "0.1e-2"] {
            assert_eq!(number(good.as_bytes(), 0), Ok(good.len()), "{good}");
        }
        assert_eq!(number(b"25,", 0), Ok(2));
        for bad in [
            "-", "01", "-01", "1.", "1.e1", "1e", "1e+", "0x1F", "1_000", "1.2.3", "1-2", "-x",
        ] {
            assert!(number(bad.as_bytes(), 0).is_err(), "{bad}");
        }
    }
}
