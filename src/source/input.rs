//! What a reader is given: files with their states.

use std::fmt;
use std::sync::{Arc, OnceLock};

use super::{LineIndex, Span, Visible, masked_entry, open_len_of_entry};

/// What became of opening and reading a file, as the products tell states apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// It was read.
    Bytes(Vec<u8>),
    /// `ENOENT`: no such file; a dangling symbolic link too.
    Missing,
    /// It opens, but reading fails because it is a directory (`EISDIR`).
    Directory,
    /// Opening or reading failed otherwise; the number is `errno` (`EACCES`, `ELOOP`, …).
    Unreadable(i32),
    /// It exists and is not read here: a store reads it piece by piece. Holds its size in bytes.
    Unread(u64),
}

impl State {
    /// The bytes, when it was read.
    pub fn bytes(&self) -> Option<&[u8]> {
        match self {
            State::Bytes(bytes) => Some(bytes),
            _ => None,
        }
    }
}

/// One file of an [`Input`].
#[derive(Debug)]
pub struct File {
    /// The role: the name that the product knows it by (`smtproutes`, `locals`, `smtproutes.d/example.org`).
    pub name: String,
    /// What to call it in messages: its path, or `-`.
    pub path: Arc<str>,
    /// Its bytes, or why there are none.
    pub state: State,
    base: u32,
    first_line: u64,
    lines: OnceLock<LineIndex>,
}

impl File {
    /// Offset of the file's first byte in the input's space.
    pub fn base(&self) -> u32 {
        self.base
    }

    fn len(&self) -> usize {
        self.state.bytes().map_or(0, <[u8]>::len)
    }

    fn holds(&self, offset: u32) -> bool {
        let start = self.base as usize;
        (start..=start + self.len()).contains(&(offset as usize))
    }
}

/// A place to show to a person: file, line and column (both from 1, columns in bytes).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Path of the file.
    pub file: Arc<str>,
    /// Line, from 1.
    pub line: u64,
    /// Column in bytes, from 1.
    pub column: u64,
}

impl fmt::Display for Place {
    /// `file:line:column`, with hostile bytes escaped.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}:{}:{}",
            Visible(self.file.as_bytes()),
            self.line,
            self.column
        )
    }
}

/// The files of an input hold 4 GiB or more together.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("the input holds 4 GiB or more; tables of that size are not read")]
pub struct TooLarge;

/// The files that a reader is given, in the order it asked for them.
#[derive(Debug, Default)]
pub struct Input {
    files: Vec<File>,
    /// Where secrets stand, in ascending order; `None` as long as nobody knows, so that whatever may be one is hidden.
    secrets: Option<Vec<Span>>,
}

impl Input {
    /// An input of one file called `name`, at `path`, that holds `bytes`.
    ///
    /// # Errors
    /// [`TooLarge`] from 4 GiB.
    pub fn single(name: &str, path: &str, bytes: Vec<u8>) -> Result<Self, TooLarge> {
        let mut input = Input::default();
        input.push(name, path, State::Bytes(bytes))?;
        Ok(input)
    }

    /// Adds a file.
    ///
    /// # Errors
    /// [`TooLarge`] when all files together reach 4 GiB; nothing is added then.
    pub fn push(&mut self, name: &str, path: &str, state: State) -> Result<(), TooLarge> {
        self.push_part(name, path, state, 1)
    }

    /// Adds a piece of a file whose first line is line `first_line` of the whole file.
    ///
    /// # Errors
    /// As [`Input::push`].
    pub fn push_part(
        &mut self,
        name: &str,
        path: &str,
        state: State,
        first_line: u64,
    ) -> Result<(), TooLarge> {
        let end = self.end();
        let base = u32::try_from(end).map_err(|_| TooLarge)?;
        self.push_file(base, name, path, state, first_line)
    }

    /// Adds a file whose first byte has the offset `base`, or the first one that is free behind it.
    ///
    /// # Errors
    /// As [`Input::push`].
    pub fn push_at(
        &mut self,
        base: u32,
        name: &str,
        path: &str,
        state: State,
    ) -> Result<(), TooLarge> {
        let end = u32::try_from(self.end()).map_err(|_| TooLarge)?;
        self.push_file(base.max(end), name, path, state, 1)
    }

