//! The walk: which keys are tried, in which order, and when two are equal.

use std::borrow::Cow;
use std::cmp::Ordering;

use crate::model::{Delimiters, KeyCase, Precedence, Semantics, Walk};

/// The keys that `walk` tries for `subject`, most specific first.
///
/// `subject` is the host, the sender or the whole recipient, as the stage says; it is not changed in any way, so a host
/// that ends in a dot is walked with its dot.
pub fn keys(walk: Walk, subject: &[u8]) -> Vec<Cow<'_, [u8]>> {
    let mut keys = Vec::with_capacity(6);
    match walk {
        Walk::Exact => keys.push(Cow::Borrowed(subject)),
        Walk::NullSender => keys.push(Cow::Borrowed(&b"!@"[..])),
        Walk::DotSuffixes => suffixes(&mut keys, subject, |b| b == b'.'),
        Walk::DotAndAtSuffixes => suffixes(&mut keys, subject, |b| b == b'.' || b == b'@'),
        Walk::AddressThenDotSuffixes
        | Walk::AddressThenDotSuffixesAndApex
        | Walk::AddressThenSuffixesWithoutDot => {
            let host = host_at(subject);
            if host > 0 {
                keys.push(Cow::Borrowed(subject));
            }
            let host = &subject[host..];
            match walk {
                Walk::AddressThenSuffixesWithoutDot => {
                    keys.extend(self::keys(Walk::SuffixesWithoutDot, host))
                }
                _ => suffixes(&mut keys, host, |b| b == b'.'),
            }
            if walk == Walk::AddressThenDotSuffixesAndApex && !host.is_empty() {
                let whole = keys.iter().position(|key| **key == *host);
                let apex = Cow::Owned([b".", host].concat());
                keys.insert(whole.map_or(0, |at| at + 1), apex);
            }
        }
        Walk::SuffixesWithoutDot => {
            keys.push(Cow::Borrowed(subject));
            keys.extend(
                positions(subject, 0, |b| b == b'.').map(|at| Cow::Borrowed(&subject[at + 1..])),
            );
            // A host that ends in a dot has tried the empty key already.
            if subject.last().is_some_and(|&b| b != b'.') {
                keys.push(Cow::Borrowed(&b""[..]));
            }
        }
        Walk::StarSuffixes => {
            keys.push(Cow::Borrowed(subject));
            keys.extend(
                positions(subject, 0, |b| b == b'.')
                    .map(|at| Cow::Owned([b"*", &subject[at..]].concat())),
            );
            keys.push(Cow::Borrowed(&b"default"[..]));
        }
    }
    keys
}

/// As [`keys`], with the address without its extension behind the whole address.
pub fn keys_of<'s>(semantics: &Semantics, subject: &'s [u8]) -> Vec<Cow<'s, [u8]>> {
    let mut keys = keys(semantics.walk, subject);
    if let Some(plain) = without_extension(semantics.delimiters, subject) {
        keys.insert(1, Cow::Owned(plain));
    }
    keys
}

/// Where the host begins: behind the last `@`; 0 without one.
fn host_at(address: &[u8]) -> usize {
    let at = address.iter().rposition(|&b| b == b'@');
    at.map_or(0, |at| at + 1)
}

/// The address without its extension, when it has one (Postfix `split_addr.c`, `split_addr`): the local part ends before the
/// first delimiter, but is never empty, and some local parts have no extension whatever they hold.
pub fn without_extension(delimiters: Delimiters, address: &[u8]) -> Option<Vec<u8>> {
    let at = host_at(address).checked_sub(1)?;
    let local = &address[..at];
    let is = |name: &str| local.eq_ignore_ascii_case(name.as_bytes());
    if delimiters.is_empty() || is("postmaster") || is("mailer-daemon") || is("double-bounce") {
        return None;
    }
    if delimiters.contains(b'-') {
        let begins = local
            .get(..6)
            .is_some_and(|start| start.eq_ignore_ascii_case(b"owner-"));
        let ends = local.len() > 8 && local[local.len() - 8..].eq_ignore_ascii_case(b"-request");
        if begins || ends {
            return None;
        }
    }
    let end = local.iter().position(|&b| delimiters.contains(b))?;
    (end > 0).then(|| [&local[..end], &address[at..]].concat())
}

/// The whole, every suffix that starts with a separator, the empty key (notqmail `qmail-remote.c:331-336`).
fn suffixes<'s>(keys: &mut Vec<Cow<'s, [u8]>>, subject: &'s [u8], separator: impl Fn(u8) -> bool) {
    keys.push(Cow::Borrowed(subject));
    keys.extend(positions(subject, 1, separator).map(|at| Cow::Borrowed(&subject[at..])));
    if !subject.is_empty() {
        keys.push(Cow::Borrowed(&b""[..]));
    }
}

