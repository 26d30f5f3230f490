//! Values: text where it stands, or text that was put together and remembers where it comes from.

use crate::source::{Input, Span, State, Text, TooLarge};

/// Longest value in bytes.
pub(super) const LONGEST_VALUE: usize = 64 * 1024;

/// Text that stands in no file: it will lie behind all files of an input, as a file of its own.
#[derive(Debug)]
pub(super) struct Texts {
    base: u32,
    bytes: Vec<u8>,
    derived: Vec<(u32, Span)>,
    /// What another reader made of text farther behind.
    behind: Option<Box<Texts>>,
}

impl Texts {
    /// No text yet; it will lie behind the files of `input`, to which no other file may be added before.
    pub fn new(input: &Input) -> Self {
        let end = input.files().last().map_or(0, |file| {
            let length = file.state.bytes().map_or(0, <[u8]>::len);
            file.base() as usize + length + 1
        });
        Texts {
            base: u32::try_from(end).unwrap_or(u32::MAX),
            bytes: Vec::new(),
            derived: Vec::new(),
            behind: None,
        }
    }

    /// No text yet, for a reader that goes over `behind` bytes while this one goes over `before` more, and nothing made of text is
    /// longer than what it is made of. `None` when there are no offsets left for it.
    pub fn beside(&self, before: usize, behind: usize) -> Option<Self> {
        let base = self.base as usize + self.bytes.len() + before + 1;
        u32::try_from(base + behind + 1).ok()?;
        Some(Texts {
            base: u32::try_from(base).ok()?,
            bytes: Vec::new(),
            derived: Vec::new(),
            behind: None,
        })
    }

    /// Takes in what a reader made for which [`Texts::beside`] was called here.
    pub fn append(&mut self, mut other: Texts) {
        self.derived.append(&mut other.derived);
        self.behind = Some(Box::new(other));
    }

    /// Takes in `text`, which `source` says in another way.
    pub fn push(&mut self, text: &[u8], source: Span) -> Text {
        let start = self.base.saturating_add(self.bytes.len() as u32);
        self.bytes.extend_from_slice(text);
        self.derived.push((start, source));
        Span::new(start, text.len() as u32)
    }

    /// Where `text` comes from: itself, unless it was pushed here.
    pub fn source(&self, text: Text) -> Span {
        let behind = self
            .derived
            .partition_point(|(start, _)| *start <= text.start);
        let made = behind.checked_sub(1).and_then(|at| self.derived.get(at));
        made.map_or(text, |(_, source)| *source)
    }

    /// True for text that was pushed here.
    pub fn is_made(&self, text: Text) -> bool {
        let is_behind = || {
            self.behind
                .as_ref()
                .is_some_and(|other| other.is_made(text))
        };
        text.start >= self.base && !self.bytes.is_empty() || is_behind()
    }

    /// The bytes of `text`, which stands in `input` or was pushed here.
    pub fn bytes<'s>(&'s self, input: &'s Input, text: Text) -> &'s [u8] {
        if let Some(behind) = self.behind.as_ref().filter(|other| other.is_made(text)) {
            return behind.bytes(input, text);
        }
        match text.start.checked_sub(self.base) {
            Some(at) if !self.bytes.is_empty() => {
                let at = at as usize;
                self.bytes.get(at..at + text.len as usize).unwrap_or(&[])
            }
            _ => input.bytes(text),
        }
    }

    /// Lays the text behind the files of `input`; returns where it comes from.
    ///
    /// # Errors
    /// 4 GiB.
    pub fn finish(self, input: &mut Input) -> Result<Vec<(u32, Span)>, TooLarge> {
        let parts = [(self.base, self.bytes)].into_iter();
        let parts = parts.chain(self.behind.map(|other| (other.base, other.bytes)));
        for (base, bytes) in parts.filter(|(_, bytes)| !bytes.is_empty()) {
            let path = input
                .files()
                .last()
                .map_or("-".into(), |file| file.path.clone());
            input.push_at(base, "", &path, State::Bytes(bytes))?;
        }
        Ok(self.derived)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_that_was_made_lies_behind_the_files() {
        let mut input = Input::single("f", "f", b"a&amp;b".to_vec()).unwrap();
        let mut texts = Texts::new(&input);
        let source = Span::new(0, 7);
        let first = texts.push(b"a&b", source);
        let second = texts.push(b"", Span::new(3, 2));
        assert_eq!(texts.bytes(&input, first), b"a&b");
        assert_eq!(texts.bytes(&input, Span::new(1, 5)), b"&amp;");
        let derived = texts.finish(&mut input).unwrap();
        assert_eq!(input.bytes(first), b"a&b");
        assert_eq!(
            derived,
            [(first.start, source), (second.start, Span::new(3, 2))]
        );
    }

    #[test]
    fn text_that_two_made_lies_behind_one_another() {
        let mut input = Input::single("f", "f", b"a&amp;b".to_vec()).unwrap();
        let source = Span::new(0, 7);
        for made in [true, false] {
            let mut texts = Texts::new(&input);
            let mut other = texts.beside(3, 4).unwrap();
            let first = made.then(|| texts.push(b"a&b", source));
            let second = other.push(b"b", Span::new(6, 1));
            texts.append(other);
            assert!(first.is_none_or(|text| texts.bytes(&input, text) == b"a&b"));
            assert!(texts.is_made(second) && !texts.is_made(source));
            assert_eq!(texts.bytes(&input, second), b"b");
            assert_eq!(texts.source(second), Span::new(6, 1));
            let derived = texts.finish(&mut input).unwrap();
            assert!(first.is_none_or(|text| input.bytes(text) == b"a&b"));
            assert_eq!(input.bytes(second), b"b");
            assert_eq!(derived.last(), Some(&(second.start, Span::new(6, 1))));
            input.truncate(1);
        }
        let texts = Texts::new(&input);
        assert!(texts.beside(1 << 31, 1 << 30).is_some());
        assert!(texts.beside(1 << 31, 1 << 31).is_none());
    }
}
