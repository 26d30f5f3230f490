//! Whether to log in is not said in a way that is documented.

use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::Rule;

/// The rule.
pub const RULE: Rule = Rule::of_reader(RuleInfo {
    name: "bad-auth",
    summary: "the third part of a smart host is neither 0 nor 1",
    severity: Severity::Error,
    on: true,
    formats: &["imss"],
    explanation: "\
A smart host is written host:port:auth:user:password, and auth is 1 to log in, 0 or nothing to send
without. Another text there often means that a part was left out: in host:port:user:password the
user stands in its place. Whether the product would log in is not guessed: the key is not used.
What stands there and behind is not shown, because it may be a password.

Bad:

    <value name=\"SmartHost0\">relay.example.net:587:relayuser:password</value>

Good:

    <value name=\"SmartHost0\">relay.example.net:587:1:relayuser:password</value>",
});