fn positions(
    subject: &[u8],
    from: usize,
    separator: impl Fn(u8) -> bool,
) -> impl Iterator<Item = usize> {
    subject
        .iter()
        .enumerate()
        .skip(from)
        .filter(move |&(_, &b)| separator(b))
        .map(|(at, _)| at)
}

/// Whether two keys are the same under `case`.
pub fn equal(case: KeyCase, a: &[u8], b: &[u8]) -> bool {
    match case {
        KeyCase::Sensitive => a == b,
        KeyCase::AsciiInsensitive => a.eq_ignore_ascii_case(b),
        KeyCase::Unicode | KeyCase::Decoded if folds_as_ascii(a) && folds_as_ascii(b) => {
            a.eq_ignore_ascii_case(b)
        }
        KeyCase::Unicode | KeyCase::Decoded => fold(case, a) == fold(case, b),
    }
}

/// True for keys in which folding to Unicode changes nothing but the case of ASCII letters: no other characters, no A-label.
pub fn folds_as_ascii(key: &[u8]) -> bool {
    let ace = |four: &[u8]| four.eq_ignore_ascii_case(b"xn--");
    // An A-label has hyphens, which few names have.
    key.is_ascii() && (memchr::memchr(b'-', key).is_none() || !key.windows(4).any(ace))
}

/// The spelling that all keys equal to `key` share.
pub fn fold(case: KeyCase, key: &[u8]) -> Cow<'_, [u8]> {
    match case {
        KeyCase::Sensitive => Cow::Borrowed(key),
        KeyCase::AsciiInsensitive => Cow::Owned(key.to_ascii_lowercase()),
        KeyCase::Unicode | KeyCase::Decoded if folds_as_ascii(key) => {
            Cow::Owned(key.to_ascii_lowercase())
        }
        KeyCase::Unicode => Cow::Owned(unicode(key, lower)),
        KeyCase::Decoded => Cow::Owned(unicode(key, |c| c.to_ascii_lowercase())),
    }
}

/// As `config_domaincmp` (Courier `cdomaincmp.c`): A-labels decoded where they decode, then lower case. Bytes that are not
/// UTF-8 are compared as they are, but for ASCII letters.
fn unicode(key: &[u8], lower: fn(char) -> char) -> Vec<u8> {
    let Ok(text) = std::str::from_utf8(key) else {
        return key.to_ascii_lowercase();
    };
    let is_dot = |c| matches!(c, '.' | '\u{3002}' | '\u{FF0E}' | '\u{FF61}');
    let labels: Vec<Cow<'_, str>> = text.split(is_dot).map(decoded).collect();
    let text: String = labels.join(".").chars().map(lower).collect();
    text.into_bytes()
}

/// The simple mapping of one character, as `unicode_lc`: a capital sigma is `σ` wherever it stands, `İ` is `i`.
fn lower(c: char) -> char {
    c.to_lowercase().next().unwrap_or(c)
}

/// A label as ToUnicode of RFC 3490 leaves it: only an A-label that decodes is changed. What stands before an `@` belongs to a
/// local part, which is no label.
fn decoded(label: &str) -> Cow<'_, str> {
    if let Some(at) = label.rfind('@') {
        let (local, host) = label.split_at(at + 1);
        return match decoded(host) {
            Cow::Owned(host) => Cow::Owned(format!("{local}{host}")),
            Cow::Borrowed(_) => Cow::Borrowed(label),
        };
    }
    let is_ace = label
        .get(..4)
        .is_some_and(|prefix| prefix.eq_ignore_ascii_case("xn--"));
    match idna::domain_to_unicode(label) {
        (decoded, Ok(())) if is_ace => Cow::Owned(decoded),
        _ => Cow::Borrowed(label),
    }
}

