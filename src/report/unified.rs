//! Unified diffs, with secrets masked.

use std::borrow::Cow;
use std::fmt::Write;
use std::ops::Range;

use similar::{Algorithm, DiffOp, DiffTag, capture_diff_slices, group_diff_ops};

use crate::source::harmless;

/// Lines around a change that are shown with it.
const CONTEXT: usize = 3;

/// What a diff begins with when a line of it is not as it is in the file.
const MASKED: &[u8] = b"# masked: do not apply\n";

/// The unified diff from `old` to `new`, both called `name`; empty when they are equal.
///
/// Each line that is shown goes through `mask` without its LF; a borrowed answer stands for the line as it is. With one masked
/// line the diff begins with the line `# masked: do not apply`.
pub fn unified<M>(old: &[u8], new: &[u8], name: &str, mask: M) -> Vec<u8>
where
    M: Fn(&[u8]) -> Cow<'_, [u8]>,
{
    if old == new {
        return Vec::new();
    }
    let lines = [old, new].map(|text| text.split_inclusive(|&b| b == b'\n').collect::<Vec<_>>());
    let [old, new] = [lines[0].as_slice(), lines[1].as_slice()];
    let ops = capture_diff_slices(Algorithm::Myers, old, new);
    let name = harmless(name);
    let mut page = Page {
        out: format!("--- {name}\n+++ {name}\n").into_bytes(),
        mask,
        masked: false,
    };
    for hunk in group_diff_ops(ops, CONTEXT) {
        page.hunk(&hunk, old, new);
    }
    if page.masked {
        page.out.splice(0..0, MASKED.iter().copied());
    }
    page.out
}

struct Page<M> {
    out: Vec<u8>,
    mask: M,
    masked: bool,
}

impl<M> Page<M>
where
    M: Fn(&[u8]) -> Cow<'_, [u8]>,
{
    fn hunk(&mut self, ops: &[DiffOp], old: &[&[u8]], new: &[&[u8]]) {
        let (Some(first), Some(last)) = (ops.first(), ops.last()) else {
            return;
        };
        let range = |first: Range<usize>, last: Range<usize>| extent(first.start..last.end);
        let head = format!(
            "@@ -{} +{} @@\n",
            range(first.old_range(), last.old_range()),
            range(first.new_range(), last.new_range())
        );
        self.out.extend_from_slice(head.as_bytes());
        for op in ops {
            let (tag, from, to) = op.as_tag_tuple();
            if tag == DiffTag::Equal {
                self.lines(b' ', &old[from]);
            } else {
                self.lines(b'-', &old[from]);
                self.lines(b'+', &new[to]);
            }
        }
    }

    fn lines(&mut self, sign: u8, lines: &[&[u8]]) {
        for line in lines {
            let text = line.strip_suffix(b"\n");
            let shown = (self.mask)(text.unwrap_or(line));
            self.masked |= matches!(shown, Cow::Owned(_));
            self.out.push(sign);
            self.out.extend_from_slice(&shown);
            self.out.push(b'\n');
            if text.is_none() {
                self.out
                    .extend_from_slice(b"\\ No newline at end of file\n");
            }
        }
    }
}

/// `start,count` as diff writes it: from 1, the line before an empty range, no count of one.
fn extent(range: Range<usize>) -> String {
    let mut text = String::new();
    let start = range.start + usize::from(!range.is_empty());
    // Writing to a String cannot fail.
    let _ = write!(text, "{start}");
    if range.len() != 1 {
        let _ = write!(text, ",{}", range.len());
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::masked_line;

    fn diff(old: &str, new: &str) -> String {
        let diff = unified(old.as_bytes(), new.as_bytes(), "t", masked_line);
        String::from_utf8(diff).unwrap()
    }

    #[test]
    fn the_form_is_that_of_diff() {
        assert_eq!(diff("a\n", "a\n"), "");
        assert_eq!(
            diff("1\n2\n3\n4\n5\nX\n7", "1\n2\n3\n4\n5\nx\n7\n"),
            "--- t\n+++ t\n@@ -3,5 +3,5 @@\n 3\n 4\n 5\n-X\n-7\n\\ No newline at end of file\n+x\n+7\n"
        );
        assert_eq!(diff("", "a\n"), "--- t\n+++ t\n@@ -0,0 +1 @@\n+a\n");
        assert_eq!(
            diff("a\nb\n", "b\n"),
            "--- t\n+++ t\n@@ -1,2 +1 @@\n-a\n b\n"
        );
    }

    #[test]
    fn secrets_are_masked() {
        assert_eq!(
            diff("A:mx|u|secret\nb:c\n", "a:mx|u|secret\nb:c\n"),
            "# masked: do not apply\n--- t\n+++ t\n@@ -1,2 +1,2 @@\n-A:mx|…\n+a:mx|…\n b:c\n"
        );
        assert!(!diff("A:b\n", "a:b\n").contains("masked"));
    }
}
