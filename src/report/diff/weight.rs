//! A change weighed by real recipients.

use super::view::Mail;
use crate::report::Answer;

/// An address that changes route.
#[derive(Clone, Debug)]
pub struct Listed {
    /// The mail.
    pub mail: Mail,
    /// How many of the given addresses are this one.
    pub count: u64,
    /// What the old table says.
    pub old: Answer,
    /// What the new table says.
    pub new: Answer,
}

/// What a change means to given addresses.
#[derive(Clone, Debug, Default)]
pub struct Weight {
    /// How many were given.
    pub total: u64,
    /// How many different ones.
    pub distinct: u64,
    /// How many different ones change route.
    pub changed: u64,
    /// How many of those given change route.
    pub changed_total: u64,
    /// How many different ones depend on what was not given.
    pub undecided: u64,
    /// How many of those given are no addresses.
    pub invalid: u64,
    /// Domains with the number of their different addresses that change route, the most first.
    pub domains: Vec<(String, u64)>,
    /// The addresses that change route, when they were asked for.
    pub list: Option<Vec<Listed>>,
}
