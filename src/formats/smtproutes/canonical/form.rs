//! From a table to its canonical form.

use super::super::dialect::Dialect;
use super::super::directive::stated_dialect;
use super::left::{Kept, Left, Tally};
use super::line::{Changes, Kind, Line, Rules, lines, push_entry};
use super::skarnet::{Bond, allowed, bond};
use crate::control::strip_trailing;

/// How much is unified.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Depth {
    /// Everything.
    Whole,
    /// Comments, blank lines and the final line end; the bytes of routes stay.
    Layout,
}

/// A canonical form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Canonical {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// What was left as it is because of a dialect.
    pub left: Vec<Left>,
}

/// The canonical form of a table that the dialects of `promise` go on reading as before.
///
/// Total and linear; the result is at most one byte longer than `bytes`. The form of a form is itself.
pub fn canonical(bytes: &[u8], promise: &[&'static Dialect], depth: Depth) -> Canonical {
    let rules = Rules::new(promise);
    let bond = match depth {
        Depth::Whole => bond(bytes, rules),
        Depth::Layout => Bond::Free,
    };
    let mut writer = Writer {
        out: Vec::with_capacity(bytes.len() + 1),
        blank: None,
        rules,
        bond,
        depth,
        tally: Tally::default(),
    };
    let mut start = 0;
    for (number, line) in lines(bytes, rules).enumerate() {
        writer.line(number, &line, &bytes[start..]);
        start += line.text.len() + 1;
    }
    writer.end()
}

struct Writer<'t> {
    out: Vec<u8>,
    /// Blank lines since the last other one: one of them is written before the next, with the blanks that must stay.
    blank: Option<&'t [u8]>,
    rules: Rules,
    bond: Bond,
    depth: Depth,
    tally: Tally,
}

impl<'t> Writer<'t> {
    /// `rest` begins with the line.
    fn line(&mut self, number: usize, line: &Line<'t>, rest: &[u8]) {
        if line.kind == Kind::Blank {
            return self.blank_line(number, line);
        }
        if let Some(blank) = self.blank.take() {
            // A file must not begin to name its dialect, nor with a byte order mark.
            let hides = || match line.kind {
                Kind::Comment => stated_dialect(rest).is_some(),
                _ => line.text.starts_with(b"\xEF\xBB\xBF"),
            };
            if !self.out.is_empty() || !blank.is_empty() || hides() {
                self.out.extend_from_slice(blank);
                self.out.push(b'\n');
            }
        }
        match (line.kind, self.depth) {
            (Kind::Comment, _) => self.out.extend_from_slice(comment(line.text)),
            (Kind::Entry { .. }, Depth::Whole) => self.entry(number, line),
            _ => self.out.extend_from_slice(line.text),
        }
        self.out.push(b'\n');
    }

    fn blank_line(&mut self, number: usize, line: &Line<'t>) {
        let kept = match self.depth {
            // Blanks are an error to skarnet, wherever they stand.
            Depth::Layout => self.rules.skarnet || line.text.contains(&b'\r'),
            Depth::Whole => !allowed(self.bond, number, line).trailing,
        };
        if kept && !line.text.is_empty() {
            if self.depth == Depth::Whole {
                self.tally.add(Kept::TrailingBlanks, number);
            } else if let Some(before) = self.blank.filter(|before| !before.is_empty()) {
                // Each of them stays, so that nothing is first that was not.
                self.out.extend_from_slice(before);
                self.out.push(b'\n');
            }
            self.blank = Some(line.text);
        } else {
            self.blank.get_or_insert(b"");
        }
    }

    fn entry(&mut self, number: usize, line: &Line<'t>) {
        let start = self.out.len();
        let changes = match self.bond {
            Bond::Free => Changes::ALL,
            _ => allowed(self.bond, number, line),
        };
        push_entry(&mut self.out, line, changes);
        let written = &self.out[start..];
        let mut most = Vec::new();
        if changes != Changes::ALL {
            push_entry(&mut most, line, Changes::ALL);
            if changes.key_case != Changes::ALL.key_case && differs_in_key(&most, written) {
                self.tally.add(Kept::KeyCase, number);
            }
            if !changes.trailing && line.text.len() > line.body.len() {
                self.tally.add(Kept::TrailingBlanks, number);
            }
        }
        if line.kind == (Kind::Entry { password: true }) {
            let free = Line {
                kind: Kind::Entry { password: false },
                ..*line
            };
            most.clear();
            push_entry(&mut most, &free, changes);
            if most != written {
                self.tally.add(Kept::Password, number);
            }
        }
        if line.body.last() == Some(&b'\r') {
            self.tally.add(Kept::CarriageReturn, number);
        }
    }

