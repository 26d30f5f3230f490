//! Regular expressions as Java reads them (`java.util.regex.Pattern`, OpenJDK 17): whether one is valid, and whether the engine
//! here means the same by it.

mod class;
mod escape;

/// What an expression is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum JavaPattern {
    /// Valid, and evaluated here exactly, for the texts that [`Evaluable`] allows.
    Evaluable(Evaluable),
    /// Valid as far as can be seen, and not evaluated: says what keeps it from being so.
    NotEvaluable(&'static str),
    /// Java refuses it: where, and why.
    Invalid(usize, &'static str),
}

/// An expression that is evaluated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evaluable {
    /// The same in the syntax of the `regex` crate.
    pub translated: String,
    /// True when only texts in ASCII have the same matches in Java.
    pub ascii_only: bool,
    /// True when only texts without line breaks do.
    pub one_line_only: bool,
    /// True when Java may take exponential time for some text: a repetition inside a repetition.
    pub backtracks: bool,
}

/// Deepest nesting of groups that is looked at.
const DEEPEST: usize = 64;

/// Reads `pattern`.
pub fn java_pattern(pattern: &str) -> JavaPattern {
    let mut reader = Reader {
        text: pattern,
        at: 0,
        depth: 0,
        out: Evaluable {
            translated: String::new(),
            ascii_only: false,
            one_line_only: false,
            backtracks: false,
        },
        not_evaluable: None,
    };
    // What removes `\Q…\E` runs before everything else in Java and changes what stands behind it.
    if pattern.contains("\\Q") {
        return JavaPattern::NotEvaluable("\\Q…\\E");
    }
    match reader.alternatives() {
        Err(Stop::Invalid(at, why)) => JavaPattern::Invalid(at, why),
        Err(Stop::TooDeep) => JavaPattern::NotEvaluable("groups or classes nested too deeply"),
        Ok(_) if reader.peek() == Some(')') => {
            JavaPattern::Invalid(reader.at, "unmatched closing `)`")
        }
        Ok(_) => match reader.not_evaluable {
            Some(why) => JavaPattern::NotEvaluable(why),
            None => JavaPattern::Evaluable(reader.out),
        },
    }
}

enum Stop {
    Invalid(usize, &'static str),
    TooDeep,
}

type Read<T> = Result<T, Stop>;

struct Reader<'p> {
    text: &'p str,
    at: usize,
    depth: usize,
    out: Evaluable,
    not_evaluable: Option<&'static str>,
}

/// What was read, as far as what follows needs to know it.
#[derive(Clone, Copy, Default)]
struct Seen {
    /// It holds a repetition without a bound.
    unbounded: bool,
}

