//! The lines of a control file (notqmail `control.c`).

use std::ops::Range;

/// Strips LF, SP and TAB from the end, in any mix; nothing else, CR least of all (`control.c, striptrailingwhitespace`).
pub fn strip_trailing(line: &[u8]) -> &[u8] {
    let end = line
        .iter()
        .rposition(|b| !matches!(b, b'\n' | b' ' | b'\t'))
        .map_or(0, |at| at + 1);
    &line[..end]
}

/// The first line, stripped at its end (`control_readline`). An empty file has an empty first line.
pub fn first_line(bytes: &[u8]) -> &[u8] {
    strip_trailing(bytes.split(|&b| b == b'\n').next().unwrap_or(b""))
}

/// Where the one word of a file stands that no C program reads (`smtproutesdialect`): its first line without blanks around it
/// and without CR, which editors leave there. The range is empty when there is none.
pub fn only_word(bytes: &[u8]) -> Range<usize> {
    let line = first_line(bytes).trim_ascii_end();
    let word = line.trim_ascii_start();
    line.len() - word.len()..line.len()
}

/// Calls `found` with every entry of a file, as `control_readfile` puts them into its buffer.
///
/// Lines end at LF. A line that is empty after stripping, or starts with NUL or `#`, is dropped whole. A line with NUL
/// inside makes several entries: the buffer is read back by its NULs, and only the whole line was checked
/// (`control.c:124-126`).
pub fn for_each_entry(bytes: &[u8], mut found: impl FnMut(Range<usize>)) {
    let mut start = 0;
    while start < bytes.len() {
        let end = memchr::memchr(b'\n', &bytes[start..]).map_or(bytes.len(), |at| start + at);
        let line = strip_trailing(&bytes[start..end]);
        if !line.is_empty() && !matches!(line[0], 0 | b'#') {
            let mut at = start;
            while let Some(nul) = memchr::memchr(0, &line[at - start..]) {
                found(at..at + nul);
                at += nul + 1;
            }
            found(at..start + line.len());
        }
        start = end + 1;
    }
}

/// All entries of a file; see [`for_each_entry`].
pub fn entries(bytes: &[u8]) -> Vec<Range<usize>> {
    let mut all = Vec::new();
    for_each_entry(bytes, |range| all.push(range));
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(bytes: &[u8]) -> Vec<&[u8]> {
        entries(bytes).into_iter().map(|r| &bytes[r]).collect()
    }

    #[test]
    fn entries_are_stripped_at_the_end_only() {
        assert_eq!(
            texts(b"a:b \t\n\n#c\n  d\r\nlast"),
            [&b"a:b"[..], b"  d\r", b"last"]
        );
    }

    #[test]
    fn nul_splits_a_line_and_hides_one_that_starts_with_it() {
        assert_eq!(texts(b"a\0#b\0\0c\n\0x:y\n"), [&b"a"[..], b"#b", b"", b"c"]);
    }

    #[test]
    fn first_line_of_an_empty_file_is_empty() {
        assert_eq!(first_line(b""), b"");
        assert_eq!(first_line(b"me.example \nx"), b"me.example");
    }

    #[test]
    fn a_word_has_nothing_around_it() {
        for (bytes, word) in [
            (&b"eqmail\n"[..], 0..6),
            (b" \teqmail\t\r\nx", 2..8),
            (b"eqmail \r", 0..6),
            (b"\neqmail", 0..0),
            (b" \r\n", 0..0),
            (b"", 0..0),
        ] {
            assert_eq!(only_word(bytes), word, "{}", bytes.escape_ascii());
        }
    }
}
