//! Passwords, which have no place in these files and stand there nevertheless.

use std::ops::Range;

use super::super::json::{Item, Kind, Node, Walker};
use super::super::texts::Texts;
use super::super::xml::Damage;
use super::destination::secret_in;
use crate::source::{Input, Span};

/// Parts of the names of fields whose values are never shown.
const WORDS: [&str; 8] = [
    "pass",
    "pwd",
    "secret",
    "token",
    "credential",
    "apikey",
    "api_key",
    "auth",
];

/// True for a field whose value may be a password.
pub(super) fn is_secret_name(name: &[u8]) -> bool {
    let name = name.to_ascii_lowercase();
    let mut words = WORDS.iter();
    words.any(|word| memchr::memmem::find(&name, word.as_bytes()).is_some())
}

/// Where passwords stand in the JSON text of the first file of `input`, in the order of the text.
pub(super) fn of_json(input: &Input) -> Vec<Span> {
    let Some(file) = input.files().first() else {
        return Vec::new();
    };
    let text = file.state.bytes().unwrap_or(b"");
    let mut texts = Texts::new(input);
    let mut found = Vec::new();
    if walk(input, text, file.base(), &mut texts, &mut found).is_err() {
        // Of what is behind the damage only words are known.
        found = by_words(text, file.base());
    }
    found
}

fn walk(
    input: &Input,
    text: &[u8],
    base: u32,
    texts: &mut Texts,
    found: &mut Vec<Span>,
) -> Result<(), Damage> {
    let mut walker = Walker::new(text, base)?;
    loop {
        let item = walker.next(texts)?;
        match item {
            Item::Open(node) if is_secret(input, texts, &node) => {
                let record = walker.record(node, texts)?;
                found.push(record.root().whole);
            }
            Item::Value(node) if is_secret(input, texts, &node) => found.push(node.whole),
            Item::Value(node) => {
                if let Kind::String(value) = node.kind
                    && let Some(secret) = secret_in(texts.bytes(input, value))
                {
                    found.push(match texts.source(value) == value {
                        true => Span::at(value.start, secret),
                        false => node.whole,
                    });
                }
            }
            Item::Open(_) | Item::Close => {}
            Item::End => return Ok(()),
        }
    }
}

fn is_secret(input: &Input, texts: &Texts, node: &Node) -> bool {
    node.name
        .is_some_and(|name| is_secret_name(texts.bytes(input, name)))
}

/// In a text that cannot be taken apart: from each word to the end of the line behind it, and what looks like a password before
/// a host.
pub(super) fn by_words(text: &[u8], base: u32) -> Vec<Span> {
    let lower = text.to_ascii_lowercase();
    let mut found: Vec<Range<usize>> = Vec::new();
    for word in WORDS {
        for at in memchr::memmem::find_iter(&lower, word.as_bytes()) {
            let start = at + word.len();
            let mut ends = memchr::memchr_iter(b'\n', &text[start..]);
            let end = ends.nth(1).map_or(text.len(), |at| start + at);
            found.push(start..end);
        }
    }
    let is_end = |b: &u8| matches!(b, b'"' | b',' | b';' | b'\n');
    let mut start = 0;
    for part in text.split(is_end) {
        if let Some(secret) = secret_in(part) {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn hidden(text: &str) -> Vec<String> {
        let input = Input::single("f", "f", text.as_bytes().to_vec()).unwrap();
        let shown = |span: Span| String::from_utf8_lossy(input.bytes(span)).into_owned();
        of_json(&input).into_iter().map(shown).collect()
    }

    #[test]
    fn passwords_are_found_by_the_names_of_their_fields() {
        assert_eq!(hidden(r#"{"host": "a", "smtpPassword": "x"}"#), ["\"x\""]);
        assert_eq!(
            hidden(r#"[{"a": [{"authToken": {"b": 1}, "c": "d"}]}, {"pwd": 7}]"#),
            ["{\"b\": 1}", "7"]
        );
        assert_eq!(hidden(r#"{"host": "smtp://u:p@h"}"#), ["p"]);
        assert_eq!(hidden(r#"{"p\u0061ss": "x"}"#), ["\"x\""]);
        assert_eq!(hidden(r#"{"name": "Passau"}"#), Vec::<String>::new());
    }

    #[test]
    fn passwords_in_damaged_files_are_hidden_too() {
        assert_eq!(
            hidden("{\"password\":\n \"x\",\n\"a\": }"),
            ["word\":\n \"x\","]
        );
        assert_eq!(hidden("{\"pwd\": \"x"), ["\": \"x"]);
    }
}
