//! A user or a password holds a control character.

use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::Rule;

/// The rule.
pub const RULE: Rule = Rule::of_reader(RuleInfo {
    name: "bad-credentials",
    summary: "a user or a password holds a control character",
    severity: Severity::Error,
    on: true,
    formats: &["imss"],
    explanation: "\
A user and a password are text on one line. This one holds a line break, a TAB or another control
character, which no host takes in a login as it stands, and with which a second line could be
smuggled into a file of another format. The key is not used: mail for it is not decided by this
file. Often a value was broken in two lines by an editor.

Bad:

    <value name=\"SmartHost0\">relay.example.net:587:1:relay
      user:password</value>

Good:

    <value name=\"SmartHost0\">relay.example.net:587:1:relayuser:password</value>",
});
