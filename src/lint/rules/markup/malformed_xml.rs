//! The text is not well-formed XML.

use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::Rule;

/// The rule.
pub const RULE: Rule = Rule::of_reader(RuleInfo {
    name: "malformed-xml",
    summary: "the text is not well-formed XML",
    severity: Severity::Error,
    on: true,
    formats: &["xeams", "imsva", "imss"],
    explanation: "\
A file of this format is XML, and XML has rules that every reader keeps: each element that is opened
is closed, in the right order; there is one root element and nothing behind it; an attribute stands
in quotes and only once in its element; `&` begins a reference and `<` a tag. A file that breaks one
of them is refused whole, and so does this program: the routes before the mistake are not used
either, because nobody can tell what was to follow them.

The place that is named is where the mistake was noticed. The mistake itself is often before it: a
`</Route>` that closes a `recipient` means that `</recipient>` is missing, or was written without
its slash.

Bad:

    <recipient>ANY<recipient>

Good:

    <recipient>ANY</recipient>

A text that holds `&` or `<` is written with `&amp;` or `&lt;`.",
});
