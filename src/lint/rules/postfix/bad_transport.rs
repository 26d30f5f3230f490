//! What stands before the colon of a result is no transport.

use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::Rule;

/// The rule.
pub const RULE: Rule = Rule::of_reader(RuleInfo {
    name: "bad-transport",
    summary: "what stands before the colon of a result is no transport",
    severity: Severity::Error,
    on: true,
    formats: &["postfix-transport"],
    explanation: "\
A result is `transport:nexthop`, and the transport is the name of a service in master.cf: `smtp`,
`relay`, `local`, or one of your own such as `slow`. A host, an address or several words are none.
trivial-rewrite takes what stands before the first colon for the name, whatever it is; there is no
such service, and the mail waits (`mail transport unavailable`) until it is returned.

Bad:

    example.org  mx1.example.net
    example.net  [mx1.example.net]:2525
    example.com  mx1.example.net:25

Good:

    example.org  smtp:[mx1.example.net]
    example.net  smtp:[mx1.example.net]:2525
    example.com  smtp:[mx1.example.net]:25",
});
