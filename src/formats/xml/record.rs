//! One element with all that is in it.

use std::ops::Range;

use crate::source::{Span, Text};

/// Number of an element in its [`Record`]; 0 is the record itself.
pub(in crate::formats) type NodeId = usize;

/// A value, without the blanks around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub(in crate::formats) struct Value {
    /// The text.
    pub text: Text,
    /// True when blanks were taken off.
    pub trimmed: bool,
}

/// An element of a record.
#[derive(Clone, Debug)]
pub(in crate::formats) struct Node {
    /// Its name.
    pub name: Span,
    /// Its start tag.
    pub tag: Span,
    /// From its start tag to its end tag.
    pub whole: Span,
    /// Its own text, joined across comments, CDATA and child elements.
    pub value: Value,
    /// What stands between its tags.
    pub content: Span,
    /// The first number behind it and all that is in it.
    pub(super) next: NodeId,
    pub(super) attributes: Range<usize>,
}

/// An element with all that is in it, in the order of the text. Made anew for each record in the same memory.
#[derive(Debug, Default)]
pub(in crate::formats) struct Record {
    pub(super) nodes: Vec<Node>,
    pub(super) attributes: Vec<(Span, Value)>,
    /// The comments in it.
    pub comments: Vec<Span>,
}

impl Record {
    /// Element `id`.
    pub fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id]
    }

    /// The record itself.
    pub fn root(&self) -> &Node {
        &self.nodes[0]
    }

    /// The elements in `id`, without those in them.
    pub fn children(&self, id: NodeId) -> impl Iterator<Item = NodeId> {
        let end = self.nodes[id].next;
        let mut at = id + 1;
        std::iter::from_fn(move || {
            let here = at;
            at = self.nodes.get(here)?.next;
            (here < end).then_some(here)
        })
    }

    /// All elements, the record itself first.
    pub fn all(&self) -> Range<NodeId> {
        0..self.nodes.len()
    }

    /// The attributes of `id`: names and values.
    pub fn attributes(&self, id: NodeId) -> &[(Span, Value)] {
        &self.attributes[self.nodes[id].attributes.clone()]
    }

    pub(super) fn clear(&mut self) {
        self.nodes.clear();
        self.attributes.clear();
        self.comments.clear();
    }
}
