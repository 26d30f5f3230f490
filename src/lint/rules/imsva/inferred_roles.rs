//! What the values of an unknown file mean was guessed from its names.

use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::Rule;

/// The rule.
pub const RULE: Rule = Rule::of_reader(RuleInfo {
    name: "inferred-roles",
    summary: "what the values of an unknown file mean was guessed from its names",
    severity: Severity::Warning,
    on: true,
    formats: &["imsva"],
    explanation: "\
Nobody documents the file, and `--infer-roles` asked for a guess: what each value is was taken
from the names of elements and attributes. The finding says what was taken for what, how many
records were found, and which options state the same. Look whether each role is what it is said to
be. Stated with those options, nothing is guessed any more, and the finding goes away.

Bad, without looking:

    qroute-resolve --infer-roles --routes export.xml user@acme.example

Good, after looking:

    qroute-resolve --assume record=Export/Entry --assume recipient=@domain …",
});
