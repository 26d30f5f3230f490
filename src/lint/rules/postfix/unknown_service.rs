//! A port is given by a name that is not known here.

use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::Rule;

/// The rule.
pub const RULE: Rule = Rule::of_reader(RuleInfo {
    name: "unknown-service",
    summary: "a port is given by a name that is not known here",
    severity: Severity::Error,
    on: true,
    formats: &["postfix-transport"],
    explanation: "\
A port may be the name of a service. `smtp`, `lmtp`, `smtps`, `submissions` and `submission` are
known to Postfix itself since 3.6 (`known_tcp_ports`). Any other is looked for in services(5) of
the host on which Postfix runs, whose contents are not known here; where it is missing, the SMTP
client stops (`unknown service`), and the mail waits until it is returned.

Bad:

    example.org  smtp:[mx1.example.net]:mailgate

Good:

    example.org  smtp:[mx1.example.net]:2525",
});
