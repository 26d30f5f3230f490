//! Why a file is not read at all.

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
