//! No element of an unknown file holds a recipient and where its mail goes.

use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::Rule;

/// The rule.
pub const RULE: Rule = Rule::of_reader(RuleInfo {
    name: "no-record",
    summary: "no element of an unknown file holds a recipient and where its mail goes",
    severity: Severity::Error,
    on: true,
    formats: &["imsva"],
    explanation: "\
A record is the smallest element with exactly one recipient and at least one server or MX name. No
element is one, as far as names tell. The message lists the names that are known. If the file is
what it is thought to be, `--assume record=PATH` and the like say where everything stands.

Bad, nothing here says recipient:

    <Export><Row a=\"acme.example\" b=\"192.0.2.1\"/></Export>

Good, with the options that say it:

    --assume record=Export/Row --assume recipient=@a --assume server=@b",
});
