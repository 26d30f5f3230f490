//! Routes as a file states them, whatever its notation.

use std::fmt;

use crate::source::{Span, Text};

/// A route.
#[derive(Clone, Debug, Default)]
pub(super) struct Stated {
    /// Its number in the file, from 1.
    pub number: u64,
    /// All of it; in CSV its first row.
    pub whole: Span,
    /// Where it is complained of what is missing.
    pub head: Span,
    /// `type`.
    pub kind: Option<Text>,
    /// `name`.
    pub name: Option<Text>,
    /// `routeType`.
    pub direction: Option<Text>,
    pub destinations: Vec<Destination>,
    /// True when an error in it was told already.
    pub broken: bool,
}

/// A destination.
#[derive(Clone, Copy, Debug)]
pub(super) struct Destination {
    /// All of it.
    pub whole: Span,
    /// `None` when that was told already.
    pub host: Option<Text>,
    pub port: StatedPort,
}

/// A port.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum StatedPort {
    /// None.
    Missing,
    /// A number, or the text of a cell.
    Number(Text),
    /// Text where a number belongs.
    Quoted(Text),
    /// Something else, which was told already.
    Wrong,
}

/// A route as messages name it: its number and its name.
#[derive(Clone, Debug)]
pub(super) struct Named {
    pub number: u64,
    /// As it may be shown.
    pub name: Option<String>,
}

impl fmt::Display for Named {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "route {}", self.number)?;
        match &self.name {
            Some(name) => write!(f, " `{name}`"),
            None => Ok(()),
        }
    }
}
