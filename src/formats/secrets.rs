//! What may be a password, whatever the format: by the name of its field, or by its shape.
//!
//! Formats have few places for one or none, and people write them everywhere. Too much is hidden rather than too little: it is
//! only not shown.

use std::net::Ipv6Addr;
use std::ops::Range;

use crate::diagnostic::Finding;
use crate::source::{Input, Span, Visible};

/// Parts of the names of fields whose values are never shown, in small letters.
const WORDS: [&[u8]; 8] = [
    b"pass",
    b"pwd",
    b"secret",
    b"token",
    b"credential",
    b"apikey",
    b"api_key",
    b"auth",
];

/// The word that `text` begins with, in any case.
fn word(text: &[u8]) -> Option<&'static [u8]> {
    // Nearly all text begins with another letter.
    if !matches!(text.first()? | 0x20, b'p' | b's' | b't' | b'c' | b'a') {
        return None;
    }
    let begins = |word: &&&[u8]| {
        let start = text.get(..word.len());
        start.is_some_and(|start| start.eq_ignore_ascii_case(word))
    };
    WORDS.iter().find(begins).copied()
}

/// True for a field whose value may be a password.
pub(super) fn is_secret_name(name: &[u8]) -> bool {
    (0..name.len()).any(|at| word(&name[at..]).is_some())
}

/// Where a password may stand in what is no host: `user:password@host`.
fn before_host(text: &[u8]) -> Option<Range<usize>> {
    let at = memchr::memrchr(b'@', text)?;
    let scheme = memchr::memmem::find(&text[..at], b"://").map_or(0, |found| found + 3);
    let colon = memchr::memchr(b':', &text[scheme..at])? + scheme;
    Some(colon + 1..at)
}

/// The same behind a host and a port, as `host:port:auth:user:password` of IMSS has it: from the third colon on, or the fourth
/// where `auth` is there.
fn behind_port(text: &[u8]) -> Option<Range<usize>> {
    let mut colons = memchr::memchr_iter(b':', text);
    let (host, port, third) = (colons.next()?, colons.next()?, colons.next()?);
    let digits = &text[host + 1..port];
    let is_port = !digits.is_empty() && digits.iter().all(u8::is_ascii_digit);
    let has_auth = matches!(&text[port + 1..third], b"0" | b"1");
    let start = colons.next().filter(|_| has_auth).unwrap_or(third);
    (is_port && host > 0 && !is_address(text)).then_some(start + 1..text.len())
}

/// True for all of an IPv6 address, which has colons of its own.
pub(super) fn is_address(text: &[u8]) -> bool {
    std::str::from_utf8(text).is_ok_and(|text| text.parse::<Ipv6Addr>().is_ok())
}

/// The same behind a word: `password: …`, `pwd=…`.
fn behind_word(text: &[u8]) -> Option<Range<usize>> {
    let starts = (0..text.len()).filter_map(|at| Some(at + word(&text[at..])?.len()));
    let mut behind = starts.filter_map(|at| Some(at + memchr::memchr2(b':', b'=', &text[at..])?));
    let sign = behind.next()?;
    Some(sign + 1..text.len())
}

/// Where a password may stand in a value that has another name than one.
pub(super) fn secret_in(text: &[u8]) -> Option<Range<usize>> {
    // Nearly all values have neither.
    memchr::memchr2(b':', b'=', text)?;
    let found = [before_host(text), behind_port(text), behind_word(text)];
    let found = found.iter().flatten();
    let start = found.clone().map(|range| range.start).min()?;
    let end = found.map(|range| range.end).max()?;
    Some(start..end)
}

/// In text that nobody takes apart and that begins at `base`: from each word to the end of the line behind it, and what looks
/// like a password before a host. In ascending order, none inside another.
pub(super) fn by_words(text: &[u8], base: u32) -> Vec<Span> {
    let mut found: Vec<Range<usize>> = Vec::new();
    // The end of the line that the last word stands in, and of the one behind it.
    let (mut line, mut end) = (0, 0);
    let mut at = 0;
    while at < text.len() {
        let Some(word) = word(&text[at..]) else {
            at += 1;
            continue;
        };
        at += word.len();
        if end == 0 || at > line {
            let line_end = |from: usize| {
                let rest = text.get(from..).unwrap_or(b"");
                memchr::memchr(b'\n', rest).map_or(text.len(), |found| from + found)
            };
            line = line_end(at);
            end = line_end(line + 1);
            found.push(at..end);
        }
    }
    let is_end = |b: &u8| matches!(b, b'"' | b',' | b';' | b'\n');
    let mut start = 0;
    for part in text.split(is_end) {
        if let Some(secret) = before_host(part) {
            found.push(start + secret.start..start + secret.end);
        }
        start += part.len() + 1;
    }
    found.sort_unstable_by_key(|range| (range.start, range.end));
    let mut covered = 0;
    let mut apart = Vec::new();
    for range in found {
        let range = range.start.max(covered)..range.end;
        if range.start < range.end {
            covered = range.end;
            apart.push(Span::at(base, range));
        }
    }
    apart
}

/// Takes what stands in `secrets`, in ascending order, out of what the findings about their places say.
pub(super) fn hide_in_findings(findings: &mut [Finding], input: &Input, secrets: &[Span]) {
    if secrets.is_empty() {
        return;
    }
    for finding in findings {
        let labels = finding.labels.iter().map(|label| label.span);
        for span in std::iter::once(finding.span)
            .chain(labels)
            .collect::<Vec<_>>()
        {
            let first = secrets.partition_point(|secret| secret.end() <= span.start);
            let behind = |secret: &&Span| secret.start < span.end();
            for &secret in secrets[first..].iter().take_while(behind) {
                hide(finding, input.bytes(secret));
            }
        }
    }
}

