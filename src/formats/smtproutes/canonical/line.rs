//! The lines of a table, with what decides which of their bytes may change.

use super::super::dialect::{CredentialRule, Dialect, Lines as Reader};
use super::super::grammar;
use crate::control::{for_each_entry, strip_trailing};

/// What a line is to all readers of the promise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// No byte but blanks at its end.
    Blank,
    /// `#` in the first column.
    Comment,
    /// Anything else.
    Entry {
        /// It is the password of the entry before it, in some dialect.
        password: bool,
    },
    /// It holds NUL, or begins with a byte order mark.
    Opaque,
}

/// One line, without its LF.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line<'t> {
    /// Its bytes.
    pub text: &'t [u8],
    /// What it is.
    pub kind: Kind,
    /// The bytes that are not blanks at its end.
    pub body: &'t [u8],
}

/// What the dialects of a promise have in common, as far as lines go.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rules {
    /// `|` begins credentials, and a lone one takes the next line.
    pipe: bool,
    /// A blank does.
    blank: bool,
    /// CR at the end of a line is part of its end.
    pub cr_ends_lines: bool,
    /// skarnet's reader is among them.
    pub skarnet: bool,
}

impl Rules {
    /// The rules of all of `dialects` together.
    pub fn new(dialects: &[&'static Dialect]) -> Self {
        let takes = |separator| dialects.iter().any(|d| takes_next_line(d, separator));
        Rules {
            pipe: takes(b'|'),
            blank: takes(b' '),
            cr_ends_lines: dialects.iter().all(|d| d.lines == Reader::Courier),
            skarnet: dialects.iter().any(|d| d.lines == Reader::Skarnet),
        }
    }

    /// True when some dialect takes the entry behind this one for its password.
    pub fn takes_next_line(&self, entry: &[u8]) -> bool {
        let Ok((_, (_, value))) = grammar::entry(entry) else {
            return false;
        };
        let lone = |separator| memchr::memchr_iter(separator, value).take(2).count() == 1;
        (self.pipe && lone(b'|')) || (self.blank && lone(b' '))
    }
}

/// True when `dialect` reads the next line as a password where only one `separator` stands.
pub(super) fn takes_next_line(dialect: &Dialect, separator: u8) -> bool {
    matches!(
        dialect.value.credentials,
        CredentialRule::Separated(s) | CredentialRule::SeparatedPortAnywhere(s) if s == separator
    )
}

/// The lines of `bytes`, in order.
pub(super) fn lines(bytes: &[u8], rules: Rules) -> impl Iterator<Item = Line<'_>> {
    let mut rest = bytes;
    let mut first = true;
    let mut password = false;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let end = memchr::memchr(b'\n', rest);
        let text = &rest[..end.unwrap_or(rest.len())];
        rest = end.map_or(&b""[..], |end| &rest[end + 1..]);
        let marked = std::mem::take(&mut first) && text.starts_with(b"\xEF\xBB\xBF");
        let body = body(text, rules);
        let kind = match text.first() {
            _ if marked || memchr::memchr(0, text).is_some() => {
                for_each_entry(text, |entry| {
                    password = rules.takes_next_line(&text[entry]);
                });
                Kind::Opaque
            }
            Some(b'#') => Kind::Comment,
            _ if body.is_empty() => Kind::Blank,
            _ => {
                let before = std::mem::replace(&mut password, rules.takes_next_line(body));
                Kind::Entry { password: before }
            }
        };
        Some(Line { text, kind, body })
    })
}

fn body(text: &[u8], rules: Rules) -> &[u8] {
    if !rules.cr_ends_lines {
        return strip_trailing(text);
    }
    let end = text
        .iter()
        .rposition(|b| !matches!(b, b' ' | b'\t' | b'\r'))
        .map_or(0, |at| at + 1);
    &text[..end]
}

/// Which changes are made to an entry, besides those of its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Changes {
    /// Its key gets small letters.
    pub key_case: bool,
    /// The blanks at its end go.
    pub trailing: bool,
}

impl Changes {
    /// Everything that may change.
    pub const ALL: Changes = Changes {
        key_case: true,
        trailing: true,
    };
}

