//! From bytes to text: by the byte order mark, the declaration, or what the user says.

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};

use super::Damage;
use crate::source::Visible;

/// The rule for bytes that are not what they say.
const RULE: &str = "encoding-mismatch";

/// Decodes `bytes`: in the encoding called `given`, else by their byte order mark, else as their XML declaration says, else as
/// UTF-8. Returns the text in UTF-8, without a byte order mark; `None` when that is what the bytes are.
///
/// # Errors
/// An encoding that nobody knows, a declaration that contradicts the bytes, bytes that the encoding does not have; with the
/// offset of the byte in the file.
pub(in crate::formats) fn decode(
    bytes: &[u8],
    given: Option<&str>,
) -> Result<Option<Vec<u8>>, Damage> {
    let (mark, length) = match Encoding::for_bom(bytes) {
        Some((encoding, length)) => (Some(encoding), length),
        None => (None, 0),
    };
    if bytes.starts_with(b"\0\0\xFE\xFF") || bytes.starts_with(b"\xFF\xFE\0\0") {
        return Err(Damage::new(
            RULE,
            0,
            "the file is UTF-32, which is not read; save it as UTF-8",
        ));
    }
    let declared = match mark {
        Some(encoding) if encoding != UTF_8 => None,
        _ => declared_encoding(&bytes[length..]),
    };
    let label = match given {
        Some(label) => Some(label.as_bytes()),
        None => declared.map(|range| &bytes[length + range.0..length + range.1]),
    };
    let at = declared.map_or(0, |range| length + range.0);
    let encoding = match label {
        None => mark.unwrap_or(UTF_8),
        Some(label) => Encoding::for_label(label).ok_or_else(|| unknown(label, at))?,
    };
    if given.is_none() {
        contradiction(bytes, mark, encoding, label, at)?;
    }
    if let Some(mark) = mark.filter(|&mark| given.is_some() && mark != encoding) {
        let message = format!(
            "the byte order mark says {}, and the encoding asked for is {}",
            mark.name(),
            encoding.name()
        );
        return Err(Damage::new(RULE, 0, message));
    }
    if encoding == UTF_8 {
        if let Err(error) = std::str::from_utf8(bytes) {
            return Err(bad_byte(
                bytes,
                error.valid_up_to(),
                "UTF-8",
                label.is_some(),
            ));
        }
        return Ok((length > 0).then(|| bytes[length..].to_vec()));
    }
    if label.is_some_and(is_latin1) {
        let text = encoding_rs::mem::decode_latin1(bytes).into_owned();
        return Ok(Some(text.into_bytes()));
    }
    let is_ascii = label.is_some_and(|label| label.eq_ignore_ascii_case(b"us-ascii"));
    if is_ascii && let Some(at) = bytes.iter().position(|b| !b.is_ascii()) {
        return Err(bad_byte(bytes, at, "US-ASCII", true));
    }
    let text = strictly(encoding, &bytes[length..])
        .map_err(|at| bad_byte(bytes, length + at, encoding.name(), label.is_some()))?;
    Ok(Some(text.into_bytes()))
}

/// Encodes `text`, which is UTF-8, as `bytes` are, which [`decode`] takes: with their byte order mark, in their encoding. `None` when
/// that encoding lacks a character.
pub(in crate::formats) fn encode_like(
    bytes: &[u8],
    given: Option<&str>,
    text: &[u8],
) -> Option<Vec<u8>> {
    let (mark, length) = Encoding::for_bom(bytes).unwrap_or((UTF_8, 0));
    let declared = declared_encoding(&bytes[length..]);
    let label = match (given, declared) {
        (Some(label), _) => label.as_bytes(),
        (None, Some((start, end))) if mark == UTF_8 => &bytes[length + start..length + end],
        _ => mark.name().as_bytes(),
    };
    let encoding = Encoding::for_label(label)?;
    let text = std::str::from_utf8(text).ok()?;
    let mut out = bytes[..length].to_vec();
    if encoding == UTF_16LE || encoding == UTF_16BE {
        let little = encoding == UTF_16LE;
        for unit in text.encode_utf16() {
            out.extend(if little {
                unit.to_le_bytes()
            } else {
                unit.to_be_bytes()
            });
        }
        return Some(out);
    }
    if is_latin1(label) {
        for c in text.chars() {
            out.push(u8::try_from(u32::from(c)).ok()?);
        }
        return Some(out);
    }
    let (encoded, _, lacks) = encoding.encode(text);
    out.extend_from_slice(&encoded);
    (!lacks).then_some(out)
}

