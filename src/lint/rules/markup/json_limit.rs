//! A value, a record or the nesting of values is beyond any real file.

use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::Rule;

/// The rule.
pub const RULE: Rule = Rule::of_reader(RuleInfo {
    name: "json-limit",
    summary: "a value, a record or the nesting of values is beyond any real file",
    severity: Severity::Error,
    on: true,
    formats: &["cpanel", "mspcontrol"],
    explanation: "\
There are limits to what is read: 64 objects and arrays inside one another, 64 KiB in one string,
100000 values in one record. Nothing that a program writes of its routes comes near any of them. A
file that does was made by mistake, or to bring down whoever reads it, and is refused in bounded
memory and time.

Bad: a bracket that is opened twenty thousand times and never closed.

Good: the file as the program wrote it.",
});
