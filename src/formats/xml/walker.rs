//! The way from one element to the next, and into records.

use std::ops::Range;

use super::super::texts::Texts;
use super::grammar::resolve;
use super::halves::Start;
use super::pieces::{Pieces, join};
use super::record::{Node, NodeId, Record, Value};
use super::secrets::{Secrets, in_text};
use super::{Damage, Parser, Token};
use crate::source::Span;

/// Most elements of one record.
const MOST_NODES: usize = 100_000;

/// What comes next on the way through containers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::formats) enum Item {
    /// An element begins. It is a container to go on in, unless [`Walker::record`] takes it.
    Open {
        /// Its name.
        name: Span,
        /// Its start tag.
        tag: Span,
    },
    /// The container that was opened last ends.
    Close,
    /// Text that is not blank, beside elements.
    Text(Span),
    /// A comment.
    Comment(Span),
    /// The end of the file.
    End,
}

/// Goes through the containers of a text and takes records whole.
pub(in crate::formats) struct Walker<'t> {
    parser: Parser<'t>,
    base: u32,
    record: Record,
    /// The elements of the record that are open, with their text so far.
    open: Vec<(NodeId, Pieces)>,
    secrets: Secrets,
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
            open: Vec::new(),
            secrets: Secrets::default(),
        })
    }

    /// The text that is left.
    pub(super) fn rest(&self) -> &'t str {
        self.parser.rest()
    }

    /// A walker `length` bytes farther, as if no element began or ended on the way.
    pub(super) fn farther(&self, length: usize) -> Option<(Start, Self)> {
        let parser = self.parser.farther(length)?;
        let walker = Walker {
            parser,
            base: self.base,
            record: Record::default(),
            open: Vec::new(),
            secrets: self.secrets.beside()?,
        };
        Some((walker.parser.place(), walker))
    }

    /// True at the place where another one began, or behind it.
    pub fn has_reached(&self, start: &Start) -> bool {
        self.parser.at() >= start.at
    }

    /// True where another walker began, in the same elements.
    pub(super) fn is_at(&self, start: &Start) -> bool {
        let place = self.farther(0).map(|(place, _)| place);
        place.as_ref() == Some(start)
    }

    /// Takes in what a walker found that began where this one is.
    pub(super) fn append(&mut self, behind: Self) {
        self.parser = behind.parser;
        self.secrets.found.extend(behind.secrets.found);
    }

    /// Where passwords stand in what has been read so far, in the order of the text.
    pub fn into_secrets(self) -> Vec<Span> {
        self.secrets.found
    }

    fn token(&mut self) -> Result<Token, Damage> {
        let token = self.parser.next()?;
        self.secrets.see(&self.parser, self.base, &token);
        Ok(token)
    }

    /// How many elements the next item stands in.
    pub fn depth(&self) -> usize {
        self.parser.depth()
    }

    /// The next item.
    ///
    /// # Errors
    /// As [`Parser::next`].
    pub fn next(&mut self) -> Result<Item, Damage> {
        loop {
            return Ok(match self.token()? {
                Token::Open { tag, name, .. } => Item::Open {
                    name: self.span(name),
                    tag: self.span(tag),
                },
                Token::Close(_) => Item::Close,
                Token::Text(range) => {
                    let text = &self.parser.text()[range.clone()];
                    let blank = text.len() - text.trim_ascii_start().len();
                    match text.trim_ascii().len() {
                        0 => continue,
                        length => {
                            let start = range.start + blank;
                            self.stray(start..start + length)
                        }
                    }
                }
                Token::Reference(range, _) | Token::CData(range) => self.stray(range),
                Token::Comment(range) => Item::Comment(self.span(range)),
                Token::Instruction(_) | Token::Declaration(_) => continue,
                Token::End => Item::End,
            });
        }
    }

    /// Text that belongs to no element that is read: whatever it is.
    fn stray(&mut self, range: Range<usize>) -> Item {
        let span = self.span(range.clone());
        let text = self.parser.text()[range].as_bytes();
        self.secrets.found.extend(in_text(text, span.start));
        Item::Text(span)
    }

    /// The attributes of the element that was opened last.
    ///
    /// # Errors
    /// A reference that is none.
    pub fn attributes(&self, texts: &mut Texts) -> Result<Vec<(Span, Value)>, Damage> {
        let all = self.parser.attributes.iter();
        all.map(|attribute| {
            let value = self.attribute_value(&attribute.value, texts)?;
            Ok((self.span(attribute.name.clone()), value))
        })
        .collect()
    }

    /// The element that was opened last, with all that is in it.
    ///
    /// # Errors
    /// As [`Parser::next`]; a value or a record beyond a limit.
    pub fn record(&mut self, name: Span, tag: Span, texts: &mut Texts) -> Result<&Record, Damage> {
        let mut record = std::mem::take(&mut self.record);
        record.clear();
        let mut open = std::mem::take(&mut self.open);
        open.clear();
        let built = self.build(&mut record, &mut open, name, tag, texts);
        (self.record, self.open) = (record, open);
        built.map(|()| &self.record)
    }

    fn build(
        &mut self,
        record: &mut Record,
        open: &mut Vec<(NodeId, Pieces)>,
        name: Span,
        tag: Span,
        texts: &mut Texts,
    ) -> Result<(), Damage> {
        self.begin(record, open, name, tag, texts)?;
        while let Some((_, pieces)) = open.last_mut() {
            match self.token()? {
                Token::Open { tag, name, .. } => {
                    let (name, tag) = (self.span(name), self.span(tag));
                    self.begin(record, open, name, tag, texts)?;
                }
                Token::Close(range) => {
                    if let Some((id, pieces)) = open.pop() {
                        let count = record.nodes.len();
                        let node = &mut record.nodes[id];
                        let from = node.tag.end() - self.base;
                        node.content = self.span(from as usize..range.start.max(from as usize));
                        node.whole = self.span((node.tag.start - self.base) as usize..range.end);
                        node.next = count;
                        node.value = self.value(pieces, node.content, texts);
                    }
                }
                Token::Text(range) => {
                    let text = self.parser.text();
                    let piece = &text[range.clone()];
                    // Blanks between elements are no text.
                    if !piece.trim_ascii().is_empty()
                        || pieces.joined.is_some()
                        || pieces.only.is_some()
                    {
                        join(pieces, text, range, piece)?;
                    }
                }
                Token::CData(range) => {
                    let text = self.parser.text();
                    let piece = &text[range.clone()];
                    // It is text that must be made, so that it can be told from what stands in the file.
                    pieces.joined.get_or_insert_default();
                    join(pieces, text, range, piece)?;
                }
                Token::Reference(range, character) => {
                    let text = self.parser.text();
                    let mut buffer = [0; 4];
                    pieces.joined.get_or_insert_default();
                    join(pieces, text, range, character.encode_utf8(&mut buffer))?;
                }
                Token::Comment(range) => record.comments.push(self.span(range)),
                Token::Instruction(_) | Token::Declaration(_) => {}
                Token::End => break,
            }
        }
        Ok(())
    }

    fn begin(
        &self,
        record: &mut Record,
        open: &mut Vec<(NodeId, Pieces)>,
        name: Span,
        tag: Span,
        texts: &mut Texts,
    ) -> Result<(), Damage> {
        if record.nodes.len() == MOST_NODES {
            let at = (tag.start - self.base) as usize;
            let message = format!("more than {MOST_NODES} elements in one record");
            return Err(Damage::new("xml-limit", at, message));
        }
        let first = record.attributes.len();
        for attribute in &self.parser.attributes {
            let value = self.attribute_value(&attribute.value, texts)?;
            record
                .attributes
                .push((self.span(attribute.name.clone()), value));
        }
        let id = record.nodes.len();
        record.nodes.push(Node {
            name,
            tag,
            whole: tag,
            value: Value::default(),
            content: Span::new(tag.end(), 0),
            next: id + 1,
            attributes: first..record.attributes.len(),
        });
        open.push((id, Pieces::default()));
        Ok(())
    }

    fn value(&self, pieces: Pieces, content: Span, texts: &mut Texts) -> Value {
        let text = self.parser.text();
        match (pieces.joined, pieces.only) {
            (Some(joined), _) => {
                let (_, inner) = trimmed(&joined);
                Value {
                    text: texts.push(inner.as_bytes(), content),
                    trimmed: inner.len() != joined.len(),
                }
            }
            (None, Some(range)) => {
                let piece = &text[range.clone()];
                let (blanks, inner) = trimmed(piece);
                let start = range.start + blanks;
                Value {
                    text: self.span(start..start + inner.len()),
                    trimmed: inner.len() != piece.len(),
                }
            }
            (None, None) => Value {
                text: Span::new(content.start, 0),
                trimmed: !content.is_empty() && !text[self.range(content)].contains('<'),
            },
        }
    }

    fn attribute_value(&self, range: &Range<usize>, texts: &mut Texts) -> Result<Value, Damage> {
        let raw = &self.parser.text()[range.clone()];
        let special = |b: u8| matches!(b, b'&' | b'\t' | b'\r' | b'\n');
        if !raw.bytes().any(special) {
            let (blanks, inner) = trimmed(raw);
            let start = range.start + blanks;
            return Ok(Value {
                text: self.span(start..start + inner.len()),
                trimmed: inner.len() != raw.len(),
            });
        }
        let mut value = String::with_capacity(raw.len());
        let mut rest = raw;
        while let Some(at) = rest.find('&') {
            value.extend(rest[..at].chars().map(blank_for_break));
            let here = range.start + raw.len() - rest.len() + at;
            let end = rest[at..].find(';').ok_or_else(|| {
                Damage::malformed(here, "`&` that begins no reference: write `&amp;`")
            })?;
            let name = &rest[at + 1..at + end];
            value.push(resolve(name).map_err(|why| Damage::malformed(here, why))?);
            rest = &rest[at + end + 1..];
        }
        value.extend(rest.chars().map(blank_for_break));
        let (_, inner) = trimmed(&value);
        Ok(Value {
            text: texts.push(inner.as_bytes(), self.span(range.clone())),
            trimmed: inner.len() != value.len(),
        })
    }

    fn span(&self, range: Range<usize>) -> Span {
        Span::at(self.base, range)
    }

    fn range(&self, span: Span) -> Range<usize> {
        let start = (span.start - self.base) as usize;
        start..start + span.len as usize
    }
}

