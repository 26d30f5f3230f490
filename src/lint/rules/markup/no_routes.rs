//! The table holds no route.

use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::Rule;

/// The rule.
pub const RULE: Rule = Rule::of_reader(RuleInfo {
    name: "no-routes",
    summary: "the table holds no route",
    severity: Severity::Info,
    on: true,
    formats: &["xeams", "imsva", "imss", "cpanel", "mspcontrol"],
    explanation: "\
The file is in order and holds no routes, so that it changes nothing: all mail takes the path that
it takes without the file. That may be meant, for instance right after an installation. If routes
are expected in it, look whether this is the right file, and whether an export was made before any
record was selected.

Bad, if mail is to be routed:

    <Routes/>

Good: at least one route.",
});
