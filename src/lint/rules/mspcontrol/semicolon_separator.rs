//! Semicolons separate the fields.

use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::Rule;

/// The rule.
pub const RULE: Rule = Rule::of_reader(RuleInfo {
    name: "semicolon-separator",
    summary: "semicolons separate the fields of a CSV file",
    severity: Severity::Info,
    on: true,
    formats: &["mspcontrol"],
    explanation: "\
Spreadsheets write semicolons between fields where the comma is the decimal sign. The header line
tells, and all rows are read so; nothing is lost. Other programs, and other spreadsheets, read such
a file as one column.

Bad:

    Type;Name;RouteType;Host;Port

Good, and what qroute-fmt makes of it:

    Type,Name,RouteType,Host,Port",
});
