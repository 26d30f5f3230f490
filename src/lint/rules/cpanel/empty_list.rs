//! localdomains is empty.

use crate::diagnostic::{RuleInfo, Severity};
use crate::lint::Rule;

/// The rule.
pub const RULE: Rule = Rule::of_reader(RuleInfo {
    name: "empty-list",
    summary: "localdomains lists no domain",
    severity: Severity::Warning,
    on: true,
    formats: &["cpanel"],
    explanation: "\
The list of local domains holds at least the name of the server itself: its own programs send
mail to users at that name. With an empty list such mail is not local. It is looked up in DNS,
comes back to the server, and is refused as a loop.

Bad: an empty localdomains.

Good:

    server.host.example",
});
