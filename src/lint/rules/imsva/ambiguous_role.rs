//! Two values of an unknown file may each be it.

use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::Rule;

/// The rule.
pub const RULE: Rule = Rule::of_reader(RuleInfo {
    name: "ambiguous-role",
    summary: "two values of an unknown file may each be it",
    severity: Severity::Error,
    on: true,
    formats: &["imsva"],
    explanation: "\
The names in the file fit the same role twice: two recipients in one record, a port here and one
there, an MX name beside a server. Choosing one would decide mail by a guess between two answers,
so none is chosen. `--assume ROLE=PATH` says which one it is; the candidates are in the message.

Bad:

    <Entry domain=\"acme.example\" recipient=\"acme.org\" server=\"192.0.2.1\"/>

Good:

    <Entry domain=\"acme.example\" server=\"192.0.2.1\"/>",
});