/// Line breaks in a value are blanks (XML 1.0, 3.3.3).
fn blank_for_break(c: char) -> char {
    if matches!(c, '\t' | '\r' | '\n') {
        ' '
    } else {
        c
    }
}

/// The text without the blanks around it, and how many stand before it.
fn trimmed(text: &str) -> (usize, &str) {
    let is_blank = |c: char| matches!(c, ' ' | '\t' | '\r' | '\n');
    // Nearly all text has none.
    let is_inner = |b: Option<&u8>| b.is_some_and(|b| *b > b' ');
    let bytes = text.as_bytes();
    if is_inner(bytes.first()) && is_inner(bytes.last()) {
        return (0, text);
    }
    let behind = text.trim_start_matches(is_blank);
    (text.len() - behind.len(), behind.trim_end_matches(is_blank))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Input;

    /// `name=value` of all elements and attributes of the first record below the root.
    fn values(text: &str) -> Vec<String> {
        let input = Input::single("f", "f", text.as_bytes().to_vec()).unwrap();
        let mut texts = Texts::new(&input);
        let mut walker = Walker::new(text.as_bytes(), 0).unwrap();
        let Item::Open { .. } = walker.next().unwrap() else {
            panic!("no root")
        };
        let Item::Open { name, tag } = walker.next().unwrap() else {
            panic!("no record")
        };
        let record = walker.record(name, tag, &mut texts).unwrap();
        let show = |text| String::from_utf8(texts.bytes(&input, text).to_vec()).unwrap();
        let mut all = Vec::new();
        for id in record.all() {
            let node = record.node(id);
            let mark = if node.value.trimmed { "~" } else { "" };
            all.push(format!(
                "{}={}{mark}",
                show(node.name),
                show(node.value.text)
            ));
            for (name, value) in record.attributes(id) {
                all.push(format!("@{}={}", show(*name), show(value.text)));
            }
        }
        all
    }

    #[test]
    fn values_are_joined_and_trimmed() {
        assert_eq!(values("<r><a> x </a></r>"), ["a=x~"]);
        assert_eq!(
            values("<r><a><!-- 1 -->A<!-- 2 -->N<![CDATA[Y&]]></a></r>"),
            ["a=ANY&"]
        );
        assert_eq!(values("<r><a>r&amp;d&#64;x</a></r>"), ["a=r&d@x"]);
        assert_eq!(values("<r><a>x\r\ny</a></r>"), ["a=x\ny"]);
        assert_eq!(values("<r><a/></r>"), ["a="]);
        assert_eq!(values("<r><a>  </a></r>"), ["a=~"]);
        assert_eq!(
            values("<r><a b='1' c=' &lt;&#10;\n'>\n  <d>e</d>\n  <f/>\n</a></r>"),
            ["a=", "@b=1", "@c=<", "d=e", "f="]
        );
    }

    #[test]
    fn records_know_their_places() {
        let text = "<r><a><b>x</b><c><d/></c></a></r>";
        let input = Input::single("f", "f", text.as_bytes().to_vec()).unwrap();
        let mut texts = Texts::new(&input);
        let mut walker = Walker::new(text.as_bytes(), 0).unwrap();
        walker.next().unwrap();
        let Item::Open { name, tag } = walker.next().unwrap() else {
            panic!("no record")
        };
        let record = walker.record(name, tag, &mut texts).unwrap();
        assert_eq!(
            input.bytes(record.root().whole),
            b"<a><b>x</b><c><d/></c></a>"
        );
        assert_eq!(input.bytes(record.root().content), b"<b>x</b><c><d/></c>");
        let children: Vec<_> = record.children(0).collect();
        assert_eq!(children, [1, 2]);
        assert_eq!(record.children(2).collect::<Vec<_>>(), [3]);
        assert_eq!(input.bytes(record.node(1).value.text), b"x");
        assert_eq!(walker.next().unwrap(), Item::Close);
        assert_eq!(walker.next().unwrap(), Item::End);
    }
}
