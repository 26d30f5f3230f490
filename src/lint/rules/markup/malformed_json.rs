//! The text is no JSON.

use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::Rule;

/// The rule.
pub const RULE: Rule = Rule::of_reader(RuleInfo {
    name: "malformed-json",
    summary: "the text is not JSON",
    severity: Severity::Error,
    on: true,
    formats: &["cpanel", "mspcontrol"],
    explanation: "\
JSON is a small notation, and what is not in it some programs read in one way and some in another:
a comma before a closing bracket, a comment, a name or text without double quotes, `True` and `None`
as Python prints them, a number that begins with 0, `\\uD800` without its other half. A file that
holds one of them is refused whole: what one program takes for a route another leaves out, and
nobody can tell what a file that is cut off was to say.

The place that is named is where the mistake was noticed. A quote that is missing is often before
it.

Bad:

    {\"domain\": \"shop.example\", \"mxcheck\": 'local',}

Good:

    {\"domain\": \"shop.example\", \"mxcheck\": \"local\"}",
});
