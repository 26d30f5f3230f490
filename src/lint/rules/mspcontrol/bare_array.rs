//! The routes stand without their wrapper.

use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::Rule;

/// The rule.
pub const RULE: Rule = Rule::of_reader(RuleInfo {
    name: "bare-array",
    summary: "an array of routes without format and version around it",
    severity: Severity::Info,
    on: true,
    formats: &["mspcontrol"],
    explanation: "\
The file is an array of routes, without the object around it that says what it is. It is read as
version 1, so that nothing is lost. But nothing in it tells a later program which rules it was
written by, and the file is recognised by the names of its fields alone.

Bad:

    [{\"type\":\"System Route\", …}]

Good, and what qroute-fmt makes of it:

    {\"format\":\"mspcontrol-email-routes\",\"version\":1,\"routes\":[{\"type\":\"System Route\", …}]}",
});
