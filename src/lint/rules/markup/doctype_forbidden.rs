//! The file has a DOCTYPE, which can open files and fill the memory.

use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::Rule;

/// The rule.
pub const RULE: Rule = Rule::of_reader(RuleInfo {
    name: "doctype-forbidden",
    summary: "the file has a DOCTYPE, which can open files and fill the memory",
    severity: Severity::Error,
    on: true,
    formats: &["xeams", "imsva", "imss"],
    explanation: "\
A DOCTYPE can define entities: names that stand for other text, for the content of a file, or for
ten times another entity. Ten such lines make a file of one kilobyte fill the memory of whoever
reads it, and one line sends him the passwords of his own host. No product of these formats writes a
DOCTYPE, and none of them needs one, so that this program refuses the file at once and opens
nothing.

When the DOCTYPE is that of HTML, the file is a web page: often the login page of the product, which
was saved because the session had ended before the export began.

Bad:

    <!DOCTYPE CustomRouting [<!ENTITY host \"192.0.2.1\">]>

Good: no DOCTYPE, and the text itself where the entity was.",
});