    /// Blank lines at the end go, but for one that must stay.
    fn end(mut self) -> Canonical {
        if let Some(blank) = self.blank.filter(|blank| !blank.is_empty()) {
            self.out.extend_from_slice(blank);
            self.out.push(b'\n');
        }
        Canonical {
            bytes: self.out,
            left: self.tally.finish(),
        }
    }
}

fn differs_in_key(a: &[u8], b: &[u8]) -> bool {
    fn key(text: &[u8]) -> &[u8] {
        &text[..memchr::memchr(b':', text).unwrap_or(text.len())]
    }
    key(a) != key(b)
}

/// A comment without blanks and CR at its end. No reader looks into one that begins in the first column, unless NUL ends it.
fn comment(text: &[u8]) -> &[u8] {
    let mut text = strip_trailing(text);
    while let Some(shorter) = text.strip_suffix(b"\r") {
        text = strip_trailing(shorter);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::smtproutes::DIALECTS;

    fn promise(names: &[&str]) -> Vec<&'static Dialect> {
        let all = DIALECTS.iter();
        all.filter(|d| names.is_empty() || names.contains(&d.name))
            .collect()
    }

    fn form(text: &str, names: &[&str]) -> (String, Vec<(Kept, usize, usize)>) {
        let whole = canonical(text.as_bytes(), &promise(names), Depth::Whole);
        let again = canonical(&whole.bytes, &promise(names), Depth::Whole);
        assert_eq!(again.bytes, whole.bytes, "{text:?}");
        let left = whole.left.iter().map(|l| (l.kept, l.lines, l.first));
        (
            String::from_utf8(whole.bytes.clone()).unwrap(),
            left.collect(),
        )
    }

    #[test]
    fn layout() {
        let (text, left) = form("\n \n# a \r\n\n\t\n\nA:B \n\n#b\r\nzoo:c\n\n\n", &[]);
        assert_eq!(text, "# a\n\na:b\n\n#b\nzoo:c\n");
        assert!(left.is_empty());
        assert_eq!(form("", &[]).0, "");
        assert_eq!(form("\n\n", &[]).0, "");
        assert_eq!(form("_:x", &[]).0, "_:x\n");
    }

    #[test]
    fn skarnet_decides_for_the_file() {
        let (text, left) = form("A:B:025\n", &[]);
        assert_eq!(text, "A:b:25\n");
        assert_eq!(left, [(Kept::KeyCase, 1, 1)]);
        assert_eq!(form("A:B\n", &["notqmail", "courier"]).0, "a:b\n");
        let (text, left) = form("A:B\nC:D \nE:F \n", &[]);
        assert_eq!(text, "a:b\nc:d \ne:f\n");
        assert_eq!(left, [(Kept::TrailingBlanks, 1, 2)]);
        let (text, left) = form("A:B\n \n\n \n", &[]);
        assert_eq!(text, "a:b\n \n");
        assert_eq!(left, [(Kept::TrailingBlanks, 1, 2)]);
        assert_eq!(form("A:B \nzoo:x\n", &[]).0, "a:b\nzoo:x\n");
    }

    #[test]
    fn passwords_and_line_ends_stay() {
        let (text, left) = form("zoo:mx|u\nA:B \nC:D\r\n", &[]);
        assert_eq!(text, "zoo:mx|u\nA:B\nc:D\r\n");
        assert_eq!(left, [(Kept::Password, 1, 2), (Kept::CarriageReturn, 1, 3)]);
        assert_eq!(form("zoo:mx|u\nA:B\n", &["notqmail"]).0, "zoo:mx|u\na:b\n");
        assert_eq!(form("A:B\r\n\r\n", &["courier"]).0, "a:b\n");
    }

    #[test]
    fn a_file_does_not_begin_to_name_its_dialect() {
        let text = "\n\n# x\n# qroute: dialect courier \nzoo:b\n";
        assert_eq!(
            form(text, &[]).0,
            "\n# x\n# qroute: dialect courier\nzoo:b\n"
        );
    }
}