/// From how many letters on a secret is looked for in what is said; with fewer it would be found in our own words.
const LEAST_LETTERS: usize = 4;

/// Takes `secret`, as it is written, out of what `finding` says.
fn hide(finding: &mut Finding, secret: &[u8]) {
    let Finding {
        message,
        effect,
        help,
        labels,
        ..
    } = finding;
    let labels = labels.iter_mut().map(|label| &mut label.text);
    // What is written with references, escapes or doubled quotation marks is said in another way.
    let quoted = secret.strip_prefix(b"\"");
    let secret = quoted
        .and_then(|rest| rest.strip_suffix(b"\""))
        .unwrap_or(secret);
    let said_as_written = memchr::memchr3(b'&', b'\\', b'"', secret).is_none();
    let shown = Visible(secret.trim_ascii()).to_string();
    if shown.is_empty() {
        return;
    }
    for text in [message, effect].into_iter().chain(help).chain(labels) {
        if !said_as_written {
            *text = without_quoted(text);
        } else if shown.len() >= LEAST_LETTERS {
            *text = text.replace(&shown, "…");
        } else if text.split('`').skip(1).any(|part| part.contains(&shown)) {
            *text = without_quoted(text);
        }
    }
}

/// A message without what it quotes of the file, from the first backtick to the last: what is quoted may hold some itself.
pub(super) fn without_quoted(message: &str) -> String {
    match (message.split_once('`'), message.rsplit_once('`')) {
        (Some((before, _)), Some((quoted, behind))) if before.len() < quoted.len() => {
            format!("{before}`…`{behind}")
        }
        (Some((before, _)), _) => format!("{before}`…"),
        _ => message.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Severity;

    #[test]
    fn names_of_fields() {
        for name in [
            "password",
            "PWD",
            "smtpPasswd",
            "x-api_key",
            "ApiKey",
            "authToken",
            "SMTPAuth",
            "clientSecret",
            "Credentials",
        ] {
            assert!(is_secret_name(name.as_bytes()), "{name}");
        }
        for name in [
            "",
            "host",
            "p",
            "address",
            "pas",
            "recipient",
            "toke",
            "enabled",
        ] {
            assert!(!is_secret_name(name.as_bytes()), "{name}");
        }
    }

    #[test]
    fn shapes() {
        let found = |text: &str| secret_in(text.as_bytes()).map(|range| text[range].to_owned());
        for (text, secret) in [
            ("u:p@h", "p"),
            ("smtp://u:p:q@h:25", "p:q"),
            ("h:25:1:u:p", "p"),
            ("h:25:u:p", "p"),
            ("h:25:u:p:q", "p:q"),
            ("password: p", " p"),
            ("x pwd=p q", "p q"),
            ("auth:u:p@h", "u:p@h"),
        ] {
            assert_eq!(found(text).as_deref(), Some(secret), "{text}");
        }
        for text in [
            "u@h",
            "h:25",
            "h:25:u",
            "2001:db8::1",
            "2001:25:1::1",
            "[2001:db8::1]:25",
            "::1",
            "Re: AW: x: y",
            "passau.example",
        ] {
            assert_eq!(found(text), None, "{text}");
        }
    }

    fn found(text: &str) -> Vec<String> {
        let spans = by_words(text.as_bytes(), 0);
        let bytes = |span: &Span| &text[span.start as usize..span.end() as usize];
        spans.iter().map(|span| bytes(span).to_owned()).collect()
    }

    #[test]
    fn words_hide_what_is_behind_them() {
        assert_eq!(found("a\npassword=x\ny\nz"), ["word=x\ny"]);
        assert_eq!(found("PASS pwd\n\npwd: 1"), [" pwd\n", ": 1"]);
        assert_eq!(found("pwd"), [""; 0]);
        assert_eq!(found("pwd\nx pwd y\nz\na"), ["\nx pwd y", "\nz"]);
        assert_eq!(found("x u:p@h, v:q@i"), ["p", "q"]);
    }

    #[test]
    fn messages_lose_what_they_quote() {
        assert_eq!(without_quoted("a `b` c `d` e"), "a `…` e");
        assert_eq!(without_quoted("a `b`p`c` e"), "a `…` e");
        assert_eq!(without_quoted("a `b"), "a `…");
        assert_eq!(without_quoted("a"), "a");
    }

    #[test]
    fn findings_lose_the_secrets_of_their_places() {
        let said = |text: &str, message: &str| {
            let input = Input::single("f", "f", text.as_bytes().to_vec()).unwrap();
            let mut finding = [Finding::new("r", Severity::Error, Span::new(2, 3), message)];
            hide_in_findings(&mut finding, &input, &[Span::new(0, 1), Span::new(3, 9)]);
            let [finding] = finding;
            finding.message
        };
        assert_eq!(said("a: secret1234", "`secret123` is none"), "`…` is none");
        assert_eq!(said("a: secr&t1234", "`sec` is `none`"), "`…`");
        assert_eq!(said("a: other12345", "`a` is none"), "`a` is none");
        assert_eq!(said("b: e        ", "`e` is none"), "`…` is none");
    }
}
