//! A result holds a second one: a line that begins with a blank, or two results on a line.

use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::Rule;

/// The rule.
pub const RULE: Rule = Rule::of_reader(RuleInfo {
    name: "glued-result",
    summary: "a result holds a second one: a line that begins with a blank, or two results on a line",
    severity: Severity::Error,
    on: true,
    formats: &["postfix-transport"],
    explanation: "\
A line that begins with a blank continues the line before it, also behind comments and blank lines.
Where it is a route of its own, indented by mistake, both become one: its pattern and its result
are next hops of the route before it, which no host has for a name, and its own mail goes
elsewhere.

Bad:

    example.org  smtp:[mx1.example.net]
     example.net  smtp:[mx2.example.net]

Good:

    example.org  smtp:[mx1.example.net]
    example.net  smtp:[mx2.example.net]

A transport stands once, and not before each next hop of a list:

    example.org  smtp:[mx1.example.net], [mx2.example.net]",
});
