//! One value with all that is in it, and the way from one to the next.

use std::collections::HashMap;
use std::ops::Range;

use super::super::notes::Notes;
use super::super::texts::Texts;
use super::string::unescape;
use super::{Parser, Token, TokenKind, limit};
use crate::formats::xml::Damage;
use crate::source::{Span, Text};

/// Most values of one record.
const MOST_NODES: usize = 100_000;

/// Number of a value in its [`Record`]; 0 is the record itself.
pub(in crate::formats) type NodeId = usize;

/// What a value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::formats) enum Kind {
    Object,
    Array,
    /// Its text, without quotes and escapes.
    String(Text),
    /// As written.
    Number(Text),
    Bool(bool),
    Null,
}

impl Kind {
    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            Kind::Object => "an object",
            Kind::Array => "an array",
            Kind::String(_) => "a string",
            Kind::Number(_) => "a number",
            Kind::Bool(_) => "true or false",
            Kind::Null => "null",
        }
    }
}

/// A value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::formats) struct Node {
    /// Its name, when it stands in an object; without quotes and escapes.
    pub name: Option<Text>,
    pub kind: Kind,
    /// Where it stands: quotes and brackets included. Of an object or array on the way of a [`Walker`] only the bracket that
    /// opens it.
    pub whole: Span,
    /// The first number behind it and all that is in it.
    next: NodeId,
}

/// A value with all that is in it, in the order of the text. Made anew for each record in the same memory.
#[derive(Debug, Default)]
pub(in crate::formats) struct Record {
    nodes: Vec<Node>,
}

impl Record {
    /// Value `id`.
    pub fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id]
    }

    /// The record itself.
    pub fn root(&self) -> &Node {
        &self.nodes[0]
    }

    /// The values in the object or array `id`, without those in them.
    pub fn children(&self, id: NodeId) -> impl Iterator<Item = NodeId> {
        let end = self.nodes[id].next;
        let mut at = id + 1;
        std::iter::from_fn(move || {
            let here = at;
            if here >= end {
                return None;
            }
            at = self.nodes.get(here)?.next;
            Some(here)
        })
    }

    /// The first value in the object `id` that is called `name`.
    pub fn member(&self, id: NodeId, notes: &Notes<'_>, name: &[u8]) -> Option<NodeId> {
        let is = |&child: &NodeId| {
            let called = self.nodes[child].name;
            called.is_some_and(|called| notes.bytes(called) == name)
        };
        self.children(id).find(is)
    }

    /// The values in the object `id` whose names stood in it before: each with the first one of its name. RFC 8259, 4: which
    /// of them a program reads is not defined.
    pub fn repeated(&self, id: NodeId, notes: &Notes<'_>) -> Vec<(NodeId, NodeId)> {
        let mut first: HashMap<&[u8], NodeId> = HashMap::new();
        let mut repeated = Vec::new();
        for child in self.children(id) {
            let Some(name) = self.nodes[child].name else {
                continue;
            };
            match first.entry(notes.bytes(name)) {
                std::collections::hash_map::Entry::Occupied(before) => {
                    repeated.push((*before.get(), child));
                }
                std::collections::hash_map::Entry::Vacant(place) => {
                    place.insert(child);
                }
            }
        }
        repeated
    }
}

/// What comes next on the way through objects and arrays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::formats) enum Item {
    /// An object or an array begins. It is gone into, unless [`Walker::record`] takes it.
    Open(Node),
    /// A value with nothing in it.
    Value(Node),
    /// The object or array that was opened last ends.
    Close,
    /// The end of the file.
    End,
}

/// Goes through objects and arrays, and takes records whole.
pub(in crate::formats) struct Walker<'t> {
    parser: Parser<'t>,
    base: u32,
    record: Record,
}

impl<'t> Walker<'t> {
    /// Begins at the start of `text`, whose first byte has the offset `base`.
    ///
    /// # Errors
    /// As [`Parser::new`].
    pub fn new(text: &'t [u8], base: u32) -> Result<Self, Damage> {
        Ok(Walker {
            parser: Parser::new(text)?,
            base,
            record: Record::default(),
        })
    }

    /// Number of open objects and arrays.
    pub fn depth(&self) -> usize {
        self.parser.depth()
    }

    /// What comes next; text with escapes is made in `texts`.
    ///
    /// # Errors
    /// The text is no JSON, or beyond a limit.
    pub fn next(&mut self, texts: &mut Texts) -> Result<Item, Damage> {
        let mut token = self.parser.next()?;
        let mut name = None;
        if let TokenKind::Name { escaped } = token.kind {
            name = Some(self.text(&token, escaped, texts));
            token = self.parser.next()?;
        }
        let kind = match token.kind {
            TokenKind::OpenObject => Kind::Object,
            TokenKind::OpenArray => Kind::Array,
            TokenKind::String { escaped } => Kind::String(self.text(&token, escaped, texts)),
            TokenKind::Number => Kind::Number(self.span(&token.range)),
            TokenKind::Bool(value) => Kind::Bool(value),
            TokenKind::Null => Kind::Null,
            TokenKind::Close => return Ok(Item::Close),
            // A name is followed by a value, or the parser fails.
            TokenKind::Name { .. } | TokenKind::End => return Ok(Item::End),
        };
        let node = Node {
            name,
            kind,
            whole: self.span(&token.range),
            next: 1,
        };
        Ok(match kind {
            Kind::Object | Kind::Array => Item::Open(node),
            _ => Item::Value(node),
        })
    }

