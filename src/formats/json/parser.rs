//! From text to tokens, and what is no JSON.

use std::ops::Range;

use super::number::number;
use super::string::string;
use super::{DEEPEST, limit, malformed};
use crate::formats::xml::Damage;
use crate::source::Visible;

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::formats) enum TokenKind {
    /// `{`.
    OpenObject,
    /// `[`.
    OpenArray,
    /// The end of the object or array that was opened last.
    Close,
    /// The name of the value that comes next, in quotes.
    Name { escaped: bool },
    /// A string, in quotes.
    String { escaped: bool },
    /// A number as written.
    Number,
    /// `true` or `false`.
    Bool(bool),
    /// `null`.
    Null,
    /// The end of the text.
    End,
}

/// A piece of the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::formats) struct Token {
    pub kind: TokenKind,
    /// Where it stands, quotes included.
    pub range: Range<usize>,
}

/// What may come next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Expect {
    /// A value, and nothing else.
    Value,
    /// A value or `]`, behind `[`.
    FirstValue,
    /// A name or `}`, behind `{`.
    FirstName,
    /// A name, behind a comma.
    Name,
    /// A comma or the end of what is open.
    Comma,
    /// The end of the text.
    End,
}

/// Splits a text into tokens.
pub(in crate::formats) struct Parser<'t> {
    text: &'t [u8],
    at: usize,
    /// Where the objects and arrays that are open begin.
    open: Vec<usize>,
    expect: Expect,
    /// The comma that was read last.
    comma: usize,
}

impl<'t> Parser<'t> {
    /// Begins at the start of `text`.
    ///
    /// # Errors
    /// Text that is not UTF-8.
    pub fn new(text: &'t [u8]) -> Result<Self, Damage> {
        if let Err(error) = std::str::from_utf8(text) {
            return Err(malformed(error.valid_up_to(), "a byte is not UTF-8"));
        }
        Ok(Parser {
            text,
            at: 0,
            open: Vec::new(),
            expect: Expect::Value,
            comma: 0,
        })
    }

