//! The file names a schema that this program does not know.

use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::Rule;

/// The rule.
pub const RULE: Rule = Rule::of_reader(RuleInfo {
    name: "unknown-schema",
    summary: "the file names a schema that this program does not know",
    severity: Severity::Error,
    on: true,
    formats: &["imsva"],
    explanation: "\
The root element is that of the neutral file, and its attribute `schema` names a version that this
program does not know. It could hold values that mean something else than they seem to, so that
the whole file is refused and no mail is decided by it. A newer version of this program may have
written it.

Bad:

    <MessageDeliverySettings schema=\"neutral-2\">

Good:

    <MessageDeliverySettings schema=\"neutral-1\">",
});
