//! Passwords in XML, where the reader of a format has no place for one.

use std::ops::Range;

use super::super::secrets::{by_words, is_secret_name, secret_in};
use super::{Parser, Token, perhaps_secrets};
use crate::source::Span;

/// Most names that are remembered.
const MOST_NAMES: usize = 32;

/// Notes where passwords stand while the tokens of a text go by.
#[derive(Debug, Default)]
pub(super) struct Secrets {
    /// Where they stand, in the order of the text.
    pub found: Vec<Span>,
    /// How deep the element is that is one as a whole.
    inside: Option<usize>,
    plain: PlainNames,
}

/// Names that are none of a password, as far as they were asked about: a file has few, and has them often.
#[derive(Debug, Default)]
struct PlainNames(Vec<Box<[u8]>>);

impl PlainNames {
    fn is_secret(&mut self, name: &[u8]) -> bool {
        if self.0.iter().any(|known| **known == *name) {
            return false;
        }
        let is_secret = is_secret_name(name);
        if !is_secret && self.0.len() < MOST_NAMES {
            self.0.push(name.into());
        }
        is_secret
    }
}

impl Secrets {
    /// For another part of the same text; `None` inside of a secret.
    pub fn beside(&self) -> Option<Self> {
        self.inside.is_none().then(Secrets::default)
    }

    /// Looks at the token that `parser`, whose text begins at `base`, has just given.
    pub fn see(&mut self, parser: &Parser<'_>, base: u32, token: &Token) {
        match token {
            Token::Open { name, .. } => self.open(parser, base, name.clone()),
            Token::Close(_) => {
                self.inside = self.inside.filter(|depth| parser.depth() >= *depth);
            }
            Token::Text(range) | Token::CData(range) | Token::Reference(range, _) => {
                let shape = || secret_in(parser.text()[range.clone()].as_bytes());
                match self.inside {
                    Some(_) => self.hide(base, range.clone()),
                    None => self.hide_in(base, range, shape()),
                }
            }
            Token::Comment(range) => {
                let text = parser.text()[range.clone()].as_bytes();
                let start = base + range.start as u32;
                self.found.extend(in_text(text, start));
            }
            Token::Instruction(_) | Token::Declaration(_) | Token::End => {}
        }
    }

    fn open(&mut self, parser: &Parser<'_>, base: u32, name: Range<usize>) {
        let text = |range: &Range<usize>| parser.text()[range.clone()].as_bytes();
        // `<value name="password">`; a host is no name of a field.
        let is_named = parser.attributes.iter().any(|attribute| {
            let value = text(&attribute.value);
            let is_name = ["name", "key", "id", "field"]
                .iter()
                .any(|name| text(&attribute.name).eq_ignore_ascii_case(name.as_bytes()));
            is_name && !value.contains(&b'.') && is_secret_name(value)
        });
        let is_secret = is_named || self.plain.is_secret(text(&name));
        if is_secret && self.inside.is_none() {
            self.inside = Some(parser.depth());
        }
        for attribute in &parser.attributes {
            let name = text(&attribute.name);
            let says_what = is_named && is_secret_name(text(&attribute.value));
            if self.inside.is_some() && !says_what || self.plain.is_secret(name) {
                self.hide(base, attribute.value.clone());
            } else {
                let shape = secret_in(text(&attribute.value));
                self.hide_in(base, &attribute.value, shape);
            }
        }
    }

    fn hide(&mut self, base: u32, range: Range<usize>) {
        self.found.push(Span::at(base, range));
    }

    fn hide_in(&mut self, base: u32, range: &Range<usize>, shape: Option<Range<usize>>) {
        if let Some(part) = shape {
            self.hide(base, range.start + part.start..range.start + part.end);
        }
    }
}

/// Where passwords may stand in text that is read by nobody, and that begins at `base`.
pub(super) fn in_text(text: &[u8], base: u32) -> Vec<Span> {
    let mut found = by_words(text, base);
    found.extend(perhaps_secrets(text, base));
    found
}
