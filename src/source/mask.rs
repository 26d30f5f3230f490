//! Secrets kept out of sight, blindly.

use std::borrow::Cow;

/// `text` with everything behind the first `|`, blank or TAB replaced by `…`.
///
/// Under every dialect: the wrong dialect does not know that it is looking at a password.
pub fn masked(text: &[u8]) -> Cow<'_, [u8]> {
    match text.iter().position(|b| matches!(b, b'|' | b' ' | b'\t')) {
        Some(at) if at + 1 < text.len() => Cow::Owned([&text[..=at], "…".as_bytes()].concat()),
        _ => Cow::Borrowed(text),
    }
}

/// An entry `key:value` with its value [`masked`]; an entry without a colon is masked whole.
pub fn masked_entry(entry: &[u8]) -> Cow<'_, [u8]> {
    match memchr::memchr(b':', entry) {
        None => masked(entry),
        Some(colon) => match masked(&entry[colon + 1..]) {
            Cow::Borrowed(_) => Cow::Borrowed(entry),
            Cow::Owned(value) => Cow::Owned([&entry[..=colon], &value].concat()),
        },
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
