//! Qsmtp's list of entries (`lib/control.c`, `qremote/smtproutes.c`).

use std::ops::Range;

use crate::control::{scan_ulong, strtoul};

/// What `loadlistfd` makes of a file.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum List {
    /// The entries, in order.
    Entries(Vec<Range<usize>>),
    /// A blank that is not at the end of its line, at this offset: the whole file is unusable.
    StrayBlank(usize),
}

/// Reads a list, with `bad` as the check of an entry.
///
/// A `#` starts a comment anywhere unless `\` stands before it; blanks may stand at the end of a line only
/// (`control.c:106-209`). A bad entry loses its first byte only, while the count of entries excludes it: the tail stays in
/// the list and the last good entries fall off its end (`control.c:394`).
pub(super) fn list(bytes: &[u8], bad: impl Fn(&[u8]) -> bool) -> List {
    let blanked = match blank(bytes) {
        Ok(blanked) => blanked,
        Err(at) => return List::StrayBlank(at),
    };
    let all = strings(&blanked);
    let mut count = 0;
    let mut kept = Vec::with_capacity(all.len());
    for range in all {
        if bad(&bytes[range.clone()]) {
            if range.len() > 1 {
                kept.push(range.start + 1..range.end);
            }
        } else {
            count += 1;
            kept.push(range);
        }
    }
    kept.truncate(count);
    List::Entries(kept)
}

/// The file with comments, line ends and trailing blanks turned into NUL; `Err` at a blank that is followed by anything
/// else.
fn blank(bytes: &[u8]) -> Result<Vec<u8>, usize> {
    let mut out = bytes.to_vec();
    let mut at = 0;
    while at < out.len() {
        match out[at] {
            b'#' if at == 0 || out[at - 1] != b'\\' => {
                while at < out.len() && out[at] != 0 && out[at] != b'\n' {
                    out[at] = 0;
                    at += 1;
                }
            }
            b' ' | b'\t' => {
                let first = at;
                while at < out.len() && matches!(out[at], b' ' | b'\t') {
                    out[at] = 0;
                    at += 1;
                }
                if at < out.len() && out[at] != 0 && out[at] != b'\n' {
                    return Err(first);
                }
            }
            b'\n' => {
                out[at] = 0;
                at += 1;
            }
            _ => at += 1,
        }
    }
    Ok(out)
}

/// The texts between NULs that are not empty.
fn strings(blanked: &[u8]) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut start = 0;
    for part in blanked.split(|&b| b == 0) {
        if !part.is_empty() {
            found.push(start..start + part.len());
        }
        start += part.len() + 1;
    }
    found
}

/// `hascolon` (`smtproutes.c:42-64`): an entry is good with one colon, or with two and digits alone behind the second.
pub(super) fn is_bad_route(entry: &[u8]) -> bool {
    let mut parts = entry.splitn(3, |&b| b == b':');
    match (parts.next(), parts.next(), parts.next()) {
        (_, None, _) => true,
        (_, Some(_), None) => false,
        (_, Some(_), Some(port)) => scan_ulong(port).1 != port.len(),
    }
}

/// A port of Qsmtp (`smtproutes.c:177-186`): `strtoul`, cut to 32 bits; 0, above 65535, or text behind it is refused.
pub(super) fn port(text: &[u8]) -> Option<u64> {
    let (number, used) = strtoul(text);
    let number = number & 0xFFFF_FFFF;
    (used == text.len() && (1..65536).contains(&number)).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn routes(bytes: &[u8]) -> Vec<&[u8]> {
        match list(bytes, is_bad_route) {
            List::Entries(entries) => entries.into_iter().map(|r| &bytes[r]).collect(),
            List::StrayBlank(at) => panic!("blank at {at}"),
        }
    }

    #[test]
    fn a_bad_entry_shifts_the_list() {
        assert_eq!(
            routes(b"a:b\nc:d #x\n".split(|&b| b == b' ').next().unwrap()),
            [&b"a:b"[..], b"c:d"]
        );
        assert_eq!(routes(b"junk\na:b\nc:d\n"), [&b"unk"[..], b"a:b"]);
        assert_eq!(routes(b"a.com:[::1]:25\nb:c\n"), [&b".com:[::1]:25"[..]]);
        assert_eq!(routes(b"x\na:b\n"), [&b"a:b"[..]]);
        assert_eq!(routes(b"junk\n"), [&b""[..]; 0]);
    }

    #[test]
    fn one_blank_drops_the_file() {
        assert_eq!(list(b"a:b\n c:d\n", is_bad_route), List::StrayBlank(4));
        assert_eq!(list(b"a:b #\n", is_bad_route), List::StrayBlank(3));
        assert_eq!(routes(b"a:b \t\n\\#x:y\n"), [&b"a:b"[..], b"\\#x:y"]);
    }

    #[test]
    fn ports_are_cut_to_32_bits() {
        assert_eq!(port(b"4294967321"), Some(25));
        assert_eq!(port(b""), None);
        assert_eq!(port(b"65536"), None);
        assert_eq!(port(b"25x"), None);
    }
}