    /// The text.
    pub fn text(&self) -> &'t [u8] {
        self.text
    }

    /// Offset behind the token that was read last.
    pub fn at(&self) -> usize {
        self.at
    }

    /// Number of open objects and arrays.
    pub fn depth(&self) -> usize {
        self.open.len()
    }

    /// The next token.
    ///
    /// # Errors
    /// What is there is no JSON, or beyond a limit. After an error there is nothing more to be had.
    pub fn next(&mut self) -> Result<Token, Damage> {
        loop {
            self.skip_blanks();
            let Some(&byte) = self.text.get(self.at) else {
                return self.end();
            };
            let is_object = self.is_object();
            match (self.expect, byte) {
                (Expect::End, _) => {
                    return Err(malformed(self.at, "something stands behind the end"));
                }
                (Expect::Comma, b',') => {
                    self.comma = self.at;
                    self.at += 1;
                    self.expect = match is_object {
                        true => Expect::Name,
                        false => Expect::Value,
                    };
                }
                (Expect::Comma | Expect::FirstName, b'}') if is_object => return Ok(self.close()),
                (Expect::Comma | Expect::FirstValue, b']') if !is_object => {
                    return Ok(self.close());
                }
                (Expect::Comma, _) => return Err(self.no_comma(byte)),
                (Expect::Name | Expect::FirstName, b'"') => return self.name(),
                (Expect::Name, b'}') | (Expect::Value, b']') if !self.open.is_empty() => {
                    let bracket = char::from(byte);
                    let message = format!("a comma before `{bracket}`: nothing follows it");
                    return Err(malformed(self.comma, message));
                }
                (Expect::Name | Expect::FirstName, _) => return Err(self.no_name(byte)),
                (Expect::Value | Expect::FirstValue, _) => return self.value(byte),
            }
        }
    }

    fn is_object(&self) -> bool {
        let start = self.open.last();
        start.is_some_and(|&start| self.text.get(start) == Some(&b'{'))
    }

    fn skip_blanks(&mut self) {
        let rest = self.text.get(self.at..).unwrap_or(&[]);
        let blanks = rest
            .iter()
            .take_while(|b| matches!(b, b' ' | b'\t' | b'\n' | b'\r'));
        self.at += blanks.count();
    }

    fn token(&mut self, kind: TokenKind, end: usize) -> Token {
        let range = self.at..end;
        self.at = end;
        Token { kind, range }
    }

    /// A value is complete: what may come behind it.
    fn behind(&mut self) {
        self.expect = match self.open.is_empty() {
            true => Expect::End,
            false => Expect::Comma,
        };
    }

    fn end(&mut self) -> Result<Token, Damage> {
        let at = self.text.len();
        if self.expect == Expect::End {
            return Ok(self.token(TokenKind::End, at));
        }
        let Some(&start) = self.open.last() else {
            return Err(malformed(0, "the text is empty"));
        };
        let line = 1 + memchr::memchr_iter(b'\n', &self.text[..start]).count();
        let what = match self.is_object() {
            true => "object",
            false => "array",
        };
        let message =
            format!("the text ends inside the {what} that line {line} opens: is it cut off?");
        // The last byte that is there: the end itself is in no line.
        Err(malformed(at.saturating_sub(1), message))
    }

    fn close(&mut self) -> Token {
        self.open.pop();
        self.behind();
        self.token(TokenKind::Close, self.at + 1)
    }

    fn name(&mut self) -> Result<Token, Damage> {
        let (end, escaped) = string(self.text, self.at)?;
        let token = self.token(TokenKind::Name { escaped }, end);
        self.skip_blanks();
        if self.text.get(self.at) != Some(&b':') {
            let at = self.at.min(self.text.len().saturating_sub(1));
            return Err(malformed(at, "a name without `:` behind it"));
        }
        self.at += 1;
        self.expect = Expect::Value;
        Ok(token)
    }

    fn value(&mut self, byte: u8) -> Result<Token, Damage> {
        match byte {
            b'{' | b'[' => {
                if self.open.len() == DEEPEST {
                    let message = "objects and arrays inside one another beyond 64 levels";
                    return Err(limit(self.at, message));
                }
                self.open.push(self.at);
                let (kind, expect) = match byte {
                    b'{' => (TokenKind::OpenObject, Expect::FirstName),
                    _ => (TokenKind::OpenArray, Expect::FirstValue),
                };
                self.expect = expect;
                Ok(self.token(kind, self.at + 1))
            }
            b'"' => {
                let (end, escaped) = string(self.text, self.at)?;
                self.behind();
                Ok(self.token(TokenKind::String { escaped }, end))
            }
            b'-' | b'0'..=b'9' if !self.text[self.at..].starts_with(b"-Infinity") => {
                let end = number(self.text, self.at)?;
                self.behind();
                Ok(self.token(TokenKind::Number, end))
            }
            _ => self.word(byte),
        }
    }

    fn word(&mut self, byte: u8) -> Result<Token, Damage> {
        let rest = &self.text[self.at..];
        let word = rest
            .iter()
            .take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.'));
        let length = word.count();
        let kind = match &rest[..length] {
            b"true" => TokenKind::Bool(true),
            b"false" => TokenKind::Bool(false),
            b"null" => TokenKind::Null,
            _ => return Err(self.no_value(byte, length)),
        };
        self.behind();
        Ok(self.token(kind, self.at + length))
    }

    fn no_value(&self, byte: u8, length: usize) -> Damage {
        let rest = &self.text[self.at..];
        let message = match byte {
            b'\'' => "text stands in double quotes, not in single ones".to_owned(),
            b'/' => NO_COMMENT.to_owned(),
            b'#' => NO_COMMENT.to_owned(),
            b',' => "a comma where a value would stand".to_owned(),
            b'}' | b']' | b':' => format!("`{}` where a value would stand", char::from(byte)),
            b'+' | b'.' => "a number begins with a digit or `-`".to_owned(),
            _ if rest.starts_with("\u{feff}".as_bytes()) => {
                "a byte order mark, which belongs to no value".to_owned()
            }
            _ => {
                let shown = &rest[..length.clamp(1, 40).min(rest.len())];
                let near = ["true", "false", "null"].iter().find(|word| {
                    shown.eq_ignore_ascii_case(word.as_bytes())
                        || (shown == b"None" && **word == "null")
                });
                let shown = Visible(shown);
                match near {
                    Some(word) => format!("`{shown}` is no value: write `{word}`"),
                    None if matches!(byte, b'N' | b'I' | b'-') => {
                        format!("`{shown}` is no value: JSON has no such number")
                    }
                    None => format!("`{shown}` is no value: text stands in double quotes"),
                }
            }
        };
        malformed(self.at, message)
    }

    fn no_name(&self, byte: u8) -> Damage {
        let message = match byte {
            b'\'' => "names stand in double quotes, not in single ones",
            b'/' | b'#' => NO_COMMENT,
            b',' => "a comma where a name would stand",
            b']' => "`]` where the object that is open ends with `}`",
            _ => "a name that does not stand in double quotes",
        };
        malformed(self.at, message)
    }

    fn no_comma(&self, byte: u8) -> Damage {
        let message = match byte {
            b'/' | b'#' => NO_COMMENT.to_owned(),
            b'}' => "`}` where the array that is open ends with `]`".to_owned(),
            b']' => "`]` where the object that is open ends with `}`".to_owned(),
            _ => "a comma is missing before this".to_owned(),
        };
        malformed(self.at, message)
    }
}

