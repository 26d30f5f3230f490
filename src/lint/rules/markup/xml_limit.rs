//! A value, a record or the nesting of elements is beyond any real table.

use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::Rule;

/// The rule.
pub const RULE: Rule = Rule::of_reader(RuleInfo {
    name: "xml-limit",
    summary: "a value, a record or the nesting of elements is beyond any real table",
    severity: Severity::Error,
    on: true,
    formats: &["xeams", "imsva", "imss"],
    explanation: "\
There are limits to what is read: 64 elements inside one another, 64 KiB in one value, 100000
elements in one record, 256 attributes in one element. No table that a product writes comes near any
of them. A file that does was made by mistake, or to bring down whoever reads it, and is refused in
bounded memory and time.

Bad: a start tag that is repeated where an end tag was meant, twenty thousand times.

Good: the file as the product exported it.",
});
