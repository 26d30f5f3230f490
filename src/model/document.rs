//! What a reader returns.

use super::{RouteTable, RouteView};
use crate::diagnostic::Diagnostic;
use crate::source::{Input, Text};

/// The meaning of an input, and the place of every byte that carries it.
#[derive(Debug)]
pub struct Document {
    /// What was read.
    pub input: Input,
    /// What it means.
    pub table: RouteTable,
    /// Local domains written as `user%host@domain`: the hosts for which `%` is undone (qmail-send, `percenthack`).
    pub percenthack: Vec<Text>,
    /// What is worth saying about it.
    pub problems: Vec<Diagnostic>,
    /// What no vendor documents and was assumed.
    pub assumptions: Vec<Assumption>,
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
        }
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

/// An assumption that an answer rests on: `order=first-match`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assumption {
    /// What is assumed.
    pub key: &'static str,
    /// Which way.
    pub value: String,
}
