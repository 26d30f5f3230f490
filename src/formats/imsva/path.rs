//! Where a value stands in a record of an unknown file.

use std::fmt;

use super::super::xml::{NodeId, Record, Value};
use crate::source::{Span, Text, Visible};

/// Elements below a record, and perhaps an attribute of the last: `dest_server@ip`, `Servers/Server/Address`, `@recipient`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub(super) struct Path {
    /// Names of elements, from the outside.
    pub elements: Vec<Vec<u8>>,
    /// The attribute; without one the text of the last element is meant.
    pub attribute: Option<Vec<u8>>,
}

impl Path {
    /// Reads `NAME/NAME@ATTRIBUTE`; no name holds `/` or `@` in XML.
    pub fn new(text: &str) -> Self {
        let (elements, attribute) = match text.split_once('@') {
            Some((elements, attribute)) => (elements, Some(attribute.as_bytes().to_vec())),
            None => (text, None),
        };
        let names = elements.split('/').filter(|name| !name.is_empty());
        Path {
            elements: names.map(|name| name.as_bytes().to_vec()).collect(),
            attribute,
        }
    }

    /// The element that the value belongs to: the one with the attribute, or the one around the text's own.
    pub fn holder(&self) -> &[Vec<u8>] {
        match self.attribute {
            Some(_) => &self.elements,
            None => &self.elements[..self.elements.len().saturating_sub(1)],
        }
    }

    /// The same path as seen from `holder`, when it leads there.
    pub fn below(&self, holder: &[Vec<u8>]) -> Option<Path> {
        let elements = self.elements.strip_prefix(holder)?;
        // The text of the holder itself is no value in it.
        (self.attribute.is_some() || !elements.is_empty()).then(|| Path {
            elements: elements.to_vec(),
            attribute: self.attribute.clone(),
        })
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<String> = self
            .elements
            .iter()
            .map(|name| Visible(name).to_string())
            .collect();
        f.write_str(&names.join("/"))?;
        match &self.attribute {
            Some(name) => write!(f, "@{}", Visible(name)),
            None => Ok(()),
        }
    }
}

/// The elements of `record` that `elements` lead to, from the element `from` on.
pub(super) fn nodes<'b>(
    record: &Record,
    from: NodeId,
    elements: &[Vec<u8>],
    bytes: impl Fn(Span) -> &'b [u8] + Copy,
) -> Vec<NodeId> {
    let mut found = vec![from];
    for name in elements {
        let below = found.iter().flat_map(|&id| record.children(id));
        found = below
            .filter(|&id| bytes(record.node(id).name) == name.as_slice())
            .collect();
    }
    found
}

/// The values that are not empty at `path`, as seen from the element `from`.
pub(super) fn values<'b>(
    record: &Record,
    from: NodeId,
    path: &Path,
    bytes: impl Fn(Text) -> &'b [u8] + Copy,
) -> Vec<Value> {
    let nodes = nodes(record, from, &path.elements, bytes);
    let all: Vec<Value> = match &path.attribute {
        Some(attribute) => {
            let attributes = nodes.iter().flat_map(|&id| record.attributes(id));
            let named = attributes.filter(|(name, _)| bytes(*name) == attribute.as_slice());
            named.map(|(_, value)| *value).collect()
        }
        None => nodes.iter().map(|&id| record.node(id).value).collect(),
    };
    all.into_iter()
        .filter(|value| !value.text.is_empty())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths() {
        for text in ["@a", "b/c", "b@c", "b/c/d@e"] {
            assert_eq!(Path::new(text).to_string(), text);
        }
        assert_eq!(Path::new("b/c").holder(), [b"b".to_vec()]);
        assert_eq!(Path::new("b@c").holder(), [b"b".to_vec()]);
        let below = |path: &str, holder: &str| {
            let below = Path::new(path).below(&Path::new(holder).elements);
            below.map(|path| path.to_string())
        };
        assert_eq!(below("b@c", "b").as_deref(), Some("@c"));
        assert_eq!(below("b/c", "b").as_deref(), Some("c"));
        assert_eq!(below("b", "b"), None);
        assert_eq!(below("d@c", "b"), None);
    }
}
