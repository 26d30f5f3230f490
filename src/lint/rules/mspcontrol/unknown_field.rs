//! A field or column is none of a route.

use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::Rule;

/// The rule.
pub const RULE: Rule = Rule::of_reader(RuleInfo {
    name: "unknown-field",
    summary: "a field or column that is none of a route",
    severity: Severity::Warning,
    on: true,
    formats: &["mspcontrol"],
    explanation: "\
The vendor's form has a type, a name, a route type, and destinations of host and port; nothing else.
There is no priority, no TLS, no user and password, no condition and no switch that turns a route
off. What another field says is not read, so that mail goes as if it were not there. Its value is
never shown, for it may be a password.

Bad, if the route is meant to be off:

    {\"type\":\"System Route\",\"name\":\"Old filter\",\"enabled\":false, …}

Good: leave the route out. Names of fields count with their case.",
});