    /// Where the next file begins: one offset between files keeps the end of one apart from the start of the next.
    fn end(&self) -> usize {
        let last = self.files.last();
        last.map_or(0, |f| f.base as usize + f.len() + 1)
    }

    fn push_file(
        &mut self,
        base: u32,
        name: &str,
        path: &str,
        state: State,
        first_line: u64,
    ) -> Result<(), TooLarge> {
        let end = base as usize + state.bytes().map_or(0, <[u8]>::len) + 1;
        if u32::try_from(end).is_err() {
            return Err(TooLarge);
        }
        self.files.push(File {
            name: name.to_owned(),
            path: path.into(),
            state,
            base,
            first_line,
            lines: OnceLock::new(),
        });
        Ok(())
    }

    /// The files, in order.
    pub fn files(&self) -> &[File] {
        &self.files
    }

    /// Gives file `index` another role: the same table has another name in another product.
    pub fn rename(&mut self, index: usize, name: &str) {
        if let Some(file) = self.files.get_mut(index) {
            name.clone_into(&mut file.name);
        }
    }

    /// Says where all secrets stand, in ascending order: a reader of a format that has them in places of their own knows.
    pub fn set_secrets(&mut self, secrets: Vec<Span>) {
        self.secrets = Some(secrets);
    }

    /// True as long as nobody has said where secrets stand.
    pub fn is_blind(&self) -> bool {
        self.secrets.is_none()
    }

    /// How many bytes of the line `text`, which begins at `start`, may be shown; the rest may be a secret.
    pub fn open_len_of_line(&self, start: u32, text: &[u8]) -> usize {
        match &self.secrets {
            None => open_len_of_entry(text),
            Some(secrets) => {
                let first = secrets.partition_point(|secret| secret.end() <= start);
                let secret = secrets.get(first);
                secret.map_or(text.len(), |secret| {
                    (secret.start.saturating_sub(start) as usize).min(text.len())
                })
            }
        }
    }

    /// The bytes of `span` with `…` in the place of each secret; hidden blindly as long as nobody knows where they stand.
    pub fn shown(&self, span: Span) -> Vec<u8> {
        let bytes = self.bytes(span);
        let Some(secrets) = &self.secrets else {
            return masked_entry(bytes).into_owned();
        };
        let first = secrets.partition_point(|secret| secret.end() <= span.start);
        let mut out = Vec::with_capacity(bytes.len());
        let mut at = span.start;
        for secret in &secrets[first..] {
            if secret.start >= span.end() {
                break;
            }
            let (from, to) = (secret.start.max(span.start), secret.end().min(span.end()));
            out.extend_from_slice(self.bytes(Span::new(at, from.saturating_sub(at))));
            out.extend_from_slice("…".as_bytes());
            at = to.max(at);
        }
        out.extend_from_slice(self.bytes(Span::new(at, span.end().saturating_sub(at))));
        out
    }

    /// Drops the files behind the first `count`.
    pub fn truncate(&mut self, count: usize) {
        self.files.truncate(count);
    }

    /// The bytes of the first file, taken back; empty when it was not read.
    pub fn into_bytes(self) -> Vec<u8> {
        match self.files.into_iter().next().map(|file| file.state) {
            Some(State::Bytes(bytes)) => bytes,
            _ => Vec::new(),
        }
    }

    /// The file with the role `name`.
    pub fn file(&self, name: &str) -> Option<&File> {
        self.files.iter().find(|f| f.name == name)
    }

    /// The file that `span` lies in.
    pub fn file_of(&self, span: Span) -> Option<&File> {
        // Most inputs are one table, and every key is looked at through here.
        if let [file] = self.files.as_slice() {
            return file.holds(span.start).then_some(file);
        }
        let after = self.files.partition_point(|f| f.base <= span.start);
        self.files
            .get(after.checked_sub(1)?)
            .filter(|f| f.holds(span.start))
    }

