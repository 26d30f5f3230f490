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
}
