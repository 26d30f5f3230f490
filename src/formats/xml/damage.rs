//! Why a file is not read at all.

use memchr::memmem;

use super::super::secrets::without_quoted;
use crate::diagnostic::{Finding, Severity};
use crate::source::Span;

/// What keeps a file from being read, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::formats) struct Damage {
    /// The rule that explains it.
    pub rule: &'static str,
    /// Offset in the text.
    pub at: usize,
    /// What is there.
    pub message: String,
    /// What to do.
    pub help: Option<&'static str>,
}

impl Damage {
    /// `message` about the byte `at`.
    pub fn new(rule: &'static str, at: usize, message: impl Into<String>) -> Self {
        Damage {
            rule,
            at,
            message: message.into(),
            help: None,
        }
    }

    /// The text is no XML.
    pub fn malformed(at: usize, message: impl std::fmt::Display) -> Self {
        Damage::new("malformed-xml", at, format!("not well-formed: {message}"))
    }

    /// The same damage, with advice.
    #[must_use]
    pub fn help(mut self, help: &'static str) -> Self {
        self.help = Some(help);
        self
    }

    /// Takes what the message quotes of `text` out of it, if the damage stands in one of `secrets`, or something is quoted that
    /// stands in one and is no name of an element elsewhere.
    pub fn hide(&mut self, text: &[u8], secrets: &[Span]) {
        if secrets.is_empty() {
            return;
        }
        let is_in = |span: &Span| (span.start as usize..=span.end() as usize).contains(&self.at);
        let quoted = self.message.split('`').skip(1);
        let quoted = quoted.map(|part| part.trim_matches(['<', '/', '>', '&', '#', ';']));
        let mut hidden = quoted.filter(|part| !part.is_empty()).filter(|part| {
            let is_secret = |span: &Span| {
                let secret = text.get(span.start as usize..span.end() as usize);
                memmem::find(secret.unwrap_or(b""), part.as_bytes()).is_some()
            };
            // What is shown in another way than it is written is not found.
            let perhaps = part.contains('\\') || secrets.iter().any(is_secret);
            perhaps && !is_tag_elsewhere(text, secrets, part.as_bytes())
        });
        let quotes = hidden.next().is_some();
        if quotes || secrets.iter().any(is_in) {
            self.message = without_quoted(&self.message);
        }
    }

    /// As a finding about a file that begins at `base` and holds `length` bytes.
    pub fn finding(self, base: u32, length: usize) -> Finding {
        let at = self.at.min(length);
        let span = Span::at(base, at..(at + 1).min(length));
        let finding = Finding::new(self.rule, Severity::Error, span, self.message)
            .effect("the file is refused whole: none of its routes is used, those before this place neither");
        match self.help {
            Some(help) => finding.help(help),
            None => finding,
        }
    }
}

/// True when an element called `name` begins outside of `secrets`.
fn is_tag_elsewhere(text: &[u8], secrets: &[Span], name: &[u8]) -> bool {
    let tag = [b"<", name].concat();
    memmem::find_iter(text, &tag).any(|at| {
        let after = secrets.partition_point(|span| span.end() as usize <= at);
        let hidden = secrets
            .get(after)
            .is_some_and(|span| span.start as usize <= at);
        let behind = text.get(at + tag.len()).copied().unwrap_or(b'>');
        let ends = behind.is_ascii_whitespace() || matches!(behind, b'>' | b'/');
        ends && !hidden
    })
}
