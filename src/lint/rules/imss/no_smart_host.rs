//! Smart hosts are asked for, and there is none.

use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::Rule;

/// The rule.
pub const RULE: Rule = Rule::of_reader(RuleInfo {
    name: "no-smart-host",
    summary: "UseMethod is 1, and there is no smart host",
    severity: Severity::Error,
    on: true,
    formats: &["imss"],
    explanation: "\
The key sends its mail to smart hosts and names none. Mail cannot go to nobody; whether the product
then holds it, returns it, or asks DNS after all is not documented. A key is often written to keep
mail from its MX, so that this is not assumed: the key is not used, and mail for it is not decided
by this file.

Bad:

    <value name=\"UseMethod\">1</value>
    <value name=\"SmartHostCount\">0</value>

Good:

    <value name=\"UseMethod\">1</value>
    <value name=\"SmartHostCount\">1</value>
    <value name=\"SmartHost0\">relay.example.net:25</value>",
});