/// True for the names of ISO-8859-1, for which the Web reads windows-1252. XML means the bytes themselves.
fn is_latin1(label: &[u8]) -> bool {
    [&b"iso-8859-1"[..], b"iso8859-1", b"latin1", b"l1"]
        .iter()
        .any(|name| name.eq_ignore_ascii_case(label))
}

/// The text, or the offset of the first byte that is none.
fn strictly(encoding: &'static Encoding, bytes: &[u8]) -> Result<String, usize> {
    let mut decoder = encoding.new_decoder_without_bom_handling();
    let mut text = String::new();
    let capacity = decoder.max_utf8_buffer_length_without_replacement(bytes.len());
    text.reserve(capacity.unwrap_or(bytes.len()));
    let (result, read) = decoder.decode_to_string_without_replacement(bytes, &mut text, true);
    match result {
        encoding_rs::DecoderResult::InputEmpty => Ok(text),
        encoding_rs::DecoderResult::Malformed(bad, behind) => {
            Err(read.saturating_sub(usize::from(bad) + usize::from(behind)))
        }
        encoding_rs::DecoderResult::OutputFull => Err(read),
    }
}

fn contradiction(
    bytes: &[u8],
    mark: Option<&'static Encoding>,
    encoding: &'static Encoding,
    label: Option<&[u8]>,
    at: usize,
) -> Result<(), Damage> {
    let shown = || named(label.unwrap_or_default());
    let is_wide = |encoding| encoding == UTF_16LE || encoding == UTF_16BE;
    if mark == Some(UTF_8) && label.is_some() && encoding != UTF_8 {
        let message = format!(
            "declared {}, and the file begins with the mark of UTF-8",
            shown()
        );
        return Err(Damage::new(RULE, at, message));
    }
    if mark.is_none() && is_wide(encoding) {
        let message = format!(
            "encoding mismatch: declared {}, but the bytes are 8-bit text",
            shown()
        );
        return Err(Damage::new(RULE, at, message)
            .help("write what the bytes are in the declaration, or name it with --encoding"));
    }
    if mark.is_none() && (bytes.starts_with(b"<\0") || bytes.starts_with(b"\0<")) {
        let message = "the file is UTF-16 without the byte order mark that XML asks for";
        return Err(Damage::new(RULE, 0, message).help("--encoding utf-16le or utf-16be reads it"));
    }
    Ok(())
}

/// The name of an encoding as it is declared, as far as a name goes.
fn named(label: &[u8]) -> String {
    let end = label.len().min(40);
    let more = if end < label.len() { "…" } else { "" };
    format!("{}{more}", Visible(&label[..end]))
}

fn unknown(label: &[u8], at: usize) -> Damage {
    Damage::new(
        RULE,
        at,
        format!("the encoding `{}` is not known", named(label)),
    )
    .help("write UTF-8, or name the true encoding with --encoding")
}

