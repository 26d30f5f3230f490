//! Names, references and characters of XML.

/// A name to show: not too long.
pub(super) fn shown(name: &str) -> String {
    crate::source::Visible(&name.as_bytes()[..name.len().min(64)]).to_string()
}

/// What a reference stands for, `name` being what stands between `&` and `;`; else what is wrong with it.
pub(super) fn resolve(name: &str) -> Result<char, String> {
    let number = match name.strip_prefix('#') {
        None => {
            return match name {
                "amp" => Ok('&'),
                "lt" => Ok('<'),
                "gt" => Ok('>'),
                "quot" => Ok('"'),
                "apos" => Ok('\''),
                _ => Err(format!(
                    "undefined entity `{}`: there are amp, lt, gt, quot, apos and character references",
                    shown(name)
                )),
            };
        }
        Some(number) => match number.strip_prefix('x') {
            Some(hex) if hex.bytes().all(|b| b.is_ascii_hexdigit()) => u32::from_str_radix(hex, 16),
            None if number.bytes().all(|b| b.is_ascii_digit()) => number.parse(),
            _ => return Err(format!("`&{};` is no character reference", shown(name))),
        },
    };
    let character = number.ok().and_then(char::from_u32);
    let legal = |&c: &char| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..);
    character
        .filter(legal)
        .ok_or_else(|| format!("`&{};` is not an XML character", shown(name)))
}

/// True for a name of XML, as far as ASCII goes.
pub(super) fn is_name(name: &str) -> bool {
    let mut bytes = name.bytes();
    let starts = |b: u8| b.is_ascii_alphabetic() || matches!(b, b'_' | b':') || b >= 0x80;
    bytes.next().is_some_and(starts)
        && bytes.all(|b| starts(b) || b.is_ascii_digit() || matches!(b, b'-' | b'.'))
}

/// The first byte that begins no XML character: a control other than TAB, LF and CR, U+FFFE and U+FFFF.
pub(super) fn no_character(text: &[u8]) -> Option<usize> {
    let control = |b: &u8| *b < b' ' && !matches!(b, b'\t' | b'\n' | b'\r');
    // Most chunks have none, which the compiler finds out without a branch a byte.
    let (mut found, mut high) = (None, 0);
    for (number, chunk) in text.chunks(4096).enumerate() {
        let any = chunk
            .iter()
            .fold((false, 0), |(any, high), b| (any | control(b), high | b));
        high |= any.1;
        if any.0 {
            found = chunk.iter().position(control).map(|at| number * 4096 + at);
            break;
        }
    }
    // Most texts are ASCII.
    let ascii = high < 0x80 && found.is_none();
    let text = if ascii { b"" } else { text };
    let noncharacter = memchr::memmem::find_iter(text, b"\xEF\xBF")
        .find(|&at| matches!(text.get(at + 2), Some(0xBE | 0xBF)));
    match (found, noncharacter) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    }
}
