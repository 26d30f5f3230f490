//! Passwords in JSON: none of the formats has a place for one, and they stand there nevertheless.

use super::super::secrets::{by_words, is_secret_name, secret_in};
use super::super::texts::Texts;
use super::super::xml::Damage;
use super::{Item, Kind, Node, Walker};
use crate::source::{Input, Span};

/// Where passwords stand in the JSON text of the first file of `input`, in the order of the text.
pub(in crate::formats) fn secrets(input: &Input) -> Vec<Span> {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn hidden(text: &str) -> Vec<String> {
        let input = Input::single("f", "f", text.as_bytes().to_vec()).unwrap();
        let shown = |span: Span| String::from_utf8_lossy(input.bytes(span)).into_owned();
        secrets(&input).into_iter().map(shown).collect()
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