impl Reader<'_> {
    fn peek(&self) -> Option<char> {
        self.text[self.at..].chars().next()
    }

    fn next(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.at += c.len_utf8();
        Some(c)
    }

    fn takes(&mut self, c: char) -> bool {
        let here = self.peek() == Some(c);
        if here {
            self.at += c.len_utf8();
        }
        here
    }

    fn invalid<T>(&self, why: &'static str) -> Read<T> {
        Err(Stop::Invalid(self.at, why))
    }

    fn skip(&mut self, why: &'static str) {
        self.not_evaluable.get_or_insert(why);
    }

    fn literal(&mut self, c: char) {
        self.out
            .translated
            .push_str(&format!("\\x{{{:X}}}", c as u32));
    }

    /// Up to the `)` that closes the group, or the end.
    fn alternatives(&mut self) -> Read<Seen> {
        let mut seen = Seen::default();
        loop {
            match self.peek() {
                None | Some(')') => return Ok(seen),
                Some('|') => {
                    self.next();
                    self.out.translated.push('|');
                }
                Some(_) => seen.unbounded |= self.repeated()?.unbounded,
            }
        }
    }

    /// One thing, and how often.
    fn repeated(&mut self) -> Read<Seen> {
        let start = self.out.translated.len();
        let (seen, repeats) = self.thing()?;
        if !repeats {
            return Ok(seen);
        }
        let bound = match self.peek() {
            Some('?') => "?".to_owned(),
            Some(c @ ('*' | '+')) => c.to_string(),
            Some('{') => self.counted()?,
            _ => return Ok(seen),
        };
        if !bound.starts_with('{') {
            self.next();
        }
        match self.peek() {
            // Whether something is found does not depend on how much of it is.
            Some('?') => {
                self.next();
            }
            Some('+') => {
                self.next();
                self.skip("possessive quantifiers");
            }
            _ => {}
        }
        if self.peek() == Some('{') {
            self.skip("a count behind a quantifier");
        }
        let unbounded = matches!(bound.as_str(), "*" | "+") || bound.ends_with(",}");
        self.out.backtracks |= unbounded && seen.unbounded;
        let thing = self.out.translated.split_off(start);
        self.out.translated.push_str(&format!("(?:{thing}){bound}"));
        Ok(Seen {
            unbounded: unbounded || seen.unbounded,
        })
    }

    /// `{n}`, `{n,}`, `{n,m}`.
    fn counted(&mut self) -> Read<String> {
        let start = self.at;
        self.next();
        let least = self.number("illegal repetition")?;
        let mut most = Some(least);
        if self.takes(',') {
            most = match self.peek() {
                Some('}') => None,
                _ => Some(self.number("unclosed counted closure")?),
            };
        }
        if !self.takes('}') {
            return self.invalid("unclosed counted closure");
        }
        if most.is_some_and(|most| most < least) {
            return Err(Stop::Invalid(start, "illegal repetition range"));
        }
        Ok(match most {
            None => format!("{{{least},}}"),
            Some(most) => format!("{{{least},{most}}}"),
        })
    }

    fn number(&mut self, none: &'static str) -> Read<u32> {
        let digits = self.text[self.at..]
            .bytes()
            .take_while(u8::is_ascii_digit)
            .count();
        let text = &self.text[self.at..self.at + digits];
        if digits == 0 {
            return self.invalid(none);
        }
        self.at += digits;
        match text.parse::<u32>() {
            Ok(number) if i32::try_from(number).is_ok() => Ok(number),
            _ => self.invalid("illegal repetition range"),
        }
    }

    /// A character, a class, a group, an anchor; and whether it may be repeated.
    fn thing(&mut self) -> Read<(Seen, bool)> {
        let plain = Ok((Seen::default(), true));
        let Some(c) = self.peek() else {
            return plain;
        };
        match c {
            '*' | '+' | '?' => return self.invalid("dangling meta character"),
            '{' => {
                let next = self.text[self.at + 1..].bytes().next();
                if !next.is_some_and(|b| b.is_ascii_digit()) {
                    return self.invalid("illegal repetition");
                }
                self.skip("a count behind nothing");
                self.counted()?;
            }
            '(' => return self.group(),
            '[' => self.class()?,
            '\\' => self.escape()?,
            '.' => {
                self.next();
                self.out.one_line_only = true;
                self.out
                    .translated
                    .push_str(r"[^\n\r\x{85}\x{2028}\x{2029}]");
            }
            '^' | '$' => {
                self.next();
                self.out.one_line_only = true;
                self.out
                    .translated
                    .push_str(if c == '^' { r"\A" } else { r"\z" });
            }
            c => {
                self.next();
                self.literal(c);
            }
        }
        plain
    }

    fn group(&mut self) -> Read<(Seen, bool)> {
        let start = self.at;
        self.next();
        if self.depth == DEEPEST {
            return Err(Stop::TooDeep);
        }
        let mut open = "(?:".to_owned();
        if self.takes('?') {
            match self.next() {
                Some(':') => {}
                Some('=' | '!') => self.skip("look-ahead"),
                Some('>') => self.skip("atomic groups"),
                Some('<') => match self.peek() {
                    Some('=' | '!') => {
                        self.next();
                        self.skip("look-behind");
                    }
                    _ => self.group_name()?,
                },
                _ => {
                    self.at = start + 2;
                    let flags = self.flags()?;
                    match self.next() {
                        // Flags for the rest of the group that this stands in.
                        Some(')') => {
                            self.out
                                .translated
                                .push_str(&format!("(?{flags})").replace("(?)", ""));
                            return Ok((Seen::default(), false));
                        }
                        Some(':') => open = format!("(?{flags}:"),
                        _ => return self.invalid("unknown inline modifier"),
                    }
                }
            }
        }
        self.out.translated.push_str(&open);
        self.depth += 1;
        let seen = self.alternatives()?;
        self.depth -= 1;
        if !self.takes(')') {
            return self.invalid("unclosed group");
        }
        self.out.translated.push(')');
        Ok((seen, true))
    }

    fn group_name(&mut self) -> Read<()> {
        let rest = &self.text[self.at..];
        let length = rest.bytes().take_while(u8::is_ascii_alphanumeric).count();
        if !rest.starts_with(|c: char| c.is_ascii_alphabetic()) {
            return self.invalid("a group's name does not start with a letter");
        }
        let name = &rest[..length];
        // A name may be given once; whoever gives one twice is found by looking back.
        let given = format!("(?<{name}>");
        if self.text[..self.at].contains(&given) {
            return self.invalid("the group's name is already defined");
        }
        self.at += length;
        match self.takes('>') {
            true => Ok(()),
            false => self.invalid("a group's name is not closed by `>`"),
        }
    }

    /// Inline flags, in the syntax of the engine here.
    fn flags(&mut self) -> Read<String> {
        let mut flags = String::new();
        let mut off = false;
        while let Some(c) = self.peek() {
            match c {
                'i' => {
                    // Java folds ASCII alone, the engine here all letters.
                    self.out.ascii_only = true;
                    flags.push('i');
                }
                // Without line breaks in the text these change nothing.
                's' | 'm' | 'd' => self.out.one_line_only = true,
                'u' | 'U' | 'x' => self.skip("the flags u, U and x"),
                '-' if !off => {
                    off = true;
                    flags.push('-');
                }
                _ => break,
            }
            self.next();
        }
        match flags.strip_suffix('-') {
            Some(on) => Ok(on.to_owned()),
            None => Ok(flags),
        }
    }
}
