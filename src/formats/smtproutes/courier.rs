//! Courier's reader (`courier/module.esmtp/smtproutes.C`).

use std::ops::Range;

use crate::control::strtol;
use crate::model::{Families, Tls};

/// One entry: key and trimmed value.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Entry {
    /// The key, not trimmed.
    pub key: Range<usize>,
    /// The value, trimmed on both sides.
    pub value: Range<usize>,
}

/// All entries of a file: NUL ends it, `#` cuts to the LF wherever it stands, CR ends a line as LF does.
pub(super) fn entries(bytes: &[u8]) -> Vec<Entry> {
    let bytes = &bytes[..memchr::memchr(0, bytes).unwrap_or(bytes.len())];
    let mut found = Vec::new();
    let mut start = 0;
    for line in bytes.split(|&b| b == b'\n') {
        let comment = memchr::memchr(b'#', line).unwrap_or(line.len());
        let mut at = start;
        for part in line[..comment].split(|&b| b == b'\r') {
            if let Some(colon) = memchr::memchr(b':', part) {
                found.push(Entry {
                    key: at..at + colon,
                    value: trimmed(bytes, at + colon + 1..at + part.len()),
                });
            }
            at += part.len() + 1;
        }
        start += line.len() + 1;
    }
    found
}

/// `isspace` of the C locale.
fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t'..=b'\r')
}

fn trimmed(bytes: &[u8], mut range: Range<usize>) -> Range<usize> {
    while range.end > range.start && is_space(bytes[range.end - 1]) {
        range.end -= 1;
    }
    while range.end > range.start && is_space(bytes[range.start]) {
        range.start += 1;
    }
    range
}

/// A value, taken apart. Ranges count from the value's first byte.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Value {
    /// Relay and port, trimmed at the end; empty = the domain's own MX.
    pub relay: Range<usize>,
    /// The relay without the port.
    pub host: Range<usize>,
    /// What stands behind the first comma, by `atoi`.
    pub port: Option<u64>,
    /// `/SECURITY=…`.
    pub tls: Tls,
    /// `/IPV4ONLY`, `/IPV6ONLY`.
    pub families: Option<Families>,
}

/// Takes a value apart. Flags stand behind the **last** `/`, separated by commas and blanks; unknown ones do nothing.
pub(super) fn value(text: &[u8]) -> Value {
    let slash = text.iter().rposition(|&b| b == b'/');
    let mut tls = Tls::default();
    let (mut v4, mut v6) = (false, false);
    if let Some(slash) = slash {
        for flag in text[slash + 1..].split(|b| b", \r\t\n".contains(b)) {
            match flag.to_ascii_uppercase().as_slice() {
                b"SECURITY=STARTTLS" => tls.starttls = true,
                b"SECURITY=REQUIRED" => tls.required = true,
                b"SECURITY=SMTPS" => tls.implicit = true,
                b"IPV4ONLY" => v4 = true,
                b"IPV6ONLY" => v6 = true,
                _ => {}
            }
        }
    }
    let families = match (v4, v6) {
        (true, false) => Some(Families::V4),
        (false, true) => Some(Families::V6),
        // Both together leave no address to connect to (libesmtp.C:1417-1425).
        (true, true) => Some(Families::None),
        (false, false) => None,
    };
    let relay = trimmed(text, 0..slash.unwrap_or(text.len()));
    // Only the end is trimmed here; the start was trimmed with the whole value.
    let relay = if relay.is_empty() { 0..0 } else { 0..relay.end };
    let comma = text[relay.clone()].iter().position(|&b| b == b',');
    let host = 0..comma.unwrap_or(relay.end);
    let port = comma.map(|at| u64::from(strtol(&text[at + 1..relay.end]).0 as u32));
    Value {
        relay,
        host,
        port,
        tls,
        families,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_line_ends() {
        let bytes = b"a:b#c:d\r\ne: f \rg:h\n# x\ni\0j:k\n";
        let found: Vec<_> = entries(bytes)
            .into_iter()
            .map(|e| (&bytes[e.key], &bytes[e.value]))
            .collect();
        assert_eq!(found, [(&b"a"[..], &b"b"[..]), (b"e", b"f"), (b"g", b"h")]);
    }

    #[test]
    fn flags_stand_behind_the_last_slash() {
        let parsed = value(b"mx.example,587 /security=starttls, IPV4ONLY");
        assert_eq!((parsed.host, parsed.port), (0..10, Some(587)));
        assert!(parsed.tls.starttls && !parsed.tls.required);
        assert_eq!(parsed.families, Some(Families::V4));
        assert!(value(b"/SECURITY=REQUIRED").relay.is_empty());
        assert_eq!(value(b"mx/a/b").relay, 0..4);
    }
}
