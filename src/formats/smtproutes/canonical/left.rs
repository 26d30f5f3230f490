//! What was left as it is because of a dialect.

use super::super::dialect::{Dialect, Lines};
use super::line::takes_next_line;

/// What was left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    /// Capital letters of a key.
    KeyCase,
    /// Blanks at the end of a line.
    TrailingBlanks,
    /// A line that is the password of the route before it.
    Password,
    /// CR at the end of a line.
    CarriageReturn,
}

impl Kept {
    /// All of them.
    pub const ALL: [Kept; 4] = [
        Kept::KeyCase,
        Kept::TrailingBlanks,
        Kept::Password,
        Kept::CarriageReturn,
    ];

    /// What the lines keep, and why: `2 lines keep` these words.
    pub fn words(self) -> &'static str {
        match self {
            Kept::KeyCase => "capital letters, because case counts in keys there",
            Kept::TrailingBlanks => {
                "the blanks at the end: they make it refuse the file, and without them it would not"
            }
            Kept::Password => "all letters: there it is the password of the route above",
            Kept::CarriageReturn => "the CR at the end: there it is part of the line",
        }
    }

    /// The dialects of `promise` that it is kept for.
    pub fn because_of(self, promise: &[&'static Dialect]) -> Vec<&'static str> {
        let counts = |dialect: &Dialect| match self {
            Kept::KeyCase | Kept::TrailingBlanks => dialect.lines == Lines::Skarnet,
            Kept::Password => [b'|', b' '].iter().any(|&s| takes_next_line(dialect, s)),
            Kept::CarriageReturn => dialect.lines != Lines::Courier,
        };
        let named = promise.iter().filter(|dialect| counts(dialect));
        named.map(|dialect| dialect.name).collect()
    }
}

/// Lines that keep something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Left {
    /// What.
    pub kept: Kept,
    /// How many lines.
    pub lines: usize,
    /// The first of them in the old text, from 1.
    pub first: usize,
}

/// Counts what is left.
#[derive(Debug, Default)]
pub(super) struct Tally {
    counts: [Option<Left>; Kept::ALL.len()],
}

impl Tally {
    /// Line `number`, from 0, keeps something.
    pub fn add(&mut self, kept: Kept, number: usize) {
        let left = self.counts[kept as usize].get_or_insert(Left {
            kept,
            lines: 0,
            first: number + 1,
        });
        left.lines += 1;
    }

    /// What was counted.
    pub fn finish(self) -> Vec<Left> {
        self.counts.into_iter().flatten().collect()
    }
}
