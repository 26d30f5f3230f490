//! From text to tokens, and what is not well-formed.

use std::ops::Range;

use quick_xml::Reader;
use quick_xml::errors::{Error, IllFormedError};
use quick_xml::events::{BytesStart, Event};

use super::super::texts::LONGEST_VALUE;
use super::Damage;
use super::grammar::{is_name, no_character, resolve, shown};
use super::halves::Start;
use super::tags::{StartTag, end_tag, section_end, start_tag, text_end};
use super::token::{Attribute, Token};

/// Deepest nesting of elements.
const DEEPEST: usize = 64;

/// Most attributes of one element.
const MOST_ATTRIBUTES: usize = 256;

/// Splits a text into tokens.
pub(in crate::formats) struct Parser<'t> {
    text: &'t str,
    /// Offset of the next token.
    at: usize,
    /// The attributes of the tag opened last.
    pub attributes: Vec<Attribute>,
    /// Names of the open elements.
    open: Vec<Range<usize>>,
    /// An empty element was opened and is to be closed.
    empty: bool,
    /// The document element has begun.
    begun: bool,
}

impl<'t> Parser<'t> {
    /// Begins at the start of `text`.
    ///
    /// # Errors
    /// A character that XML does not have; text that is not UTF-8.
    pub fn new(text: &'t [u8]) -> Result<Self, Damage> {
        let text = std::str::from_utf8(text)
            .map_err(|error| Damage::malformed(error.valid_up_to(), "a byte is not UTF-8"))?;
        if let Some(at) = no_character(text.as_bytes()) {
            let byte = text.as_bytes()[at];
            let message = format!("the control character \\x{byte:02X} is no XML character");
            return Err(Damage::malformed(at, message));
        }
        Ok(Parser {
            text,
            at: 0,
            attributes: Vec::new(),
            open: Vec::new(),
            empty: false,
            begun: false,
        })
    }