const NO_COMMENT: &str = "there are no comments in JSON";

#[cfg(test)]
mod tests {
    use super::*;

    fn all(text: &[u8]) -> Result<Vec<(TokenKind, String)>, Damage> {
        let mut parser = Parser::new(text)?;
        let mut tokens = Vec::new();
        loop {
            let token = parser.next()?;
            if token.kind == TokenKind::End {
                return Ok(tokens);
            }
            let written = String::from_utf8_lossy(&text[token.range]).into_owned();
            tokens.push((token.kind, written));
        }
    }

    #[test]
    fn tokens_stand_where_they_are_said_to() {
        let tokens = all(b" {\"a\" : [1, \"b\\n\", true ,null], \"\":{}}\r\n").unwrap();
        let kinds: Vec<&str> = tokens.iter().map(|(_, text)| &**text).collect();
        assert_eq!(
            kinds,
            [
                "{", "\"a\"", "[", "1", "\"b\\n\"", "true", "null", "]", "\"\"", "{", "}", "}"
            ]
        );
        assert_eq!(tokens[4].0, TokenKind::String { escaped: true });
        for single in ["1", "\"a\"", "null", "[]", "{}", " -0.5e3 "] {
            assert!(all(single.as_bytes()).is_ok(), "{single}");
        }
    }

    /// What JSONTestSuite calls `n_`: each is refused, at this byte.
    #[test]
    fn traps() {
        for (bad, at) in [
            ("", 0),
            ("  \n", 0),
            ("[1,]", 2),
            ("{\"a\":1,}", 6),
            ("[,1]", 1),
            ("[1,,2]", 3),
            ("[1 2]", 3),
            ("{\"a\" 1}", 5),
            ("{\"a\":}", 5),
            ("{\"a\"", 3),
            ("{a:1}", 1),
            ("{'a':1}", 1),
            ("{1:1}", 1),
            ("{\"a\":1 \"b\":2}", 7),
            ("{,}", 1),
            ("['a']", 1),
            ("[NaN]", 1),
            ("[Infinity]", 1),
            ("[-Infinity]", 1),
            ("[+1]", 1),
            ("[.5]", 1),
            ("[012]", 1),
            ("[True]", 1),
            ("[nul]", 1),
            ("[truex]", 1),
            ("[1}", 2),
            ("{\"a\":1]", 6),
            ("{]", 1),
            ("]", 0),
            ("[1] 2", 4),
            ("{} {}", 3),
            ("[1", 1),
            ("[\"a\"", 3),
            ("// c\n[]", 0),
            ("[1 /* c */]", 3),
            ("[] # c", 3),
            ("\u{feff}[]", 0),
            ("[\u{a0}1]", 1),
            ("[\u{c}1]", 1),
            ("[\"\\uD800\"]", 2),
        ] {
            let damage = all(bad.as_bytes()).unwrap_err();
            assert_eq!(
                (damage.rule, damage.at),
                ("malformed-json", at),
                "{bad}: {}",
                damage.message
            );
        }
        let damage = all(b"[\"\xff\"]").unwrap_err();
        assert_eq!(damage.at, 2);
    }

    #[test]
    fn sixty_four_levels() {
        let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        assert!(all(nested(64).as_bytes()).is_ok());
        let damage = all(nested(65).as_bytes()).unwrap_err();
        assert_eq!((damage.rule, damage.at), ("json-limit", 64));
        let damage = all("{\"a\":".repeat(100_000).as_bytes()).unwrap_err();
        assert_eq!(damage.rule, "json-limit");
    }

    #[test]
    fn a_cut_text_says_what_was_open() {
        let damage = all(b"{\n\"a\": [\n1,\n").unwrap_err();
        assert!(
            damage.message.contains("array that line 2 opens"),
            "{}",
            damage.message
        );
    }
}
