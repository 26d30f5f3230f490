//! A password holds a colon.

use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::Rule;

/// The rule.
pub const RULE: Rule = Rule::of_reader(RuleInfo {
    name: "colon-in-password",
    summary: "a password holds a colon",
    severity: Severity::Error,
    on: true,
    formats: &["imss"],
    explanation: "\
The parts of a smart host are separated by colons, and the vendor documents no way to write one in
a password. As the password is the last part, everything behind the fourth colon is taken for it. A
product that ends it at the next colon logs in with half of it, and fails; mail waits. A user name
with a colon cannot be written at all. With --assume password-colons=error it is an error.

Bad, perhaps:

    <value name=\"SmartHost0\">relay.example.net:587:1:relayuser:pass:word</value>

Good, with another password:

    <value name=\"SmartHost0\">relay.example.net:587:1:relayuser:password</value>",
});