    /// The text.
    pub fn text(&self) -> &'t str {
        self.text
    }

    /// The text that is left.
    pub fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    /// Offset of the next token.
    pub fn at(&self) -> usize {
        self.at
    }

    /// Where the next token begins, in which elements.
    pub fn place(&self) -> Start {
        Start {
            at: self.at,
            open: self.open.iter().map(|name| name.start).collect(),
        }
    }

    /// A parser `length` bytes farther, as if nothing were opened or closed on the way. `None` in the middle of a character, or
    /// before the end of an empty element.
    pub fn farther(&self, length: usize) -> Option<Self> {
        let at = self.at + length;
        let usual = !self.empty && self.text.is_char_boundary(at);
        usual.then(|| Parser {
            text: self.text,
            at,
            attributes: Vec::new(),
            open: self.open.clone(),
            empty: false,
            begun: self.begun,
        })
    }

    /// Number of open elements.
    pub fn depth(&self) -> usize {
        self.open.len()
    }

    /// The next token.
    ///
    /// # Errors
    /// What is there is not well-formed, a DOCTYPE, or beyond a limit. After an error there is nothing more to be had.
    pub fn next(&mut self) -> Result<Token, Damage> {
        if std::mem::take(&mut self.empty) {
            self.open.pop();
            return Ok(Token::Close(self.at..self.at));
        }
        match self.usual() {
            Some(token) => Ok(token),
            None => self.any(),
        }
    }

    /// The next token, if it is a tag or text as nearly all are.
    fn usual(&mut self) -> Option<Token> {
        let (text, at) = (self.text.as_bytes(), self.at);
        let last = self.open.last()?;
        if *text.get(at)? != b'<' {
            let end = text_end(text, at);
            if end == at || section_end(&text[at..end]).is_some() {
                return None;
            }
            self.at = end;
            return Some(Token::Text(at..end));
        }
        if let Some(end) = end_tag(text, at, &text[last.clone()]) {
            self.open.pop();
            self.at = end;
            return Some(Token::Close(at..end));
        }
        if self.open.len() == DEEPEST {
            return None;
        }
        let StartTag { name, end, empty } = start_tag(text, at, &mut self.attributes)?;
        self.open.push(name.clone());
        self.empty = empty;
        self.at = end;
        Some(Token::Open {
            tag: at..end,
            name,
            empty,
        })
    }

    /// The next token, whatever it is.
    pub(super) fn any(&mut self) -> Result<Token, Damage> {
        let (text, start) = (self.text.as_bytes(), self.at);
        if text.get(start).is_some_and(|b| !matches!(b, b'<' | b'&')) {
            // A reader would take U+FEFF away before it counts bytes.
            self.at = text_end(text, start);
            return self.character_data(start..self.at);
        }
        let mut reader = Reader::from_reader(&text[start..]);
        let config = reader.config_mut();
        config.check_comments = true;
        // It does not know what was opened before.
        config.allow_unmatched_ends = true;
        let event = reader.read_event();
        let offset = |at: u64| usize::try_from(at).map_or(usize::MAX, |at| at + start);
        let event =
            event.map_err(|error| self.error(offset(reader.error_position()), start, error))?;
        let range = start..offset(reader.buffer_position());
        self.at = range.end;
        match event {
            Event::Start(tag) => self.opened(&tag, range, false),
            Event::Empty(tag) => self.opened(&tag, range, true),
            Event::End(tag) => self.closed(tag.name().as_ref(), range),
            Event::Text(_) => self.character_data(range),
            Event::CData(_) => {
                self.outside(&range)?;
                Ok(Token::CData(range.start + 9..range.end - 3))
            }
            Event::GeneralRef(_) => self.reference(range),
            Event::Comment(_) => Ok(Token::Comment(range)),
            Event::PI(_) => self.instruction(range),
            Event::Decl(_) => match range.start {
                0 => Ok(Token::Declaration(range)),
                at => Err(Damage::malformed(
                    at,
                    "the XML declaration does not stand at the start",
                )),
            },
            Event::DocType(_) => Err(self.doctype(range)),
            Event::Eof => self.ended(range.start),
        }
    }

    fn closed(&mut self, found: &str, range: Range<usize>) -> Result<Token, Damage> {
        let Some(name) = self.open.pop() else {
            let message = format!("`</{}>` closes nothing that was opened", shown(found));
            return Err(Damage::malformed(range.start, message));
        };
        let expected = &self.text[name.clone()];
        if found != expected {
            let message = format!(
                "`</{}>` where `</{}>` was expected, which was opened in line {}",
                shown(found),
                shown(expected),
                self.line(name.start)
            );
            return Err(Damage::malformed(range.start, message));
        }
        Ok(Token::Close(range))
    }

    fn opened(
        &mut self,
        tag: &BytesStart<'_>,
        range: Range<usize>,
        empty: bool,
    ) -> Result<Token, Damage> {
        if self.begun && self.open.is_empty() {
            return Err(Damage::malformed(
                range.start,
                "content after the document element",
            ));
        }
        let name = range.start + 1..range.start + 1 + tag.name().as_ref().len();
        if !is_name(&self.text[name.clone()]) {
            return Err(Damage::malformed(
                range.start,
                "a `<` without the name of an element",
            ));
        }
        if self.open.len() == DEEPEST {
            let message = format!("more than {DEEPEST} elements inside one another");
            return Err(Damage::new("xml-limit", range.start, message));
        }
        self.begun = true;
        self.read_attributes(tag, &name, &range)?;
        self.open.push(name.clone());
        self.empty = empty;
        Ok(Token::Open {
            tag: range,
            name,
            empty,
        })
    }

    fn read_attributes(
        &mut self,
        tag: &BytesStart<'_>,
        name: &Range<usize>,
        range: &Range<usize>,
    ) -> Result<(), Damage> {
        self.attributes.clear();
        let raw = tag.attributes_raw();
        if raw.is_empty() {
            return Ok(());
        }
        let offset = |part: &str| part.as_ptr() as usize - raw.as_ptr() as usize + name.end;
        for attribute in tag.attributes() {
            let attribute = attribute.map_err(|error| {
                Damage::malformed(range.start, format_args!("in this tag: {error}"))
            })?;
            let key: &str = attribute.key.0;
            let std::borrow::Cow::Borrowed(value) = attribute.value else {
                return Err(Damage::malformed(
                    range.start,
                    "an attribute cannot be read",
                ));
            };
            let at = offset(key);
            let value = offset(value)..offset(value) + value.len();
            if !is_name(key) || !self.text.as_bytes()[at - 1].is_ascii_whitespace() {
                return Err(Damage::malformed(at, "an attribute's name was expected"));
            }
            if let Some(lt) = memchr::memchr(b'<', &self.text.as_bytes()[value.clone()]) {
                return Err(Damage::malformed(
                    value.start + lt,
                    "`<` in an attribute's value",
                ));
            }
            if value.len() > LONGEST_VALUE {
                let message = format!("the value is longer than {LONGEST_VALUE} bytes");
                return Err(Damage::new("xml-limit", value.start, message));
            }
            if self.attributes.len() == MOST_ATTRIBUTES {
                let message = format!("more than {MOST_ATTRIBUTES} attributes");
                return Err(Damage::new("xml-limit", range.start, message));
            }
            self.attributes.push(Attribute {
                name: at..at + key.len(),
                value,
            });
        }
        Ok(())
    }

    fn character_data(&mut self, range: Range<usize>) -> Result<Token, Damage> {
        let text = &self.text.as_bytes()[range.clone()];
        let blank = text
            .iter()
            .all(|b| matches!(b, b' ' | b'\t' | b'\r' | b'\n'));
        if !blank {
            let first = text.iter().position(|b| !b.is_ascii_whitespace());
            self.outside(&(range.start + first.unwrap_or(0)..range.end))?;
            if let Some(at) = section_end(text) {
                return Err(Damage::malformed(
                    range.start + at,
                    "`]]>` outside of a CDATA section",
                ));
            }
        }
        Ok(Token::Text(range))
    }

    /// Refuses text outside of the document element.
    fn outside(&self, range: &Range<usize>) -> Result<(), Damage> {
        match (self.open.is_empty(), self.begun) {
            (false, _) => Ok(()),
            (true, true) => Err(Damage::malformed(
                range.start,
                "content after the document element",
            )),
            (true, false) => Err(Damage::malformed(
                range.start,
                "text before the document element",
            )),
        }
    }

    fn reference(&mut self, range: Range<usize>) -> Result<Token, Damage> {
        self.outside(&range)?;
        let name = &self.text[range.start + 1..range.end - 1];
        match resolve(name) {
            Ok(character) => Ok(Token::Reference(range, character)),
            Err(why) => Err(Damage::malformed(range.start, why)),
        }
    }

    fn instruction(&self, range: Range<usize>) -> Result<Token, Damage> {
        let inner = &self.text[range.start + 2..range.end - 2];
        let target = inner.split_ascii_whitespace().next().unwrap_or("");
        if target.eq_ignore_ascii_case("xml") {
            let message = "an XML declaration that does not stand at the start of the file";
            return Err(Damage::malformed(range.start, message));
        }
        if !is_name(target) {
            return Err(Damage::malformed(
                range.start,
                "a processing instruction without a name",
            ));
        }
        Ok(Token::Instruction(range))
    }

    fn doctype(&self, range: Range<usize>) -> Damage {
        let start = range.start;
        let text = self.text[range].to_ascii_lowercase();
        let html = text
            .trim_start_matches("<!doctype")
            .trim_start()
            .starts_with("html");
        match html {
            true => Damage::new(
                "doctype-forbidden",
                start,
                "an HTML page, not a table: a login page was saved in its place",
            )
            .help("log in and export again"),
            false => Damage::new(
                "doctype-forbidden",
                start,
                "DOCTYPE is not allowed: it can define entities that open files or fill the memory",
            )
            .help("remove the DOCTYPE; no product of these formats writes one"),
        }
    }

    fn ended(&self, at: usize) -> Result<Token, Damage> {
        if let Some(name) = self.open.last() {
            let message = format!(
                "the input ends inside `{}`, opened in line {}",
                shown(&self.text[name.clone()]),
                self.line(name.start)
            );
            return Err(Damage::malformed(at, message));
        }
        match self.begun {
            true => Ok(Token::End),
            false if self.text.trim_ascii().is_empty() => Err(Damage::new(
                "malformed-xml",
                at,
                "the file is empty: an empty table is written with its root element",
            )),
            false => Err(Damage::malformed(at, "no element")),
        }
    }

    fn line(&self, at: usize) -> usize {
        memchr::memchr_iter(b'\n', &self.text.as_bytes()[..at]).count() + 1
    }

    fn error(&self, at: usize, start: usize, error: Error) -> Damage {
        match error {
            Error::Syntax(error) => Damage::malformed(start, error),
            Error::IllFormed(IllFormedError::UnclosedReference) => {
                Damage::malformed(at, "`&` that begins no reference: write `&amp;`")
            }
            other => Damage::malformed(at, other),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn damage(text: &str) -> Option<(usize, String)> {
        let mut parser = match Parser::new(text.as_bytes()) {
            Ok(parser) => parser,
            Err(damage) => return Some((damage.at, damage.message)),
        };
        loop {
            match parser.next() {
                Ok(Token::End) => return None,
                Ok(_) => {}
                Err(damage) => return Some((damage.at, damage.message)),
            }
        }
    }

    #[test]
    fn well_formed_texts() {
        for text in [
            "<a/>",
            "<?xml version=\"1.0\"?><!-- c --><a b='1' c=\"2\"/>\n<!-- d -->",
            "<a>&amp;&#65;&#x41;<![CDATA[<&]]></a>",
            "<a><?php x?></a>",
            "<ü/>",
        ] {
            assert_eq!(damage(text), None, "{text}");
        }
    }

    #[test]
    fn what_is_not_well_formed() {
        for (text, at) in [
            ("", 0),
            ("  ", 2),
            ("text", 0),
            ("<a>", 3),
            ("<a><b></a>", 6),
            ("</a>", 0),
            ("<a/><b/>", 4),
            ("<a/>x", 4),
            ("x<a/>", 0),
            ("<a b=1/>", 0),
            ("<a b='1'c='2'/>", 8),
            ("<a b='1' b='2'/>", 0),
            ("<a b='<'/>", 6),
            ("<a>&nope;</a>", 3),
            ("<a>&#0;</a>", 3),
            ("<a>&#xD800;</a>", 3),
            ("<a>&#x110000;</a>", 3),
            ("<a>&#-1;</a>", 3),
            ("<a>]]></a>", 3),
            ("<a><!-- -- --></a>", 8),
            ("<a>\u{1}</a>", 3),
            ("<a>\u{FFFE}</a>", 3),
            (" <?xml version='1.0'?><a/>", 1),
            ("\u{FEFF}<a/>", 0),
            ("\u{FEFF}<?b ü?><a/>", 0),
            ("<a/>\u{FEFF}", 4),
            ("<a><?xml version='1.0'?></a>", 3),
            ("<a", 0),
            ("<a><!-- ", 3),
            ("<a>&amp</a>", 3),
            ("<1/>", 0),
            ("< a/>", 0),
        ] {
            let found = damage(text).unwrap_or_else(|| panic!("{text} is well-formed?"));
            assert_eq!(found.0, at, "{text}: {}", found.1);
        }
    }

    #[test]
    fn limits() {
        let deep = "<a>".repeat(20_000);
        assert!(damage(&deep).unwrap().1.contains("64 elements"));
        let long = format!("<a b='{}'/>", "x".repeat(LONGEST_VALUE + 1));
        assert!(damage(&long).unwrap().1.contains("65536"));
        let many: String = (0..300).map(|n| format!(" a{n}='1'")).collect();
        assert!(damage(&format!("<a{many}/>")).unwrap().1.contains("256"));
        assert!(damage("<!DOCTYPE html><html/>").unwrap().1.contains("HTML"));
        assert!(
            damage("<!DOCTYPE a [<!ENTITY b 'c'>]><a/>")
                .unwrap()
                .1
                .contains("DOCTYPE")
        );
    }
}