/// Appends an entry with `changes`, and its value unified where it is plain. Of a password nothing but the blanks behind it
/// changes: all readers strip those.
pub(super) fn push_entry(out: &mut Vec<u8>, line: &Line<'_>, changes: Changes) {
    let body = line.body;
    let password = line.kind == Kind::Entry { password: true };
    match memchr::memchr(b':', body).filter(|_| !password) {
        Some(colon) => {
            let (key, value) = (&body[..colon], &body[colon + 1..]);
            if changes.key_case && is_domain(key) {
                out.extend(key.iter().map(u8::to_ascii_lowercase));
            } else {
                out.extend_from_slice(key);
            }
            out.push(b':');
            push_value(out, value);
        }
        None => out.extend_from_slice(body),
    }
    if !changes.trailing {
        out.extend_from_slice(&line.text[body.len()..]);
    }
}

/// True for keys of which the letters may be those of a domain; not for prose that holds a colon.
fn is_domain(key: &[u8]) -> bool {
    key.iter().all(|&b| {
        b.is_ascii_alphanumeric()
            || matches!(b, b'.' | b'-' | b'_' | b'*' | b'[' | b']')
            || b >= 0x80
    })
}

/// A value that is a relay with at most a port gets small letters and a port without leading zeros; any other stays: what
/// one dialect does not read, another takes for credentials.
fn push_value(out: &mut Vec<u8>, value: &[u8]) {
    let Some((host, port)) = plain(value) else {
        out.extend_from_slice(value);
        return;
    };
    out.extend(host.iter().map(u8::to_ascii_lowercase));
    if let Some((separator, digits)) = port.split_first() {
        let zeros = digits.iter().take_while(|&&b| b == b'0').count();
        out.push(*separator);
        out.extend_from_slice(&digits[zeros.min(digits.len() - 1)..]);
    }
}

/// The relay, and the port with its separator: `:` for most, `;` for s/qmail, `,` for Courier.
fn plain(value: &[u8]) -> Option<(&[u8], &[u8])> {
    let name = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_');
    let host = match value.strip_prefix(b"[") {
        Some(inside) => {
            let len = inside.iter().take_while(|b| name(b) || **b == b':').count();
            (inside.get(len) == Some(&b']')).then_some(len + 2)?
        }
        None => value.iter().take_while(|b| name(b)).count(),
    };
    let (host, port) = value.split_at(host);
    let plain = match port {
        [] => true,
        [b':' | b';' | b',', digits @ ..] => {
            !digits.is_empty() && digits.iter().all(u8::is_ascii_digit)
        }
        _ => false,
    };
    plain.then_some((host, port))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::smtproutes::DIALECTS;

    fn all() -> Rules {
        Rules::new(&DIALECTS.iter().collect::<Vec<_>>())
    }

    fn changed(text: &str) -> String {
        let line = lines(text.as_bytes(), all()).next().unwrap();
        let mut out = Vec::new();
        push_entry(&mut out, &line, Changes::ALL);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn plain_values_are_unified() {
        for (text, wanted) in [
            ("A.Example:MX.Example:0025 \t", "a.example:mx.example:25"),
            (".D:[2001:DB8::1]:000", ".d:[2001:db8::1]:0"),
            ("D:MX;0587", "d:mx;587"),
            ("D:MX,007", "d:mx,7"),
            (":", ":"),
            ("D::026", "d::26"),
        ] {
            assert_eq!(changed(text), wanted);
        }
    }

    #[test]
    fn other_values_stay() {
        for value in [
            "MX:025 # x",
            "MX|U|P",
            " MX",
            "MX:",
            "MX:025x",
            "MX:25:0060",
            "MX,025/SECURITY=STARTTLS",
            "[::1",
            "MX\r",
            "MX:025\r",
        ] {
            assert_eq!(changed(&format!("D:{value}")), format!("d:{value}"));
        }
        // Prose is no key.
        assert_eq!(changed(" # See: Below"), " # See: Below");
        assert_eq!(changed("No colon"), "No colon");
    }

    #[test]
    fn a_lone_separator_takes_the_next_entry() {
        let text = b"A:mx|u\n# c\n\nB:C\nD:E\nF: mx\nG:H\nI:mx # x\nK:L\n";
        let passwords: Vec<&[u8]> = lines(text, all())
            .filter(|line| line.kind == Kind::Entry { password: true })
            .map(|line| line.body)
            .collect();
        assert_eq!(passwords, [&b"B:C"[..], b"G:H"]);
        let text = b"A:mx|u\n\0x:y\nB:C\0D:mx|u\nE:F\n";
        let kinds: Vec<Kind> = lines(text, all()).map(|line| line.kind).collect();
        assert_eq!(kinds[1..3], [Kind::Opaque, Kind::Opaque]);
        assert_eq!(kinds[3], Kind::Entry { password: true });
    }
}
