//! Lines that no rule of a line has anything to say about, told apart quickly.

use super::Notation;
use crate::control::scan_ulong;

/// True for lines as they should be: a comment of ASCII text, nothing at all, or `key:relay`, or that with a port in the
/// dialect's notation, of letters, digits, dots and hyphens, with labels of at most 63 bytes, a port from 1 to 65535, and a
/// relay that is neither the key nor ends in a number.
///
/// It decides alone which lines the rules of a line see, so that a table of a million correct lines costs one look at each
/// byte. A rule for something that is plain by this test would never speak: extend it first.
pub fn is_plain(line: &[u8], notation: &Notation) -> bool {
    match line.first() {
        None => true,
        Some(b'#') => is_plain_comment(line),
        // `--` begins comments elsewhere, and no name begins with a hyphen.
        Some(b'-') => false,
        Some(_) => is_plain_entry(line, notation),
    }
}

fn is_plain_comment(line: &[u8]) -> bool {
    line.iter()
        .all(|&b| (b' '..=b'~').contains(&b) || b == b'\t')
        && line.last() != Some(&b'\\')
}

fn is_plain_entry(line: &[u8], notation: &Notation) -> bool {
    let Some((key, colon)) = name(line) else {
        return false;
    };
    if line.get(colon) != Some(&b':') {
        return false;
    }
    let rest = &line[colon + 1..];
    let Some((relay, end)) = name(rest) else {
        return false;
    };
    // A leading dot is a wildcard in a key, and nothing in a relay.
    let is_name = relay.last_letters > 0 || end == 0;
    let is_read = notation.reads_bare_addresses() && is_address(&rest[..end]);
    if !is_name && !is_read || rest.first() == Some(&b'.') {
        return false;
    }
    // A hexadecimal address is none to most readers.
    if rest.starts_with(b"0x") || rest.starts_with(b"0X") {
        return false;
    }
    if line[..colon].eq_ignore_ascii_case(&rest[..end]) && colon > 0 {
        return false;
    }
    if key.letters == 0 && colon > 0 {
        return false;
    }
    match rest.get(end) {
        None => true,
        Some(&byte) if byte == notation.port_separator && end > 0 => {
            let port = &rest[end + 1..];
            let (number, used) = scan_ulong(port);
            used == port.len()
                && (1..=5).contains(&used)
                && port[0] != b'0'
                && (1..=65535).contains(&number)
        }
        Some(_) => false,
    }
}

/// True for an IPv4 address that everybody reads alike.
fn is_address(text: &[u8]) -> bool {
    std::str::from_utf8(text).is_ok_and(|text| text.parse::<std::net::Ipv4Addr>().is_ok())
}

struct Name {
    letters: usize,
    /// Letters in the last label.
    last_letters: usize,
}

/// What a byte is in a name: one look at a table is cheaper than comparisons, and a large table is all names.
const CLASSES: [u8; 256] = {
    let mut classes = [OTHER; 256];
    let mut byte = 0;
    while byte < 256 {
        classes[byte] = match byte as u8 {
            b'a'..=b'z' | b'A'..=b'Z' => LETTER,
            b'0'..=b'9' | b'-' => DIGIT,
            b'.' => DOT,
            _ => OTHER,
        };
        byte += 1;
    }
    classes
};

const OTHER: u8 = 0;
const LETTER: u8 = 1;
const DIGIT: u8 = 2;
const DOT: u8 = 4;

/// The name at the start of `text` and where it ends; `None` when it is not one that a host could have.
fn name(text: &[u8]) -> Option<(Name, usize)> {
    let (mut seen, mut label_seen, mut label, mut at) = (0, 0, 0, 0);
    for &byte in text {
        let class = CLASSES[usize::from(byte)];
        if class == OTHER {
            break;
        }
        if class == DOT {
            if at - label > 63 || at == label && at > 0 {
                return None;
            }
            seen |= label_seen;
            label_seen = 0;
            label = at + 1;
        } else {
            label_seen |= class;
        }
        at += 1;
    }
    let dot_at_end = at > 0 && label == at;
    let fits = at <= 253 && at - label <= 63 && !dot_at_end;
    fits.then_some((
        Name {
            letters: usize::from((seen | label_seen) & LETTER),
            last_letters: usize::from(label_seen & LETTER),
        },
        at,
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn notation(port_separator: u8) -> Notation {
        Notation {
            format: "smtproutes",
            name: "notqmail",
            title: "notqmail",
            file: "smtproutes",
            port_separator,
            credentials: None,
            bounce_key: false,
            auth_senders: false,
            independent_lines: true,
            is_of_lines: true,
        }
    }

    #[test]
    fn what_is_plain() {
        let plain = |text: &str| is_plain(text.as_bytes(), &notation(b':'));
        for good in [
            "",
            "# text",
            "a.example:mx.example.net",
            ".a.example:mx:587",
            ":relay",
            "a.example:",
            ":mx:25",
            "a:1.2.3.4",
            "a:1.2.3.4:587",
            "A-1.example:MX1",
        ] {
            assert!(plain(good), "{good}");
        }
        for odd in [
            "a:b ",
            " a:b",
            "a b",
            "a:b\r",
            "a.:b",
            "a:b.",
            "a:b:",
            "a:b:0",
            "a:b:65536",
            "a:b:025",
            "a:b:c",
            "a::25",
            "a:.b",
            "a:1.2.3",
            "a:1.2.3.04",
            "a:1.2.3.256",
            "a:mx.25",
            "a:0x7f000001",
            "a:a",
            "a:A",
            "1.2:b",
            "a..b:c",
            "a:b#c",
            "a_b:c",
            "é:b",
            "# é",
            "# x\\",
            ".:b",
            "a:b:25:26",
            "--a:b",
        ] {
            assert!(!plain(odd), "{odd}");
        }
        assert!(!is_plain(b"a:b:25", &notation(b';')));
        assert!(is_plain(b"a:b;25", &notation(b';')));
        assert!(!plain(&format!("a:{}.example", "x".repeat(64))));
    }
}
