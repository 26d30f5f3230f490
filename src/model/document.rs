//! What a reader returns.

use super::{Assumption, RouteTable, RouteView};
use crate::diagnostic::{Finding, Severity};
use crate::source::{Input, Place, Span, Text};

/// The meaning of an input, and the place of every byte that carries it.
#[derive(Debug)]
pub struct Document {
    /// What was read.
    pub input: Input,
    /// What it means.
    pub table: RouteTable,
    /// Local domains written as `user%host@domain`: the hosts for which `%` is undone (qmail-send, `percenthack`).
    pub percenthack: Vec<Text>,
    /// What its reader has to say about it, in the order of the text.
    pub problems: Vec<Finding>,
    /// What no vendor documents and was assumed.
    pub assumptions: Vec<Assumption>,
    /// Where text that stands in no file comes from: offset of its first byte, and the place in the source that says it.
    /// By ascending offset; the text lies behind all files.
    pub derived: Vec<(u32, Span)>,
    /// How many routes are written down, usable or not, where the reader counts them.
    pub written: u64,
    /// How many of them are free of errors.
    pub usable: u64,
    /// True when the text could not be read to its end: nothing is known of its routes, and none is used.
    pub damaged: bool,
    /// True when the files were decoded to be read: places are those of the decoded text.
    pub recoded: bool,
}

impl Document {
    /// A document with nothing but a table.
    pub fn new(input: Input, table: RouteTable) -> Self {
        Document {
            input,
            table,
            percenthack: Vec::new(),
            problems: Vec::new(),
            assumptions: Vec::new(),
            derived: Vec::new(),
            written: 0,
            usable: 0,
            damaged: false,
            recoded: false,
        }
    }

    /// Where `text` stands in the source: `text` itself, or for text that was made the place that says it.
    pub fn source_of(&self, text: Text) -> Span {
        let behind = self
            .derived
            .partition_point(|(start, _)| *start <= text.start);
        let made = behind.checked_sub(1).and_then(|at| self.derived.get(at));
        made.map_or(text, |(_, source)| *source)
    }

    /// File, line and column of [`Document::source_of`] `text`.
    pub fn place(&self, text: Text) -> Option<Place> {
        self.input.place(self.source_of(text))
    }

    /// The first of the problems for which a table must not be used.
    pub fn error(&self) -> Option<&Finding> {
        self.problems
            .iter()
            .find(|problem| problem.severity == Severity::Error)
    }

    /// The bytes of `text`.
    pub fn bytes(&self, text: Text) -> &[u8] {
        self.input.bytes(text)
    }

    /// Route `index`, counted from 0 in the order of reading.
    pub fn route(&self, index: u32) -> RouteView<'_> {
        RouteView {
            document: self,
            index,
        }
    }

    /// All routes, in the order of reading.
    pub fn routes(&self) -> impl Iterator<Item = RouteView<'_>> {
        (0..self.table.len() as u32).map(|index| self.route(index))
    }
}
