//! What a text is split into.

use std::ops::Range;

/// A piece of the text. Ranges are offsets in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::formats) enum Token {
    /// A start tag, or an empty element, which is followed by its end. Its attributes are in [`Parser::attributes`].
    Open {
        /// The whole tag.
        tag: Range<usize>,
        /// The name.
        name: Range<usize>,
        /// True for `<name/>`.
        empty: bool,
    },
    /// The end of the element that was opened last, with its end tag; empty for an empty element.
    Close(Range<usize>),
    /// Text without references.
    Text(Range<usize>),
    /// A reference, and what it stands for.
    Reference(Range<usize>, char),
    /// The text of a CDATA section, without its marks.
    CData(Range<usize>),
    /// A comment with its marks.
    Comment(Range<usize>),
    /// A processing instruction.
    Instruction(Range<usize>),
    /// The XML declaration.
    Declaration(Range<usize>),
    /// The end of the text.
    End,
}

/// An attribute: its name and its value as written, without the quotes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::formats) struct Attribute {
    /// The name.
    pub name: Range<usize>,
    /// The value as written.
    pub value: Range<usize>,
}
