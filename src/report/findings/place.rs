//! Where a finding is, in the ways that forms want to know.

use std::collections::HashMap;
use std::hash::Hasher;

use crate::diagnostic::Finding;
use crate::source::{Input, Span, Visible, masked_entry};

/// Lines and columns of a span, from 1, columns in bytes, the end exclusive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Region {
    /// The file's path.
    pub file: String,
    /// First line.
    pub line: u64,
    /// First column.
    pub column: u64,
    /// Line of the byte behind the last.
    pub end_line: u64,
    /// Column of the byte behind the last.
    pub end_column: u64,
}

impl Region {
    /// The region of `span`; 1:1 of its file when that has no bytes.
    pub fn of(input: &Input, span: Span) -> Region {
        let file = input
            .file_of(span)
            .map_or("-", |file| &file.path)
            .to_owned();
        let start = input.place(Span::new(span.start, 0));
        let end = input.place(Span::new(span.end(), 0));
        let (line, column) = start.map_or((1, 1), |place| (place.line, place.column));
        let (end_line, end_column) = end.map_or((line, column), |place| (place.line, place.column));
        Region {
            file,
            line,
            column,
            end_line,
            end_column,
        }
    }
}

/// The path relative to `root`, where it lies below; with `/` and without a leading `./`.
pub(super) fn relative<'p>(path: &'p str, root: Option<&str>) -> &'p str {
    let below = root
        .and_then(|root| path.strip_prefix(root))
        .map(|rest| rest.trim_start_matches('/'));
    let path = below.filter(|rest| !rest.is_empty()).unwrap_or(path);
    path.strip_prefix("./").unwrap_or(path)
}

/// What tells findings apart when their lines move: rule, file and masked text of the line, and the how-manieth it is.
#[derive(Debug, Default)]
pub(super) struct Fingerprints {
    seen: HashMap<u64, u64>,
}

impl Fingerprints {
    /// The fingerprint of a finding, 32 hexadecimal digits.
    pub fn of(&mut self, input: &Input, finding: &Finding) -> String {
        let file = input.file_of(finding.span).map_or("-", |file| &file.path);
        let mut hash = Fnv::default();
        hash.write(finding.rule.as_bytes());
        hash.write(b"\0");
        hash.write(file.as_bytes());
        hash.write(b"\0");
        hash.write(&masked_entry(window(input.line_of(finding.span))));
        let hash = hash.finish();
        let number = self.seen.entry(hash).or_default();
        *number += 1;
        format!("{hash:016x}{number:016x}")
    }
}

/// As much of a line as is looked at: a line may be the whole file.
fn window(line: &[u8]) -> &[u8] {
    &line[..line.len().min(4096)]
}

/// FNV-1a, which is the same everywhere and for ever.
struct Fnv(u64);

impl Default for Fnv {
    fn default() -> Self {
        Fnv(0xcbf2_9ce4_8422_2325)
    }
}

impl Hasher for Fnv {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }
}

/// A path as a message shows it.
pub(super) fn shown(path: &str) -> String {
    Visible(path.as_bytes()).to_string()
}

/// A path as a URI reference: everything but unreserved characters and `/` is percent-encoded.
pub(super) fn uri(path: &str) -> String {
    let mut out = String::new();
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~' | b'/') {
            out.push(byte as char);
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_relative_to_the_root() {
        assert_eq!(relative("/r/a/b", Some("/r")), "a/b");
        assert_eq!(relative("./a", Some("/r")), "a");
        assert_eq!(relative("/x/a", Some("/r")), "/x/a");
        assert_eq!(uri("a b/ü%"), "a%20b/%C3%BC%25");
    }
}
