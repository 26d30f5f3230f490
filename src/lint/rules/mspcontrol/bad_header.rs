//! The header of a CSV file is another one.

use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::Rule;

/// The rule.
pub const RULE: Rule = Rule::of_reader(RuleInfo {
    name: "bad-header",
    summary: "the header has not the columns of a table of routes",
    severity: Severity::Error,
    on: true,
    formats: &["mspcontrol"],
    explanation: "\
The first line of the CSV form names its columns: Type, Name, RouteType, Host and Port, in any
order, separated by commas (or by semicolons, which some spreadsheets write). Without them nobody
knows which value is which, and the file is refused whole. Case counts, unless --lenient is given.

Bad:

    Type,Name,Direction,Host,Port

Good:

    Type,Name,RouteType,Host,Port",
});
