//! Secrets kept out of sight, blindly.

use std::borrow::Cow;

/// `text` with everything behind the first `|`, blank or TAB replaced by `…`.
///
/// Under every dialect: the wrong dialect does not know that it is looking at a password.
pub fn masked(text: &[u8]) -> Cow<'_, [u8]> {
    hidden_from(text, open_len(text))
}

/// An entry `key:value` with its value [`masked`]; an entry without a colon is masked whole.
pub fn masked_entry(entry: &[u8]) -> Cow<'_, [u8]> {
    hidden_from(entry, open_len_of_entry(entry))
}

/// How many bytes of `text` stay in sight when it is [`masked`]; all of them when nothing is hidden.
pub fn open_len(text: &[u8]) -> usize {
    memchr::memchr3(b'|', b' ', b'\t', text).map_or(text.len(), |at| at + 1)
}

/// How many bytes of `entry` stay in sight in [`masked_entry`]; all of them when nothing is hidden.
pub fn open_len_of_entry(entry: &[u8]) -> usize {
    let value = memchr::memchr(b':', entry).map_or(0, |colon| colon + 1);
    value + open_len(&entry[value..])
}

fn hidden_from(text: &[u8], open: usize) -> Cow<'_, [u8]> {
    match open < text.len() {
        true => Cow::Owned([&text[..open], "…".as_bytes()].concat()),
        false => Cow::Borrowed(text),
    }
}

/// A line of a table, [masked](masked_entry) as an entry. A comment that holds what may be an entry that was switched off is
/// masked too, but for directives (`# qroute: …`).
///
/// Blanks at its end hide nothing.
pub fn masked_line(line: &[u8]) -> Cow<'_, [u8]> {
    let end = line
        .iter()
        .rposition(|b| !matches!(b, b' ' | b'\t'))
        .map_or(0, |at| at + 1);
    match masked_text(&line[..end]) {
        Cow::Borrowed(_) => Cow::Borrowed(line),
        Cow::Owned(shown) => Cow::Owned([&shown, &line[end..]].concat()),
    }
}

fn masked_text(line: &[u8]) -> Cow<'_, [u8]> {
    let marks = line
        .iter()
        .take_while(|b| matches!(b, b'#' | b' ' | b'\t'))
        .count();
    let text = &line[marks..];
    let word = text.iter().position(|b| matches!(b, b' ' | b'\t'));
    let word = &text[..word.unwrap_or(text.len())];
    let entry = word.contains(&b':') && word != b"qroute:";
    if line.first() == Some(&b'#') && !entry && !text.contains(&b'|') {
        return Cow::Borrowed(line);
    }
    let shown = if entry || marks == 0 {
        masked_entry(text)
    } else {
        masked(text)
    };
    match shown {
        Cow::Borrowed(_) => Cow::Borrowed(line),
        Cow::Owned(shown) => Cow::Owned([&line[..marks], &shown].concat()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_be_a_secret_is_masked() {
        assert_eq!(
            masked_entry(b"d:mx:587|u|p").as_ref(),
            "d:mx:587|…".as_bytes()
        );
        assert_eq!(masked_entry(b"d:mx u p").as_ref(), "d:mx …".as_bytes());
        assert_eq!(masked_entry(b"d:mx\tu").as_ref(), "d:mx\t…".as_bytes());
        assert_eq!(masked_entry(b" d:mx").as_ref(), b" d:mx");
        assert_eq!(masked_entry(b"d mx p").as_ref(), "d …".as_bytes());
        assert_eq!(masked(b"mx|").as_ref(), b"mx|");
    }

    #[test]
    fn routes_that_are_switched_off_are_masked() {
        for (line, shown) in [
            ("# d:mx u p", "# d:mx …"),
            ("#d:mx|u|p", "#d:mx|…"),
            ("## :mx u p", "## :mx …"),
            ("# old relay|user|p", "# old …"),
            (" d:mx u p", " d:mx …"),
            (" # d x:mx u p", " # d …"),
            ("d:mx u", "d:mx …"),
            ("d:mx u \t", "d:mx … \t"),
        ] {
            assert_eq!(masked_line(line.as_bytes()).as_ref(), shown.as_bytes());
        }
        for line in [
            "# a comment of words",
            "# qroute: dialect sagredo",
            "d:mx",
            "#",
            "d:mx  ",
        ] {
            assert!(matches!(masked_line(line.as_bytes()), Cow::Borrowed(_)));
        }
    }
}
