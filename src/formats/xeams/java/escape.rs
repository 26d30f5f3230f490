//! What begins with a backslash.

use super::{Read, Reader, Stop};

impl Reader<'_> {
    pub(super) fn escape(&mut self) -> Read<()> {
        match self.escaped()? {
            Escaped::Character(c) => self.literal(c),
            Escaped::Class(text) => self.out.translated.push_str(text),
            Escaped::Anchor(text) => {
                self.out.ascii_only |= text == r"\b" || text == r"\B";
                self.out.translated.push_str(text);
            }
            Escaped::Skipped => {}
        }
        Ok(())
    }

    pub(super) fn escaped(&mut self) -> Read<Escaped> {
        let start = self.at;
        self.next();
        let Some(c) = self.next() else {
            return Err(Stop::Invalid(start, "the pattern ends in `\\`"));
        };
        Ok(match c {
            'd' => Escaped::Class("[0-9]"),
            'D' => Escaped::Class("[^0-9]"),
            'w' => Escaped::Class("[0-9A-Za-z_]"),
            'W' => Escaped::Class("[^0-9A-Za-z_]"),
            's' => Escaped::Class(r"[ \t\n\x0B\f\r]"),
            'S' => Escaped::Class(r"[^ \t\n\x0B\f\r]"),
            'b' if self.peek() == Some('{') => {
                self.skip("\\b{g}");
                Escaped::Skipped
            }
            'b' => Escaped::Anchor(r"\b"),
            'B' => Escaped::Anchor(r"\B"),
            'A' => Escaped::Anchor(r"\A"),
            'z' => Escaped::Anchor(r"\z"),
            't' => Escaped::Character('\t'),
            'n' => Escaped::Character('\n'),
            'r' => Escaped::Character('\r'),
            'f' => Escaped::Character('\u{C}'),
            'a' => Escaped::Character('\u{7}'),
            'e' => Escaped::Character('\u{1B}'),
            '0' => self.octal(start)?,
            'x' => self.hexadecimal(start)?,
            'u' => {
                let c = self.digits(4, 16);
                c.map(Escaped::Character)
                    .ok_or(Stop::Invalid(start, "illegal Unicode escape sequence"))?
            }
            'c' => match self.next() {
                Some(c) if c.is_ascii() => Escaped::Character(char::from(c as u8 ^ 64)),
                Some(_) => self.skipped("\\c before a letter outside of ASCII"),
                None => return Err(Stop::Invalid(start, "illegal control escape sequence")),
            },
            'Z' | 'G' | 'R' | 'X' => self.skipped("\\Z, \\G, \\R and \\X"),
            'h' | 'H' | 'v' | 'V' => self.skipped("\\h and \\v"),
            'p' | 'P' | 'N' => {
                // Java knows hundreds of names; one that it does not know would be an error.
                match self.takes('{') {
                    true => match self.text[self.at..].find('}') {
                        Some(end) => self.at += end + 1,
                        None => return self.invalid("unclosed character family"),
                    },
                    false if c == 'N' => {
                        return self.invalid("illegal character name escape sequence");
                    }
                    false => {
                        self.next();
                    }
                }
                self.skipped("\\p and \\N")
            }
            'k' => {
                let known = self.takes('<')
                    && self.text[self.at..].find('>').is_some_and(|end| {
                        let name = &self.text[self.at..self.at + end];
                        let given = format!("(?<{name}>");
                        self.text[..start].contains(&given)
                    });
                match self.text[self.at..].find('>').filter(|_| known) {
                    Some(end) => self.at += end + 1,
                    None => return Err(Stop::Invalid(start, "\\k names no group")),
                }
                self.skipped("back-references")
            }
            '1'..='9' => self.skipped("back-references"),
            c if c.is_ascii_alphabetic() => {
                return Err(Stop::Invalid(start, "illegal/unsupported escape sequence"));
            }
            c => Escaped::Character(c),
        })
    }

    fn skipped(&mut self, why: &'static str) -> Escaped {
        self.skip(why);
        Escaped::Skipped
    }

    /// Up to three octal digits, at most 0377.
    fn octal(&mut self, start: usize) -> Read<Escaped> {
        let rest = &self.text.as_bytes()[self.at..];
        let digits = rest.iter().take_while(|b| matches!(b, b'0'..=b'7')).count();
        let most = if rest.first() <= Some(&b'3') { 3 } else { 2 };
        match self.digits(digits.min(most), 8).filter(|_| digits > 0) {
            Some(c) => Ok(Escaped::Character(c)),
            None => Err(Stop::Invalid(start, "illegal octal escape sequence")),
        }
    }

    /// `\xhh` or `\x{h…}`.
    fn hexadecimal(&mut self, start: usize) -> Read<Escaped> {
        let illegal = Stop::Invalid(start, "illegal hexadecimal escape sequence");
        let c = if self.takes('{') {
            let end = self.text[self.at..].find('}');
            let c = end.and_then(|end| self.digits(end, 16));
            self.takes('}').then_some(c).flatten()
        } else {
            self.digits(2, 16)
        };
        c.map(Escaped::Character).ok_or(illegal)
    }

    /// The character that the next `count` digits name.
    fn digits(&mut self, count: usize, radix: u32) -> Option<char> {
        let text = self.text.get(self.at..self.at + count)?;
        let digits = !text.is_empty() && text.chars().all(|c| c.is_digit(radix));
        let number = digits
            .then(|| u32::from_str_radix(text, radix).ok())
            .flatten()?;
        self.at += count;
        match char::from_u32(number) {
            None if number <= 0xDFFF => {
                // Half a character, which Java may join with its other half.
                self.skip("surrogates");
                Some(' ')
            }
            c => c,
        }
    }
}

/// What a backslash and what follows it stand for.
pub(super) enum Escaped {
    Character(char),
    Class(&'static str),
    Anchor(&'static str),
    Skipped,
}
