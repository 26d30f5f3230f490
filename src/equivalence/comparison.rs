//! What is asked of a comparison, and what it answers.

use crate::lookup::Sender;
use crate::model::Decision;

/// What recipients are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Recipients {
    /// Whole addresses: the files of qmail-send are asked too. A host then holds no `@`.
    #[default]
    Addresses,
    /// The first argument of qmail-remote: any bytes.
    Hosts,
}

/// What is held fixed, and how far to go.
#[derive(Clone, Copy, Debug)]
pub struct CompareOptions<'s> {
    /// The sender; `None` is an ordinary address that no key names.
    pub sender: Option<Sender<'s>>,
    /// Most classes looked at; the rest is undecided.
    pub max_classes: u64,
    /// What recipients are.
    pub recipients: Recipients,
}

impl Default for CompareOptions<'_> {
    fn default() -> Self {
        CompareOptions {
            sender: None,
            max_classes: 50_000_000,
            recipients: Recipients::default(),
        }
    }
}

/// Where a difference comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Cause {
    /// A route, or what becomes of a whole file.
    Route,
    /// The products: neither table takes the mail, or the host begins with `[` and one product never asks its table for
    /// such hosts. Announced once for each kind of host.
    DefaultPath,
}

impl Cause {
    /// The name in text and JSON output.
    pub fn name(self) -> &'static str {
        match self {
            Cause::Route => "route",
            Cause::DefaultPath => "default-path",
        }
    }
}

/// Mail that the two tables decide differently.
#[derive(Clone, Debug)]
pub struct Difference {
    /// A recipient whose decisions differ: a host or an address, as [`CompareOptions::recipients`] says.
    pub witness: Vec<u8>,
    /// The old table's decision for it.
    pub old: Decision,
    /// The new table's decision for it.
    pub new: Decision,
    /// Number of classes that it stands for: its own, and those of the same pair of decisions below it.
    pub classes: u64,
    /// Where it comes from.
    pub cause: Cause,
}

/// The answer.
#[derive(Clone, Debug, Default)]
pub struct Comparison {
    /// Number of classes whose witness was put to both tables.
    pub classes: u64,
    /// Number of classes of which nothing is known; a lower bound when the limit of classes was reached.
    pub undecided: u64,
    /// The differences, by domain from the top.
    pub differences: Vec<Difference>,
}

impl Comparison {
    /// True when both tables decide alike for every recipient: no difference, and nothing undecided.
    pub fn equal(&self) -> bool {
        self.differences.is_empty() && self.undecided == 0
    }
}
