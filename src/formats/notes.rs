//! What a reader has to say about a file, and the text that it makes of it.

use std::borrow::Cow;

use super::names::{Host, Name};
use super::texts::Texts;
use crate::diagnostic::{Edit, Finding, Severity, Tally};
use crate::source::{Input, Span, Text, Visible};

/// Most problems of one rule that are held.
const MOST: usize = 20_000;

/// Problems and made text of one input.
pub(super) struct Notes<'a> {
    pub input: &'a Input,
    pub texts: Texts,
    problems: Tally,
    /// True since an error was noted, until the reader says otherwise.
    pub broken: bool,
}

impl<'a> Notes<'a> {
    pub fn new(input: &'a Input) -> Self {
        Notes {
            input,
            texts: Texts::new(input),
            problems: Tally::new(MOST),
            broken: false,
        }
    }

    /// Nothing yet, for another part of the same text: see [`Texts::beside`].
    pub fn beside(&self, before: usize, behind: usize) -> Option<Self> {
        Some(Notes {
            texts: self.texts.beside(before, behind)?,
            ..Notes::new(self.input)
        })
    }

    /// Takes in what was noted about a part behind.
    pub fn append(&mut self, other: Notes<'_>) {
        self.texts.append(other.texts);
        self.problems.append(other.problems);
        self.broken = other.broken;
    }

    /// The bytes of `text`, which stands in a file or was made.
    pub fn bytes(&self, text: Text) -> &[u8] {
        self.texts.bytes(self.input, text)
    }

    /// The same, for as long as the input lives.
    pub fn held(&self, text: Text) -> Cow<'a, [u8]> {
        match self.texts.is_made(text) {
            true => Cow::Owned(self.bytes(text).to_vec()),
            false => Cow::Borrowed(self.input.bytes(text)),
        }
    }

    /// The same, as it may be shown.
    pub fn shown(&self, text: Text) -> String {
        Visible(self.bytes(text)).to_string()
    }

    /// Where `text` stands in the file.
    pub fn source(&self, text: Text) -> Span {
        self.texts.source(text)
    }

    /// Notes a finding.
    pub fn add(&mut self, finding: Finding) {
        self.broken |= finding.severity == Severity::Error;
        self.problems.add(finding);
    }

    /// Notes an error: what is there, what happens to mail, what to write instead.
    pub fn error(
        &mut self,
        rule: &'static str,
        span: Span,
        message: impl Into<String>,
        effect: &str,
        help: impl Into<String>,
    ) {
        let finding = Finding::new(rule, Severity::Error, span, message);
        self.add(finding.effect(effect).help(help));
    }

    /// Notes a warning: what is there, and what happens to mail.
    pub fn warn(
        &mut self,
        rule: &'static str,
        span: Span,
        message: impl Into<String>,
        effect: &str,
    ) {
        self.add(Finding::new(rule, Severity::Warning, span, message).effect(effect));
    }

    /// A finding that is fixed safely by writing `new` for `text`, where that stands in the file as it is.
    pub fn add_fixed(&mut self, finding: Finding, text: Text, new: &[u8]) {
        let span = self.source(text);
        let edit = || Edit {
            span,
            text: new.to_vec(),
        };
        let finding = match span == text {
            true => finding.fix(true, vec![edit()]),
            false => finding,
        };
        self.add(finding);
    }

    /// What is odd about a host that is one, written at `place`; returns the host without brackets and final dot.
    pub fn host(&mut self, found: &Host, place: Text) -> Text {
        let name = match found {
            Host::V4 => return place,
            Host::V6(range) => {
                return Span::new(place.start + range.start as u32, range.len() as u32);
            }
            Host::Name(name) => name,
        };
        if !(name.underscore || name.final_dot || name.unicode) {
            return span_of(name, place);
        }
        let (shown, span) = (self.shown(place), self.source(place));
        if name.underscore {
            self.warn(
                "underscore-host",
                span,
                format!("`{shown}` holds `_`, which host names do not"),
                "the name may not be found",
            );
        }
        if name.final_dot {
            self.warn(
                "final-dot",
                span,
                format!("a dot stands at the end of `{shown}`"),
                "none: the name is absolute anyway",
            );
        }
        if name.unicode {
            self.warn(
                "unicode-domain",
                span,
                format!("the host `{shown}` is not written as its A-label"),
                "the name may not be found",
            );
        }
        span_of(name, place)
    }

    /// All problems in the order of the text, and the text that was made, to be laid behind the files of the input.
    pub fn finish(self) -> (Vec<Finding>, Texts) {
        let mut problems = self.problems.finish();
        problems.sort_by_key(|finding| (finding.span.start, finding.span.len));
        (problems, self.texts)
    }
}

/// Where a name stands that was found in `place`.
fn span_of(name: &Name, place: Text) -> Text {
    let start = place.start + name.range.start as u32;
    Span::new(start, name.range.len() as u32)
}
