//! Character classes.

use super::escape::Escaped;
use super::{DEEPEST, Read, Reader, Stop};

impl Reader<'_> {
    pub(super) fn class(&mut self) -> Read<()> {
        let start = self.at;
        self.next();
        self.out.translated.push('[');
        if self.takes('^') {
            self.out.translated.push('^');
        }
        let mut first = true;
        loop {
            let Some(c) = self.peek() else {
                return Err(Stop::Invalid(start, "unclosed character class"));
            };
            match c {
                ']' if !first => break,
                '[' => {
                    self.skip("classes inside of classes");
                    if self.depth == DEEPEST {
                        return Err(Stop::TooDeep);
                    }
                    self.depth += 1;
                    self.class()?;
                    self.depth -= 1;
                }
                '&' if self.text[self.at..].starts_with("&&") => {
                    self.at += 2;
                    self.skip("intersections of classes");
                }
                _ => self.range()?,
            }
            first = false;
        }
        self.next();
        self.out.translated.push(']');
        Ok(())
    }

    /// A character of a class, or two with what lies between them.
    fn range(&mut self) -> Read<()> {
        let Some(low) = self.class_character()? else {
            return Ok(());
        };
        let rest = &self.text[self.at..];
        let mut behind = rest.chars();
        let dash = behind.next() == Some('-');
        let ends = matches!(behind.next(), None | Some(']' | '['));
        if !dash || ends {
            self.literal(low);
            return Ok(());
        }
        self.next();
        let at = self.at;
        match self.class_character()? {
            Some(high) if high >= low => {
                self.literal(low);
                self.out.translated.push('-');
                self.literal(high);
                Ok(())
            }
            _ => Err(Stop::Invalid(at, "illegal character range")),
        }
    }

    /// One character; `None` for a predefined class, which is written at once.
    fn class_character(&mut self) -> Read<Option<char>> {
        if self.peek() != Some('\\') {
            return Ok(self.next());
        }
        let start = self.out.translated.len();
        let at = self.at;
        match self.escaped()? {
            Escaped::Character(c) => Ok(Some(c)),
            Escaped::Class(class) => {
                self.out.translated.truncate(start);
                self.out.translated.push_str(class);
                Ok(None)
            }
            Escaped::Skipped => Ok(None),
            Escaped::Anchor(_) => Err(Stop::Invalid(at, "illegal/unsupported escape sequence")),
        }
    }
}
