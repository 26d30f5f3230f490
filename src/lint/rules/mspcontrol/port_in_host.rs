//! A host holds a port.

use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::Rule;

/// The rule.
pub const RULE: Rule = Rule::of_reader(RuleInfo {
    name: "port-in-host",
    summary: "a host holds a port",
    severity: Severity::Error,
    on: true,
    formats: &["mspcontrol"],
    explanation: "\
The host and its port are two fields of the form. A colon and a number behind the host are part of a
name that no host has: the route would look for a host called `relay.example:587`. If the port in
the host and the one in its own field differ, nobody knows which is meant. The route is not used.

Bad:

    {\"host\":\"relay.example:587\",\"port\":25}

Good:

    {\"host\":\"relay.example\",\"port\":587}",
});
