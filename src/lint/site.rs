//! What is known of the files around a table.

use super::Reading;
use crate::source::Input;

/// A control directory, as far as it was looked at.
pub struct Site<'a> {
    /// All files that were read, the table first.
    pub input: &'a Input,
    /// The table as the first of the dialects asked about reads it.
    pub reading: Reading<'a>,
}
