//! A login without a user or without a password.

use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::Rule;

/// The rule.
pub const RULE: Rule = Rule::of_reader(RuleInfo {
    name: "auth-incomplete",
    summary: "a smart host is to be logged in at, and a user or a password is missing",
    severity: Severity::Warning,
    on: true,
    formats: &["imss"],
    explanation: "\
The third part of the smart host is 1, so that the product tries to log in there; but there is no
user, or the password is empty. Both are blank by default. A host that asks for a login refuses the
mail or takes it as that of a stranger; mail waits or bounces there, and the file looks as if it
logged in.

Bad:

    <value name=\"SmartHost0\">relay.example.net:587:1</value>

Good:

    <value name=\"SmartHost0\">relay.example.net:587:1:relayuser:password</value>
    <value name=\"SmartHost1\">relay.example.org:25:0</value>",
});