    /// Takes the rest of the object or array `open`, which [`Walker::next`] has just returned; what is next stands behind it.
    ///
    /// # Errors
    /// As [`Walker::next`]; more values than a record holds.
    pub fn record(&mut self, open: Node, texts: &mut Texts) -> Result<&Record, Damage> {
        let mut record = std::mem::take(&mut self.record);
        record.nodes.clear();
        record.nodes.push(open);
        let mut parents = vec![0];
        while let Some(&parent) = parents.last() {
            let number = record.nodes.len();
            match self.next(texts)? {
                Item::Open(node) => {
                    record.nodes.push(node);
                    parents.push(number);
                }
                Item::Value(node) => record.nodes.push(Node {
                    next: number + 1,
                    ..node
                }),
                Item::Close => {
                    let end = self.base.saturating_add(self.parser.at() as u32);
                    let node = &mut record.nodes[parent];
                    node.whole.len = end.saturating_sub(node.whole.start);
                    node.next = number;
                    parents.pop();
                }
                Item::End => break,
            }
            if record.nodes.len() > MOST_NODES {
                let at = (open.whole.start - self.base) as usize;
                return Err(limit(at, "more than 100000 values in one record"));
            }
        }
        self.record = record;
        Ok(&self.record)
    }

    fn span(&self, range: &Range<usize>) -> Span {
        Span::at(self.base, range.clone())
    }

    /// The text of a string token.
    fn text(&self, token: &Token, escaped: bool, texts: &mut Texts) -> Text {
        let inner = token.range.start + 1..token.range.end - 1;
        let span = self.span(&inner);
        match escaped {
            true => texts.push(&unescape(&self.parser.text()[inner]), span),
            false => span,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Input;

    fn input(text: &str) -> Input {
        Input::single("f", "f", text.as_bytes().to_vec()).unwrap()
    }

    #[test]
    fn every_name_and_value_has_its_place() {
        let text = "{\"data\": [\n {\"d\\u006fmain\": \"a\\/b\", \"n\": 25, \"e\": [1, {}], \"n\": true}, 7]}";
        let input = input(text);
        let mut notes = Notes::new(&input);
        let mut walker = Walker::new(text.as_bytes(), 0).unwrap();
        let Item::Open(top) = walker.next(&mut notes.texts).unwrap() else {
            panic!("an object");
        };
        assert_eq!(
            (top.kind, top.name, walker.depth()),
            (Kind::Object, None, 1)
        );
        let Item::Open(data) = walker.next(&mut notes.texts).unwrap() else {
            panic!("an array");
        };
        assert_eq!(notes.bytes(data.name.unwrap()), b"data");
        let Item::Open(first) = walker.next(&mut notes.texts).unwrap() else {
            panic!("a record");
        };
        let record = walker.record(first, &mut notes.texts).unwrap();
        let whole = input.bytes(record.root().whole);
        assert!(whole.starts_with(b"{\"d\\u") && whole.ends_with(b"true}"));
        let domain = record.member(0, &notes, b"domain").unwrap();
        let Kind::String(value) = record.node(domain).kind else {
            panic!("a string");
        };
        assert_eq!(notes.bytes(value), b"a/b");
        assert_eq!(input.bytes(notes.source(value)), b"a\\/b");
        assert_eq!(input.bytes(record.node(domain).whole), b"\"a\\/b\"");
        let names: Vec<_> = record.children(0).collect();
        assert_eq!(names.len(), 4);
        assert_eq!(record.children(names[2]).count(), 2);
        assert_eq!(
            record
                .children(record.children(names[2]).nth(1).unwrap())
                .count(),
            0
        );
        assert_eq!(input.bytes(record.node(names[2]).whole), b"[1, {}]");
        assert_eq!(record.repeated(0, &notes), [(names[1], names[3])]);
        let seven = walker.next(&mut notes.texts).unwrap();
        assert!(matches!(
            seven,
            Item::Value(Node {
                kind: Kind::Number(_),
                ..
            })
        ));
        for end in [Item::Close, Item::Close, Item::End, Item::End] {
            assert_eq!(walker.next(&mut notes.texts).unwrap(), end);
        }
    }

    #[test]
    fn records_are_bounded_and_damage_ends_them() {
        let text = format!("[{}1]", "1,".repeat(MOST_NODES));
        let file = input(&text);
        let mut texts = Texts::new(&file);
        let mut walker = Walker::new(text.as_bytes(), 0).unwrap();
        let Item::Open(open) = walker.next(&mut texts).unwrap() else {
            panic!("an array");
        };
        assert_eq!(
            walker.record(open, &mut texts).unwrap_err().rule,
            "json-limit"
        );
        let text = "[{\"a\": 1}";
        for cut in 0..text.len() {
            let text = &text[..cut];
            let file = input(text);
            let mut texts = Texts::new(&file);
            let mut walker = Walker::new(text.as_bytes(), 0).unwrap();
            let result = loop {
                match walker.next(&mut texts) {
                    Ok(Item::End) => break Ok(()),
                    Ok(_) => {}
                    Err(damage) => break Err(damage),
                }
            };
            assert!(result.is_err(), "{text}");
        }
    }
}