fn bad_byte(bytes: &[u8], at: usize, encoding: &str, declared: bool) -> Damage {
    let byte = bytes.get(at).copied().unwrap_or(0);
    let why = match declared {
        true => format!("declared {encoding}"),
        false => format!("nothing is declared, which means {encoding}"),
    };
    let line = memchr::memchr_iter(b'\n', &bytes[..at.min(bytes.len())]).count() + 1;
    let message =
        format!("{why}, but byte {byte:02X} at offset {at} (line {line}) is not valid {encoding}");
    Damage::new(RULE, at, message)
        .help("save the file in the encoding it declares, or name the true one with --encoding")
}

/// Where the name of the encoding stands in the XML declaration at the start of `bytes`.
pub(in crate::formats) fn declared_encoding(bytes: &[u8]) -> Option<(usize, usize)> {
    let head = &bytes[..bytes.len().min(512)];
    let rest = head.strip_prefix(b"<?xml")?;
    let end = memchr::memmem::find(rest, b"?>")? + 5;
    let at = memchr::memmem::find(&head[..end], b"encoding")? + 8;
    let mut quote = at;
    while quote < end && (head[quote] == b'=' || head[quote].is_ascii_whitespace()) {
        quote += 1;
    }
    let mark = *head.get(quote).filter(|b| matches!(b, b'"' | b'\''))?;
    let length = memchr::memchr(mark, &head[quote + 1..end])?;
    Some((quote + 1, quote + 1 + length))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(bytes: &[u8]) -> Result<String, Damage> {
        let text = decode(bytes, None)?.unwrap_or_else(|| bytes.to_vec());
        Ok(String::from_utf8(text).unwrap())
    }

    fn wide(text: &str, little: bool) -> Vec<u8> {
        let mark = std::iter::once(0xFEFF);
        let units = mark.chain(text.encode_utf16());
        let bytes = |unit: u16| match little {
            true => unit.to_le_bytes(),
            false => unit.to_be_bytes(),
        };
        units.flat_map(bytes).collect()
    }

    #[test]
    fn marks_and_declarations() {
        let plain = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><a>ü</a>";
        assert_eq!(text(plain.as_bytes()).unwrap(), plain);
        let marked = [b"\xEF\xBB\xBF", plain.as_bytes()].concat();
        assert_eq!(text(&marked).unwrap(), plain);
        for little in [true, false] {
            assert_eq!(text(&wide("<a>ü</a>", little)).unwrap(), "<a>ü</a>");
        }
        assert_eq!(
            text(b"<?xml version='1.0' encoding='iso-8859-1'?><a>\xFC\x80</a>").unwrap(),
            "<?xml version='1.0' encoding='iso-8859-1'?><a>ü\u{80}</a>"
        );
        assert!(
            text(b"<?xml version=\"1.0\" encoding=\"Shift_JIS\"?>\x94z")
                .unwrap()
                .ends_with('配')
        );
    }

    #[test]
    fn lies_are_errors() {
        let offset = |bytes: &[u8]| text(bytes).unwrap_err().at;
        assert_eq!(offset(b"<a>\xE9</a>"), 3);
        assert_eq!(
            offset(b"<?xml version=\"1.0\" encoding=\"UTF-16\"?><a/>"),
            30
        );
        assert_eq!(
            offset(b"<?xml version=\"1.0\" encoding=\"klingon\"?><a/>"),
            30
        );
        assert_eq!(offset(b"<\0a\0/\0>\0"), 0);
        assert_eq!(
            offset(b"<?xml version=\"1.0\" encoding=\"Shift_JIS\"?>ab\x94"),
            44
        );
        assert_eq!(
            offset(b"<?xml version=\"1.0\" encoding=\"us-ascii\"?>\xE9"),
            41
        );
        assert!(
            text(
                &[
                    b"\xEF\xBB\xBF".as_slice(),
                    b"<?xml version=\"1.0\" encoding=\"latin1\"?><a/>"
                ]
                .concat()
            )
            .is_err()
        );
        let given = decode(b"<a>\xE9</a>", Some("windows-1252")).unwrap();
        assert_eq!(given.unwrap(), "<a>é</a>".as_bytes());
    }
}
