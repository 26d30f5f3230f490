//! An attribute that must be there is missing.

use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::Rule;

/// The rule.
pub const RULE: Rule = Rule::of_reader(RuleInfo {
    name: "missing-attribute",
    summary: "an attribute that must be there is missing",
    severity: Severity::Error,
    on: true,
    formats: &["imsva", "imss"],
    explanation: "\
The element says nothing without this attribute: an entry without a recipient takes nobody's mail,
a server without an address leads nowhere. The entry is not used as it stands. Attributes that may
be missing are `port` (25), `enabled` (true) and, with a warning, `preference`. In IMSS for Windows
a key has a `section` or a `domain`, and a value a `name`.

Bad:

    <Entry method=\"static\"><Server address=\"192.0.2.1\"/></Entry>

Good:

    <Entry recipient=\"acme.example\" method=\"static\"><Server address=\"192.0.2.1\"/></Entry>",
});