    /// The bytes that `span` covers; empty when it lies in no file.
    pub fn bytes(&self, span: Span) -> &[u8] {
        let Some(file) = self.file_of(span) else {
            return &[];
        };
        let start = (span.start - file.base) as usize;
        file.state
            .bytes()
            .and_then(|b| b.get(start..start + span.len as usize))
            .unwrap_or(&[])
    }

    /// The whole line that `span` begins in, without its LF; empty when it lies in no file with bytes.
    pub fn line_of(&self, span: Span) -> &[u8] {
        self.bytes(self.line_span(span))
    }

    /// Where [`Input::line_of`] stands.
    pub fn line_span(&self, span: Span) -> Span {
        let found = self
            .file_of(span)
            .and_then(|file| Some((file.base, file.state.bytes()?)));
        let Some((base, bytes)) = found else {
            return Span::new(span.start, 0);
        };
        let at = ((span.start - base) as usize).min(bytes.len());
        let start = memchr::memrchr(b'\n', &bytes[..at]).map_or(0, |lf| lf + 1);
        let end = memchr::memchr(b'\n', &bytes[at..]).map_or(bytes.len(), |lf| at + lf);
        Span::at(base, start..end)
    }

    /// The same files, with `bytes` as the content of file `index`.
    ///
    /// # Errors
    /// [`TooLarge`].
    pub fn with_bytes(self, index: usize, bytes: Vec<u8>) -> Result<Self, TooLarge> {
        let mut input = Input::default();
        let mut bytes = Some(bytes);
        for (number, file) in self.files.into_iter().enumerate() {
            let state = match bytes.take_if(|_| number == index) {
                Some(bytes) => State::Bytes(bytes),
                None => file.state,
            };
            input.push_part(&file.name, &file.path, state, file.first_line)?;
        }
        Ok(input)
    }

    /// File, line and column of the first byte of `span`. The index of lines is made at the first call.
    pub fn place(&self, span: Span) -> Option<Place> {
        let file = self.file_of(span)?;
        let bytes = file.state.bytes()?;
        let index = file.lines.get_or_init(|| LineIndex::new(bytes));
        let (line, column) = index.locate(bytes, span.start - file.base);
        Some(Place {
            file: file.path.clone(),
            line: line + file.first_line - 1,
            column,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_hidden_where_they_stand() {
        let mut input = Input::single("a", "a", b"host:u:pw x\nother:pw\n".to_vec()).unwrap();
        let shown = |input: &Input, start, len| {
            String::from_utf8(input.shown(Span::new(start, len))).unwrap()
        };
        assert_eq!(shown(&input, 0, 11), "host:u:pw …");
        assert_eq!(input.open_len_of_line(0, b"host:u:pw x"), 10);
        input.set_secrets(vec![Span::new(7, 2), Span::new(18, 2)]);
        assert_eq!(shown(&input, 0, 11), "host:u:… x");
        assert_eq!(shown(&input, 8, 13), "… x\nother:…\n");
        assert_eq!(input.open_len_of_line(0, b"host:u:pw x"), 7);
        assert_eq!(input.open_len_of_line(12, b"other:pw"), 6);
        assert_eq!(input.open_len_of_line(21, b"x"), 1);
    }

    #[test]
    fn spans_of_two_files_do_not_meet() {
        let mut input = Input::default();
        input
            .push("a", "/c/a", State::Bytes(b"one\ntwo\n".to_vec()))
            .unwrap();
        input.push("b", "/c/b", State::Missing).unwrap();
        input
            .push("c", "/c/c", State::Bytes(b"three\n".to_vec()))
            .unwrap();
        let two = Span::new(4, 3);
        assert_eq!(input.bytes(two), b"two");
        let place = input.place(two).unwrap();
        assert_eq!((&*place.file, place.line, place.column), ("/c/a", 2, 1));
        let base = input.file("c").unwrap().base();
        let three = Span::new(base + 1, 4);
        assert_eq!(input.bytes(three), b"hree");
        let place = input.place(three).unwrap();
        assert_eq!((&*place.file, place.line, place.column), ("/c/c", 1, 2));
        assert_eq!(input.bytes(Span::new(9999, 4)), b"");
    }
}
