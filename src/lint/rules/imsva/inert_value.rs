//! A value belongs to the method that is not chosen.

use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::Rule;

/// The rule.
pub const RULE: Rule = Rule::of_reader(RuleInfo {
    name: "inert-value",
    summary: "a value belongs to the method that is not chosen",
    severity: Severity::Warning,
    on: true,
    formats: &["imsva", "imss"],
    explanation: "\
The record says how its mail is delivered, and holds values of the other way besides. They do
nothing as long as the method stays. They are often what was left over when somebody changed the
method, or the method is what was left over. They are kept when the file is rewritten. In IMSS for
Windows a user and a password do nothing while the part before them is not 1.

Bad:

    <Entry domain=\"acme.example\" method=\"Static Routing\" mx=\"pool.example.net\">
      <Server ip=\"192.0.2.1\"/>
    </Entry>

Good: without what is not used.",
});
