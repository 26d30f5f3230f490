//! A name in other letters than the documented one.

use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::Rule;

/// The rule.
pub const RULE: Rule = Rule::of_reader(RuleInfo {
    name: "wrong-case-name",
    summary: "a name in other letters than the documented one",
    severity: Severity::Error,
    on: true,
    formats: &["xeams", "imsva", "imss", "postfix-transport"],
    explanation: "\
Names in XML are case-sensitive: `Subject` is another element than `subject`, and the product does
not read it. What the element was to say is not said. For a condition that is dangerous: a route
whose `Subject` is not read takes mail with every subject. So the table is not used as it stands.

So are the names of transports in Postfix: for `SMTP:` there is no service, and the mail waits.

Bad:

    <Subject operand=\"cn\">invoice</Subject>

Good:

    <subject operand=\"cn\">invoice</subject>",
});