/// Which of two matches decides: `(rank of the key in the walk, order of the line)`. `Less` when `a` wins.
pub fn prefers(precedence: Precedence, a: (usize, u64), b: (usize, u64)) -> Ordering {
    match precedence {
        Precedence::FirstMatch => a.1.cmp(&b.1),
        Precedence::MostSpecific { last_of_equals } => {
            let order = if last_of_equals {
                b.1.cmp(&a.1)
            } else {
                a.1.cmp(&b.1)
            };
            a.0.cmp(&b.0).then(order)
        }
        Precedence::Narrowest => a.cmp(&b),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn walked(walk: Walk, subject: &str) -> Vec<String> {
        keys(walk, subject.as_bytes())
            .iter()
            .map(|k| String::from_utf8_lossy(k).into_owned())
            .collect()
    }

    #[test]
    fn qmail_walks_suffixes_that_start_with_a_dot() {
        assert_eq!(
            walked(Walk::DotSuffixes, "a.b.example"),
            ["a.b.example", ".b.example", ".example", ""]
        );
        assert_eq!(walked(Walk::DotSuffixes, ".d."), [".d.", ".", ""]);
        assert_eq!(walked(Walk::DotSuffixes, ""), [""]);
        assert_eq!(
            walked(Walk::DotSuffixes, "[1.2.3.4]"),
            ["[1.2.3.4]", ".2.3.4]", ".3.4]", ".4]", ""]
        );
    }

    #[test]
    fn skarnet_walks_suffixes_without_it() {
        assert_eq!(
            walked(Walk::SuffixesWithoutDot, "a.b.example"),
            ["a.b.example", "b.example", "example", ""]
        );
        assert_eq!(walked(Walk::SuffixesWithoutDot, "d."), ["d.", ""]);
        assert_eq!(walked(Walk::SuffixesWithoutDot, ""), [""]);
    }

    #[test]
    fn addresses_are_tried_before_domains() {
        assert_eq!(
            walked(Walk::AddressThenDotSuffixes, "u@x.d"),
            ["u@x.d", "x.d", ".d", ""]
        );
        assert_eq!(
            walked(Walk::DotAndAtSuffixes, "j.d@x.d"),
            ["j.d@x.d", ".d@x.d", "@x.d", ".d", ""]
        );
    }

    #[test]
    fn other_ways_to_cover_subdomains() {
        assert_eq!(
            walked(Walk::AddressThenDotSuffixesAndApex, "u@x.d"),
            ["u@x.d", "x.d", ".x.d", ".d", ""]
        );
        assert_eq!(
            walked(Walk::AddressThenSuffixesWithoutDot, "u@x.d"),
            ["u@x.d", "x.d", "d", ""]
        );
        for walk in [
            Walk::AddressThenDotSuffixes,
            Walk::AddressThenDotSuffixesAndApex,
            Walk::AddressThenSuffixesWithoutDot,
        ] {
            assert_eq!(walked(walk, ""), [""]);
        }
    }

    #[test]
    fn extensions_are_cut_as_postfix_cuts_them() {
        let plus = Delimiters::new(b"+").unwrap();
        let both = Delimiters::new(b"+-").unwrap();
        let cut = |delimiters, address: &str| {
            without_extension(delimiters, address.as_bytes())
                .map(|plain| String::from_utf8(plain).unwrap())
        };
        assert_eq!(cut(plus, "u+x+y@d").as_deref(), Some("u@d"));
        assert_eq!(cut(both, "u-x+y@d").as_deref(), Some("u@d"));
        assert_eq!(cut(plus, "u+@d").as_deref(), Some("u@d"));
        for whole in ["+x@d", "u@d+x", "u-x@d", "d"] {
            assert_eq!(cut(plus, whole), None, "{whole}");
        }
        assert_eq!(cut(both, "Double-Bounce@d"), None);
        assert_eq!(cut(both, "list-request@d"), None);
        assert_eq!(cut(both, "owner-list@d"), None);
        assert_eq!(cut(Delimiters::NONE, "u+x@d"), None);
        assert!(Delimiters::new(b"+-=_.").is_none());
    }

    #[test]
    fn qsmtp_walks_file_names() {
        assert_eq!(
            walked(Walk::StarSuffixes, "a.b.c"),
            ["a.b.c", "*.b.c", "*.c", "default"]
        );
    }

    #[test]
    fn unicode_keys_decode_a_labels() {
        let case = KeyCase::Unicode;
        assert!(equal(
            case,
            "BÜCHER.example".as_bytes(),
            b"xn--bcher-kva.EXAMPLE"
        ));
        assert!(!equal(case, b"xn--bcher-kva.example", b"bucher.example"));
        assert!(equal(
            case,
            "U@BÜCHER.example".as_bytes(),
            b"u@xn--bcher-kva.example"
        ));
        assert!(!equal(case, "ü@d".as_bytes(), b"xn--tda@d"));
        assert!(equal(case, b"\xffA", b"\xffa"));
        // No mapping looks at neighbours: what is equal alone is equal in a longer name.
        assert!(equal(
            case,
            "ΟΔΟΣ.example".as_bytes(),
            "οδοσ.example".as_bytes()
        ));
        assert!(equal(case, "ΟΔΟΣ".as_bytes(), "οδοσ".as_bytes()));
        assert!(equal(case, "İ".as_bytes(), b"i"));
    }
}
